import Backup
import Foundation
import Ledger

extension FuzzTarget {
    static let backup = [
        FuzzTarget(name: "backup-manifest") { bytes in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verdict-fuzz-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try Data(bytes).write(to: folder.appendingPathComponent(DataDirectory.manifestName))
            _ = try? BackupManifest.read(in: folder.path)
        }
    ]
}
