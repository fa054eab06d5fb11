import Crypto
import EventLog
import Foundation

/// A token that is put together by hand: by a program that knows the key, or by somebody who does not.
package struct HandMadeToken: Sendable {
    package var header: JSON = ["alg": "HS256", "typ": "JWT"]
    package var claims: JSONObject

    /// The claims of an access token as the contract has them (hitl-api 4.2).
    ///
    /// - Parameter end: seconds since 1970.
    package init(of username: String, until end: Int) {
        claims = JSONObject([
            .init(key: "sub", value: .string(username)), .init(key: "exp", value: .number(JSONNumber(end))),
        ])
    }

    /// Reads header and claims of a token, in the order in which they stand there.
    package init(reading token: String) throws {
        let parts = token.split(separator: ".").compactMap { Self.bytes(base64URL: String($0)) }
        header = try JSONParser.parse(parts.first ?? [])
        claims = try JSONParser.parse(parts.dropFirst().first ?? []).objectValue ?? JSONObject()
    }

    /// The same with another claim, or without it.
    package func with(_ name: String, _ value: JSON?) -> HandMadeToken {
        var token = self
        token.claims[name] = value
        return token
    }

    package func with(header: JSON) -> HandMadeToken {
        var token = self
        token.header = header
        return token
    }

    /// Header and claims, without a signature.
    package var unsigned: String {
        "\(Self.base64URL(header.bytes)).\(Self.base64URL(JSON.object(claims).bytes))"
    }

    /// Signed by HMAC with SHA-256, whatever the header says.
    package func signed(with key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(unsigned.utf8), using: SymmetricKey(data: key))
        return "\(unsigned).\(Self.base64URL(Array(code)))"
    }

    /// Signed by HMAC with SHA-512, whatever the header says.
    package func signedBySHA512(with key: [UInt8]) -> String {
        let code = HMAC<SHA512>.authenticationCode(for: Array(unsigned.utf8), using: SymmetricKey(data: key))
        return "\(unsigned).\(Self.base64URL(Array(code)))"
    }

    package static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package static func bytes(base64URL text: String) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let data = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding)
        return data.map { Array($0) }
    }
}
