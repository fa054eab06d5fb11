import Foundation
import Ledger
import Transparency

/// What the evidence of a log is kept in: a folder in the data directory, outside of the database, and the secret key
/// beside it.
package struct EvidenceDirectory: Sendable {
    private let data: String

    /// - Parameter data: the data directory.
    package init(data: String) {
        self.data = data
    }

    package var eventsPath: String { data + "/events.db" }
    var keyPath: String { data + "/evidence.key" }
    var path: String { data + "/evidence" }
    /// The last checkpoint that was published. It never goes back.
    var checkpointPath: String { path + "/checkpoint" }
    private var witnessesPath: String { path + "/witnesses" }
    private var originsPath: String { path + "/origins" }

    /// Whether there is evidence of this log: a key, or something that was published.
    package var isThere: Bool {
        [keyPath, checkpointPath].contains { FileManager.default.fileExists(atPath: $0) }
    }

    func tilePath(_ tile: Tile) -> String { "\(path)/\(tile.path)" }

    /// The last checkpoint that a witness has signed.
    func cosignedPath(_ witness: VerifierKey) -> String { "\(witnessesPath)/\(witness.id)" }

    /// The checkpoints that witnesses have signed, whoever they are.
    func cosigned() throws -> [SignedNote] {
        try names(in: witnessesPath).compactMap { try note(at: "\(witnessesPath)/\($0)") }
    }

    // MARK: Files

    /// Nil where there is no such file.
    func read(_ path: String) throws(EvidenceError) -> [UInt8]? {
        try Self.telling { () throws(DurableFile.Failure) in try DurableFile.read(path) }
    }

    func write(_ bytes: [UInt8], to path: String, isDurable: Bool = true) throws(EvidenceError) {
        try Self.telling { () throws(DurableFile.Failure) in
            try DurableFile.write(bytes, to: path, isDurable: isDurable)
        }
    }

    private static func telling<Value>(
        _ body: () throws(DurableFile.Failure) -> Value
    ) throws(EvidenceError) -> Value {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    // MARK: Notes

    /// Nil where there is no file.
    ///
    /// - Throws: `EvidenceError.damagedFile` for one that holds no note.
    func note(at path: String) throws -> SignedNote? {
        guard let bytes = try read(path) else { return nil }
        do throws(NoteError) {
            return try SignedNote(bytes: bytes)
        } catch {
            throw EvidenceError.damagedFile(path: path, reason: "\(error)")
        }
    }

    func write(_ note: SignedNote, to path: String) throws {
        try write(Array(note.description.utf8), to: path)
    }

    // MARK: Earlier origins

    /// The folders of the origins before this one, oldest first.
    func origins() throws -> [String] {
        try names(in: originsPath).compactMap(Int.init).sorted().map { "\(originsPath)/\($0)" }
    }

    func nextOrigin() throws -> String {
        "\(originsPath)/\(try origins().count + 1)"
    }

    /// Moves what belongs to the origin that ends into a folder of its own. Tiles stay: they are the same for every
    /// origin, and are compared with the log when it is opened.
    func retire(to folder: String) throws {
        try Self.telling { () throws(DurableFile.Failure) in try DurableFile.makeFolder(folder) }
        for (from, to) in [(checkpointPath, "checkpoint"), (witnessesPath, "witnesses")]
        where FileManager.default.fileExists(atPath: from) {
            try FileManager.default.moveItem(atPath: from, toPath: "\(folder)/\(to)")
        }
    }

    private func names(in folder: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { !$0.hasSuffix(DurableFile.unfinished) }.sorted()
    }
}
