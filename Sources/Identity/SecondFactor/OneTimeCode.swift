import Crypto
import EventLog
import Foundation

/// Time-based one-time codes (RFC 6238): SHA-1, six digits, steps of 30 seconds (hitl-api 6.3).
package enum OneTimeCode {
    package static let secretSizeBytes = 20
    private static let stepSeconds: Int64 = 30
    /// Clocks differ, and people type slowly: one step before and one after are taken too.
    private static let tolerance = -1...1

    package static func step(at moment: Timestamp) -> Int {
        Int(moment.microseconds / 1_000_000 / stepSeconds)
    }

    package static func code(of secret: [UInt8], step: Int) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(mac[mac.count - 1] & 0xF)
        let number = mac[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step of which that is the code, among those that are taken now and lie behind `lastStep`.
    package static func step(of code: String, from secret: [UInt8], after lastStep: Int, at now: Timestamp) -> Int? {
        let current = step(at: now)
        return tolerance.map { current + $0 }.first { step in
            step > lastStep && Array(self.code(of: secret, step: step).utf8).elementsEqualInConstantTime(Array(code.utf8))
        }
    }

    /// The address that an authenticator program reads (hitl-api 6.3).
    package static func address(of secret: [UInt8], email: String) -> String {
        let issuer = "Reactive%20Fabric%20HITL"
        return "otpauth://totp/\(issuer):\(percentEncoded(email))?secret=\(Base32.text(secret))&issuer=\(issuer)"
    }

    private static func percentEncoded(_ text: String) -> String {
        var unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: Unicode.Scalar(0)...Unicode.Scalar(127)))
        unreserved.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
