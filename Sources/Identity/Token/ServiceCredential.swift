import Crypto
import EventLog
import Foundation

/// The secret of a program: long and random, so a plain hash protects it.
package enum ServiceCredential {
    package static let prefix = "verdict_"

    package static func make() -> String {
        prefix + Hex.text(Random.bytes(32))
    }

    package static func hash(of credential: String) -> String {
        Hex.text(SHA256.hash(data: Array(credential.utf8)))
    }
}
