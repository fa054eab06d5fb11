import Foundation
import Ledger

/// What a data directory holds that cannot be made again. Views and tiles are computed from the log; locks, and the
/// address of a running server, mean nothing elsewhere.
enum BackupContents {
    static let log = "events.db"
    static let checkpoint = "evidence/checkpoint"
    static let cosigned = "evidence/witnesses/"
    static let keys = "keys"
    private static let evidence = "evidence"
    private static let evidenceKey = "evidence.key"
    private static let tiles = "evidence/tile"

    /// The checkpoints that were published and what witnesses have signed, and the secrets: small files, each of which is
    /// only ever replaced as a whole.
    ///
    /// - Returns: paths below the directory.
    static func smallFiles(in directory: String) throws(BackupError) -> [String] {
        let key = FileManager.default.fileExists(atPath: "\(directory)/\(evidenceKey)") ? [evidenceKey] : []
        return try files(in: directory, below: evidence) + key + files(in: directory, below: keys)
    }

    /// Every file in a folder and in its folders, but tiles and what is not finished.
    static func files(in directory: String, below folder: String) throws(BackupError) -> [String] {
        var isFolder: ObjCBool = false
        let path = "\(directory)/\(folder)"
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return folder.hasSuffix(DurableFile.unfinished) ? [] : [folder] }
        guard folder != tiles else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .file(.unreadable(path: path, reason: error.localizedDescription))
        }
        var paths: [String] = []
        for name in names { paths += try files(in: directory, below: "\(folder)/\(name)") }
        return paths
    }

    /// What lies in the directory and is of nobody that this program knows: whoever has put it there has to copy it too.
    static func strangers(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let known = [evidence, evidenceKey, keys, "lost+found"]
        return names.sorted().filter { name in
            !known.contains(name) && !name.hasPrefix("verdict.") && !name.hasSuffix(".json")
                && !name.hasSuffix(DurableFile.unfinished) && !name.contains(".db")
        }
    }
}
