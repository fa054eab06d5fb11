import EventLog
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

extension AuditDoor {
    static let hastySecondsDefault = 5
    private static let hastySecondsMax = 86_400

    /// The compliance report of a period.
    @Sendable func report(_ request: Request, _ context: FrontContext) async throws -> Response {
        let period = try Self.period(of: request)
        let hasty = try request.queryNumber(
            "hasty_seconds", default: Self.hastySecondsDefault, max: Self.hastySecondsMax)
        let format = try AuditFormat.wanted(by: request, of: [.json, .csv, .html])
        // What is said of a period that is over stays so.
        await ledger.settle()
        let reading = try await Reading(request, of: ledger)
        let report = try await Self.answering {
            try await trail(reading).report(from: period.start, until: period.end, hastySeconds: hasty)
        }
        switch format {
        case .json, .ndjson: return reading.marking(.json(.ok, report.json))
        case .csv: return reading.marking(.file(report.csv, .csv, name: "report.csv"))
        case .html: return reading.marking(ComplianceReportPage(report).response)
        }
    }
}

extension Response {
    fileprivate static func file(_ bytes: [UInt8], _ format: AuditFormat, name: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: format.contentType, .contentDisposition: "attachment; filename=\"\(name)\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
