import EventLog
import Identity
import Testing
import VerdictTesting

/// What makes a token good, and what makes it none (hitl-api 4.2, golden-path 7). Tokens are put together by hand.
@Suite("Tokens")
struct TokenAuthorityTests {
    private static let key = Array("a key of the tests, 32 bytes long".utf8)
    private static let other = Array("another key of the tests, also so".utf8)
    private static let now = Timestamp.noon
    private static let seconds = 1_768_478_400

    private static func good() -> HandMadeToken { HandMadeToken(of: "eve", until: seconds + 600) }

    private static func fault(
        of token: String, keys: SigningKeys = SigningKeys(current: key), at moment: Timestamp = now
    ) async -> TokenFault? {
        do throws(TokenFault) {
            _ = try await TokenAuthority(keys: keys).claims(of: token, at: moment)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Our own

    @Test(
        "what was said comes back",
        arguments: [
            TokenClaims(
                .access, username: "eve", role: "admin", issuedAt: now, expiresAt: now + .minutes(30), loginID: "l1"),
            TokenClaims(
                .refresh, username: "é 🔑", issuedAt: now, expiresAt: now + .hours(168), loginID: "l1", generation: 3),
            TokenClaims(.temporary, username: "eve", role: "viewer", issuedAt: now, expiresAt: now + .minutes(5)),
        ])
    func roundTrip(_ claims: TokenClaims) async throws {
        let authority = TokenAuthority(keys: SigningKeys(current: Self.key))
        let token = try await authority.token(claims, at: Self.now)
        #expect(token.split(separator: ".").count == 3)
        for _ in 1...2 { #expect(try await authority.claims(of: token, at: Self.now) == claims) }
        #expect(
            try await TokenAuthority(keys: SigningKeys(current: Self.key)).claims(of: token, at: Self.now) == claims)
    }

    @Test("the header is the one of the contract, and an access token says who, in which role, until when")
    func text() async throws {
        let claims = TokenClaims(
            .access, username: "eve", role: "viewer", issuedAt: Self.now, expiresAt: Self.now + .minutes(30))
        let token = try await TokenAuthority(keys: SigningKeys(current: Self.key)).token(claims, at: Self.now)
        let parts = token.split(separator: ".").map(String.init)
        #expect(try JSONParser.parse(Self.decoded(parts[0]))["alg"] == "HS256")
        #expect(try JSONParser.parse(Self.decoded(parts[0]))["typ"] == "JWT")
        let payload = try JSONParser.parse(Self.decoded(parts[1]))
        #expect(payload["sub"] == "eve")
        #expect(payload["role"] == "viewer")
        #expect(payload["exp"] == .number(JSONNumber(Self.seconds + 1800)))
        #expect(payload["aud"] == nil && payload["iss"] == nil)
    }

    // MARK: Those of others

    static let kinds: [(name: String, change: @Sendable (HandMadeToken) -> HandMadeToken, kind: TokenClaims.Kind)] = [
        ("a name and an end", { $0 }, .access), ("type access", { $0.with("type", "access") }, .access),
        ("no second factor", { $0.with("requires_2fa", false) }, .access),
        ("type refresh", { $0.with("type", "refresh") }, .refresh),
        ("a second factor", { $0.with("requires_2fa", true) }, .temporary),
        ("a null", { $0.with("role", nil).with("nbf", .null) }, .access),
        ("a role that is no text", { $0.with("role", 7) }, .access),
    ]

    @Test("a token that was made with our key is taken for what it says", arguments: kinds.map(\.name))
    func expectKind(_ name: String) async throws {
        let row = try #require(Self.kinds.first { $0.name == name })
        let token = row.change(Self.good()).signed(with: Self.key)
        let claims = try await TokenAuthority(keys: SigningKeys(current: Self.key)).claims(of: token, at: Self.now)
        #expect(claims.kind == row.kind)
        #expect(claims.username == "eve")
        #expect(claims.loginID == nil)
        #expect(claims.expiresAt == Self.now + .minutes(10))
    }

    private static let huge = JSON.string(String(repeating: "x", count: 4000))

    static let faults: [(name: String, token: @Sendable () -> String, fault: TokenFault)] = [
        ("nothing", { "" }, .invalid), ("garbage", { "garbage" }, .invalid), ("dots", { ".." }, .invalid),
        ("garbage in three parts", { "invalid.jwt.token" }, .invalid), ("two parts", { good().unsigned }, .invalid),
        ("four parts", { good().signed(with: key) + ".x" }, .invalid),
        ("no signature", { good().unsigned + "." }, .invalid),
        ("another key", { good().signed(with: other) }, .invalid),
        ("an empty key", { good().signed(with: [0]) }, .invalid),
        ("a changed claim", { changed(good().signed(with: key)) }, .invalid),
        ("algorithm none", { good().with(header: ["alg": "none"]).unsigned + "." }, .invalid),
        ("algorithm none with our signature", { good().with(header: ["alg": "none"]).signed(with: key) }, .invalid),
        ("algorithm HS512 with our signature", { good().with(header: ["alg": "HS512"]).signed(with: key) }, .invalid),
        ("algorithm HS512", { good().with(header: ["alg": "HS512"]).signedBySHA512(with: key) }, .invalid),
        ("HS256 said and HS512 done", { good().signedBySHA512(with: key) }, .invalid),
        ("algorithm hs256", { good().with(header: ["alg": "hs256"]).signed(with: key) }, .invalid),
        ("no algorithm", { good().with(header: ["typ": "JWT"]).signed(with: key) }, .invalid),
        ("an algorithm that is no text", { good().with(header: ["alg": ["HS256"]]).signed(with: key) }, .invalid),
        ("a header that is a list", { good().with(header: ["HS256"]).signed(with: key) }, .invalid),
        (
            "an extension that must be understood",
            { good().with(header: ["alg": "HS256", "crit": ["x"]]).signed(with: key) }, .invalid
        ),
        ("base64 of another alphabet", { padded(good().signed(with: key)) }, .invalid),
        ("too long", { good().with("pad", huge).signed(with: key) }, .invalid),
        ("no end", { good().with("exp", nil).signed(with: key) }, .invalid),
        ("an end of null", { good().with("exp", .null).signed(with: key) }, .invalid),
        ("an end that is a text", { good().with("exp", "9999999999").signed(with: key) }, .invalid),
        ("an end beyond all times", { good().with("exp", .number(JSONNumber(1e300))).signed(with: key) }, .invalid),
        ("no name", { good().with("sub", nil).signed(with: key) }, .invalid),
        ("a name that is a number", { good().with("sub", 7).signed(with: key) }, .invalid),
        ("for somebody else", { good().with("aud", "gateway").signed(with: key) }, .invalid),
        ("for a list of others", { good().with("aud", ["a", "b"]).signed(with: key) }, .invalid),
        ("for null", { good().with("aud", .null).signed(with: key) }, .invalid),
        ("an unknown type", { good().with("type", "service").signed(with: key) }, .invalid),
        ("a type that is no text", { good().with("type", 1).signed(with: key) }, .invalid),
        (
            "a refresh token that wants a code",
            { good().with("type", "refresh").with("requires_2fa", true).signed(with: key) }, .invalid
        ),
        ("a yes that is a text", { good().with("requires_2fa", "true").signed(with: key) }, .invalid),
        ("a begin that is a text", { good().with("nbf", "0").signed(with: key) }, .invalid),
        ("a begin beyond all times", { good().with("nbf", .number(JSONNumber(1e300))).signed(with: key) }, .invalid),
        (
            "an issue time beyond all times", { good().with("iat", .number(JSONNumber(1e300))).signed(with: key) },
            .invalid
        ),
        ("a login that is a number", { good().with("sid", 1).signed(with: key) }, .invalid),
        ("expired", { HandMadeToken(of: "eve", until: seconds - 1).signed(with: key) }, .expired),
        ("long expired", { HandMadeToken(of: "eve", until: 0).signed(with: key) }, .expired),
        ("a begin to come", { good().with("nbf", .number(JSONNumber(seconds + 1))).signed(with: key) }, .notYetValid),
        (
            "issued in the future", { good().with("iat", .number(JSONNumber(seconds + 31))).signed(with: key) },
            .notYetValid
        ),
    ]

    @Test("whatever else is wrong is a fault", arguments: faults.map(\.name))
    func expectFault(_ name: String) async throws {
        let row = try #require(Self.faults.first { $0.name == name })
        let token = row.token()
        #expect(await Self.fault(of: token) == row.fault)
        // And again, since a verified signature is remembered.
        let authority = TokenAuthority(keys: SigningKeys(current: Self.key))
        for _ in 1...2 {
            await #expect(throws: row.fault) { try await authority.claims(of: token, at: Self.now) }
        }
    }

    @Test("an end has no tolerance, a clock that is ahead has half a minute")
    func edges() async {
        let token = HandMadeToken(of: "eve", until: Self.seconds).signed(with: Self.key)
        #expect(await Self.fault(of: token) == nil)
        #expect(await Self.fault(of: token, at: Self.now + Interval(microseconds: 1)) == .expired)
        let ahead = Self.good().with("iat", .number(JSONNumber(Self.seconds + 30))).signed(with: Self.key)
        #expect(await Self.fault(of: ahead) == nil)
        #expect(await Self.fault(of: ahead, at: Self.now - Interval(microseconds: 1)) == .notYetValid)
        let begins = Self.good().with("nbf", .number(JSONNumber(Self.seconds))).signed(with: Self.key)
        #expect(await Self.fault(of: begins) == nil)
        #expect(await Self.fault(of: begins, at: Self.now - Interval(microseconds: 1)) == .notYetValid)
    }

    // MARK: Keys

    @Test(
        "a key of any length is the raw bytes that others sign with",
        arguments: [
            "k", "short", "exactly thirty-two bytes, so it is",
            String(repeating: "long ", count: 40),
        ])
    func keyLengths(_ text: String) async throws {
        let key = Array(text.utf8)
        #expect(await Self.fault(of: Self.good().signed(with: key), keys: SigningKeys(current: key)) == nil)
        let claims = TokenClaims(.access, username: "eve", issuedAt: nil, expiresAt: Self.now + .minutes(1))
        let token = try await TokenAuthority(keys: SigningKeys(current: key)).token(claims, at: Self.now)
        let again = try HandMadeToken(reading: token).signed(with: key)
        #expect(again == token)
    }

    @Test("two keys are good at once, the earlier one until its end; new tokens are of the current one")
    func twoKeys() async throws {
        let until = Self.now + .minutes(5)
        let keys = SigningKeys(current: Self.other, previous: [.init(key: Self.key, validUntil: until)])
        let (old, new) = (Self.good().signed(with: Self.key), Self.good().signed(with: Self.other))
        for moment in [Self.now, until] {
            #expect(await Self.fault(of: old, keys: keys, at: moment) == nil)
            #expect(await Self.fault(of: new, keys: keys, at: moment) == nil)
        }
        let late = until + Interval(microseconds: 1)
        #expect(await Self.fault(of: old, keys: keys, at: late) == .invalid)
        #expect(await Self.fault(of: new, keys: keys, at: late) == nil)

        let claims = TokenClaims(.access, username: "eve", issuedAt: nil, expiresAt: Self.now + .minutes(1))
        let token = try await TokenAuthority(keys: keys).token(claims, at: Self.now)
        #expect(await Self.fault(of: token, keys: SigningKeys(current: Self.other)) == nil)
        #expect(await Self.fault(of: token, keys: SigningKeys(current: Self.key)) == .invalid)
    }

    @Test("an earlier key without an end is good as long as the configuration names it")
    func configuredPrevious() async {
        let keys = SigningKeys(current: Self.other, previous: [.init(key: Self.key, validUntil: nil)])
        let token = HandMadeToken(of: "eve", until: Self.seconds + 99_999_999).signed(with: Self.key)
        #expect(await Self.fault(of: token, keys: keys, at: Self.now + .hours(20_000)) == nil)
    }

    @Test("what was verified once is not remembered beyond its key, its end or its time")
    func memory() async throws {
        let keys = SigningKeys(current: Self.key)
        let authority = TokenAuthority(keys: keys)
        let token = Self.good().signed(with: Self.key)
        _ = try await authority.claims(of: token, at: Self.now)
        await #expect(throws: TokenFault.expired) {
            try await authority.claims(of: token, at: Self.now + .minutes(10) + Interval(microseconds: 1))
        }
        keys.replace(current: Self.other, previous: [.init(key: Self.key, validUntil: Self.now + .minutes(1))])
        _ = try await authority.claims(of: token, at: Self.now + .minutes(1))
        await #expect(throws: TokenFault.invalid) {
            try await authority.claims(of: token, at: Self.now + .minutes(1) + Interval(microseconds: 1))
        }
        // The key comes back, and with it the token.
        keys.replace(current: Self.key, previous: [])
        _ = try await authority.claims(of: token, at: Self.now)
        keys.replace(current: Self.other, previous: [])
        await #expect(throws: TokenFault.invalid) { try await authority.claims(of: token, at: Self.now) }
    }

