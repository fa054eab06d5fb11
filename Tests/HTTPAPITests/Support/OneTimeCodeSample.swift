import EventLog
import Identity

/// What an authenticator program shows.
enum OneTimeCodeSample {
    /// - Parameter secret: in base32, as the set-up answers it; nil for what is none.
    static func code(_ secret: String, at moment: Timestamp) -> String? {
        Base32.bytes(secret).map { OneTimeCode.code(of: $0, step: OneTimeCode.step(at: moment)) }
    }
}
