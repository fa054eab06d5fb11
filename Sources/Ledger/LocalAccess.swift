import EventLog
import Foundation
import Identity

/// How the command line of this machine reaches a server that runs on a data directory: a file beside the log that only
/// the owner of the directory reads. Whoever can read it could also read the keys of the server.
package struct LocalAccess: Sendable {
    /// Such as `http://127.0.0.1:8001`.
    package let address: String
    /// Good as long as the server runs.
    package let credential: String

    package init(address: String, credential: String) {
        self.address = address
        self.credential = credential
    }

    package static func makeCredential() -> String {
        ServiceCredential.make()
    }

    private static func path(in directory: String) -> String { directory + "/server.json" }

    /// The server on that directory; nil where none has said that it runs. It may have been killed since.
    ///
    /// - Throws: `DataDirectoryError`.
    package static func read(in directory: String) throws -> LocalAccess? {
        guard let text = try DurableFile.text(of: path(in: directory)), let json = try? JSONParser.parse(text),
            let address = json["address"]?.stringValue, let credential = json["credential"]?.stringValue
        else { return nil }
        return LocalAccess(address: address, credential: credential)
    }

    /// - Throws: `DataDirectoryError`.
    package func write(in directory: String) throws {
        let object: JSON = ["address": .string(address), "credential": .string(credential)]
        try DurableFile.write(object.text + "\n", to: Self.path(in: directory))
    }

    package static func remove(in directory: String) {
        unlink(path(in: directory))
    }
}
