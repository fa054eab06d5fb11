import EventLog
import Foundation
import GRDB
import VerdictTesting

/// The data directory of a server that has served a made-up log and stopped: log, views and evidence, each in its file alone.
struct StoppedServer {
    private let log: MadeLog

    init(events: Int = 300) async throws {
        log = try await MadeLog(events: events)
        let server = try await ServerProcess(dataPath: log.path)
        // The clock has said what it has to say of deadlines that are long over.
        try await wait {
            try await server.client.get("\(ServerClient.api)/pending")["by_status"]?["pending"] == 0
        }
        let last = try MadeLog.rows(log.file).count
        // A proof is given once the checkpoint covers its event.
        _ = try await server.client.get("/api/v1/evidence/events/\(last).tlog-proof")
        // An answer about the past is given once the audit index has seen everything.
        _ = try await server.client.get("/api/v1/audit/events?limit=1")
        await server.terminate()
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasSuffix(".db") {
            try await DatabaseQueue(path: "\(path)/\(name)").writeWithoutTransaction {
                _ = try $0.checkpoint(.truncate)
            }
        }
    }

    var path: String { log.path }
    var events: LogFile { LogFile(path: log.file) }

    /// A copy that can be damaged.
    func copy(to path: String) throws {
        try FileManager.default.copyItem(atPath: self.path, toPath: path)
    }
}
