import Foundation
import Transparency

extension EvidenceDirectory {
    /// The secret key; nil where none has been made.
    ///
    /// - Throws: `EvidenceError` where others on this machine may read the file, or where it holds no key.
    package func signingKey() throws -> SigningKey? {
        guard let bytes = try read(keyPath) else { return nil }
        var status = stat()
        guard stat(keyPath, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw EvidenceError.openKey(path: keyPath)
        }
        do throws(NoteError) {
            return try SigningKey(text: String(decoding: bytes, as: UTF8.self).dropLast(while: \.isNewline))
        } catch {
            throw EvidenceError.damagedFile(path: keyPath, reason: "\(error)")
        }
    }

    /// Makes the secret key of a log that has none.
    ///
    /// - Parameter origin: the name of the log; nil for one that is made of the machine's name and of chance.
    /// - Throws: `EvidenceError.keyExists`, and `EvidenceError.keyMissing` where the log has published already: a new key
    ///   would be another log.
    package func makeKey(origin: String? = nil) throws -> SigningKey {
        guard try signingKey() == nil else { throw EvidenceError.keyExists(path: keyPath) }
        if let note = try note(at: checkpointPath) {
            throw EvidenceError.keyMissing(path: keyPath, origin: (try? Checkpoint(text: note.text).origin) ?? "a log")
        }
        let key = try SigningKey(name: origin ?? Self.freshOrigin())
        try write(key)
        return key
    }

    func write(_ key: SigningKey) throws {
        try write(Array("\(key.secretText)\n".utf8), to: keyPath)
    }

    /// A name that no other log has: `host/verdict/1f2e3d4c`.
    private static func freshOrigin() -> String {
        let host = ProcessInfo.processInfo.hostName
        let chance = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
        return "\(KeyName.isValid(host) && host.utf8.count <= 128 ? host : "localhost")/verdict/\(chance)"
    }
}

extension String {
    fileprivate func dropLast(while isDropped: (Character) -> Bool) -> Substring {
        var text = self[...]
        while let last = text.last, isDropped(last) { text.removeLast() }
        return text
    }
}
