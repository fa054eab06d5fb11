import Crypto
import EventLog
import Foundation
import JWTKit
import Synchronization

/// Makes tokens and judges those that come back: HS256 and nothing else.
package final class TokenAuthority: Sendable {
    /// Clocks differ: a token may be that young.
    private static let clockTolerance = Interval.seconds(30)
    /// Tokens whose signature has been checked; all are forgotten when there are too many.
    private static let cacheMax = 8192
    private static let sizeBytesMax = 4096
    /// The shortest key that jwt-kit takes.
    private static let keySizeBytesMin = 32

    private let keys: SigningKeys
    private let state = Mutex(State())

    private struct State {
        /// The collections of the keys, the current one first, and the keys that they were made of.
        var collections: [(key: [UInt8], collection: JWTKeyCollection)] = []
        var verified: [String: Verified] = [:]
    }

    private struct Verified {
        let claims: TokenClaims
        let notBefore: Timestamp?
        let key: [UInt8]
    }

    package init(keys: SigningKeys) {
        self.keys = keys
    }

    /// A signed token.
    package func token(_ claims: TokenClaims, at now: Timestamp) async throws -> String {
        guard let signer = await collections(at: now).first else { throw TokenFault.invalid }
        return try await signer.collection.sign(TokenPayload(claims))
    }

    /// What a token says, if it is ours and in force.
    package func claims(of token: String, at now: Timestamp) async throws(TokenFault) -> TokenClaims {
        let verified = try await verified(token, at: now)
        if let notBefore = verified.notBefore, now < notBefore { throw .notYetValid }
        if let issuedAt = verified.claims.issuedAt, now + Self.clockTolerance < issuedAt { throw .notYetValid }
        guard now <= verified.claims.expiresAt else { throw .expired }
        return verified.claims
    }

    // MARK: The signature

    private func verified(_ token: String, at now: Timestamp) async throws(TokenFault) -> Verified {
        guard token.utf8.count <= Self.sizeBytesMax else { throw .invalid }
        let collections = await collections(at: now)
        if let known = state.withLock({ $0.verified[token] }), collections.contains(where: { $0.key == known.key }) {
            return known
        }
        guard Self.isPinned(token) else { throw .invalid }
        for (key, collection) in collections {
            guard let payload = try? await collection.verify(token, as: TokenPayload.self) else { continue }
            let verified = try Verified(
                claims: TokenClaims(payload, token: token), notBefore: payload.nbf.flatMap { Timestamp(numericDate: $0) },
                key: key)
            state.withLock { state in
                if state.verified.count >= Self.cacheMax { state.verified.removeAll(keepingCapacity: true) }
                state.verified[token] = verified
            }
            return verified
        }
        throw .invalid
    }

    /// The keys that are in force, made ready for use.
    private func collections(at now: Timestamp) async -> [(key: [UInt8], collection: JWTKeyCollection)] {
        let inForce = keys.inForce(at: now)
        let ready = state.withLock { $0.collections }
        if ready.map(\.key) == inForce { return ready }
        var collections: [(key: [UInt8], collection: JWTKeyCollection)] = []
        for key in inForce {
            // Zeros behind a short key change no signature (RFC 2104, section 2), and jwt-kit wants 32 bytes.
            let padding = [UInt8](repeating: 0, count: max(0, Self.keySizeBytesMin - key.count))
            let collection = await JWTKeyCollection()
                .add(hmac: HMACKey(key: SymmetricKey(data: key + padding)), digestAlgorithm: .sha256)
            collections.append((key, collection))
        }
        state.withLock { state in
            state.collections = collections
            state.verified.removeAll(keepingCapacity: true)
        }
        return collections
    }

    private static func isPermitted(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether the header names our algorithm. The library checks the signature by the key that it has, whatever the
    /// token claims; a token that claims something else is not one of ours.
    private static func isPinned(_ token: String) -> Bool {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        // The library reads other alphabets of base64 too: then one token could be written in several ways.
        guard parts.count == 3, token.utf8.allSatisfy(isPermitted), let header = Data(base64URL: parts[0]),
            let json = try? JSONParser.parse(Array(header))
        else { return false }
        // "crit" names extensions that must be understood (RFC 7515, section 4.1.11), and none is.
        return json["alg"]?.stringValue == "HS256" && json["crit"] == nil
    }
}

extension TokenClaims {
    fileprivate init(_ payload: TokenPayload, token: String) throws(TokenFault) {
        guard let username = payload.sub, let end = payload.exp, let expiresAt = Timestamp(numericDate: end),
            !payload.hasAudience, payload.nbf.map({ Timestamp(numericDate: $0) != nil }) ?? true,
            payload.iat.map({ Timestamp(numericDate: $0) != nil }) ?? true
        else { throw .invalid }
        let kind: Kind
        switch (payload.type, payload.requires_2fa ?? false) {
        case (nil, true): kind = .temporary
        case (nil, false), ("access", false): kind = .access
        case ("refresh", false): kind = .refresh
        default: throw .invalid
        }
        self.init(
            kind, username: username, role: payload.role, issuedAt: payload.iat.flatMap { Timestamp(numericDate: $0) },
            expiresAt: expiresAt, loginID: payload.sid, generation: payload.gen)
    }
}

extension Timestamp {
    /// Seconds since 1970, as JWT writes times; nil for what is no time.
    fileprivate init?(numericDate seconds: Double) {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return nil }
        self.init(microseconds: Int64(seconds * 1_000_000))
    }
}

extension Data {
    /// Base64 for addresses without padding (RFC 7515, section 2); nil where the text is something else.
    fileprivate init?(base64URL text: Substring) {
        guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        self.init(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding)
    }
}
