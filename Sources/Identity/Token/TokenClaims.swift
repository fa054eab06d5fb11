import EventLog
import Foundation
import JWTKit

/// What a token says (hitl-api 4.2).
package struct TokenClaims: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case access
        case refresh
        /// Given out between password and code; good for the code alone.
        case temporary
    }

    package var kind: Kind
    package var username: String
    /// Informative: the role that counts is the stored one.
    package var role: String?
    package var issuedAt: Timestamp?
    package var expiresAt: Timestamp
    /// The login that the token belongs to; nil in a token that somebody else has made with our key.
    package var loginID: String?
    /// Of a refresh token: how often the login's tokens had been exchanged.
    package var generation: Int?

    package init(
        _ kind: Kind, username: String, role: String? = nil, issuedAt: Timestamp?, expiresAt: Timestamp,
        loginID: String? = nil, generation: Int? = nil
    ) {
        self.kind = kind
        self.username = username
        self.role = role
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.loginID = loginID
        self.generation = generation
    }
}

/// The claims as they stand in a token.
struct TokenPayload: JWTPayload {
    var sub: String?
    var role: String?
    var exp: Double?
    var iat: Double?
    var nbf: Double?
    var type: String?
    var requires_2fa: Bool?
    /// The login.
    var sid: String?
    var gen: Int?
    /// Whether there is an audience: ours have none, so a token with one is meant for somebody else.
    var hasAudience = false

    private enum CodingKeys: String, CodingKey {
        case sub, role, exp, iat, nbf, type, requires_2fa, sid, gen, aud
    }

    init(_ claims: TokenClaims) {
        sub = claims.username
        role = claims.role
        exp = (claims.expiresAt.microseconds / 1_000_000).asDouble
        iat = claims.issuedAt.map { ($0.microseconds / 1_000_000).asDouble }
        sid = claims.loginID
        gen = claims.generation
        switch claims.kind {
        case .access: type = "access"
        case .refresh: type = "refresh"
        case .temporary: requires_2fa = true
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sub = try container.decodeIfPresent(String.self, forKey: .sub)
        role = try? container.decodeIfPresent(String.self, forKey: .role)
        exp = try container.decodeIfPresent(Double.self, forKey: .exp)
        iat = try container.decodeIfPresent(Double.self, forKey: .iat)
        nbf = try container.decodeIfPresent(Double.self, forKey: .nbf)
        type = try container.decodeIfPresent(String.self, forKey: .type)
        requires_2fa = try container.decodeIfPresent(Bool.self, forKey: .requires_2fa)
        sid = try container.decodeIfPresent(String.self, forKey: .sid)
        gen = try container.decodeIfPresent(Int.self, forKey: .gen)
        hasAudience = container.contains(.aud)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(sub, forKey: .sub)
        try container.encodeIfPresent(role, forKey: .role)
        try container.encodeIfPresent(exp.map { Int64($0) }, forKey: .exp)
        try container.encodeIfPresent(iat.map { Int64($0) }, forKey: .iat)
        try container.encodeIfPresent(type, forKey: .type)
        try container.encodeIfPresent(requires_2fa, forKey: .requires_2fa)
        try container.encodeIfPresent(sid, forKey: .sid)
        try container.encodeIfPresent(gen, forKey: .gen)
    }

    /// The times are judged by our own clock, not here.
    func verify(using algorithm: some JWTAlgorithm) throws {}
}

extension Int64 {
    fileprivate var asDouble: Double { Double(self) }
}