    @Test("a rotation among many requests makes none of them fail")
    func rotationUnderLoad() async throws {
        let keys = SigningKeys(current: Self.key)
        let authority = TokenAuthority(keys: keys)
        let claims = TokenClaims(.access, username: "eve", issuedAt: nil, expiresAt: Self.now + .minutes(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        let token = try await authority.token(claims, at: Self.now)
                        #expect(try await authority.claims(of: token, at: Self.now) == claims)
                    }
                }
            }
            group.addTask {
                var previous = [SigningKeys.Previous(key: Self.key, validUntil: nil)]
                for index in 0..<20 {
                    let key = Array("key number \(index) of the rotation test".utf8)
                    keys.replace(current: key, previous: previous)
                    previous.insert(.init(key: key, validUntil: nil), at: 0)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: Help

    private static func decoded(_ part: String) throws -> [UInt8] {
        try #require(HandMadeToken.bytes(base64URL: part))
    }

    /// The same signature under another payload.
    private static func changed(_ token: String) -> String {
        let signature = token.split(separator: ".").last ?? ""
        return HandMadeToken(of: "admin", until: seconds + 600).unsigned + ".\(signature)"
    }

    private static func padded(_ token: String) -> String {
        var parts = token.split(separator: ".").map(String.init)
        parts[0] += String(repeating: "=", count: (4 - parts[0].utf8.count % 4) % 4)
        return parts[0].hasSuffix("=") ? parts.joined(separator: ".") : token + "="
    }
}
