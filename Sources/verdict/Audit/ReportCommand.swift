import ArgumentParser
import EventLog
import Foundation
import HTTPAPI
import Ledger

/// `verdict report`
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print the compliance report of a period.",
        discussion: """
            How many decisions there were, who decided and how fast, which deadlines were missed, what ran without a human. \
            A period that is over has the same report whenever it is asked for, to the byte.

            Works on the data directory, beside a running server too, and changes nothing there. What the server's audit \
            index has not yet, or all where there is none, is read from the log: a long one takes a while.
            """)

    @Option(help: ArgumentHelp("The first moment of the period. (default: that of the log)", valueName: "time"))
    var start: MomentArgument?

    @Option(help: ArgumentHelp("The last moment of the period. (default: that of the log)", valueName: "time"))
    var end: MomentArgument?

    @Option(help: "The form: \(ReportForm.allValueStrings.joined(separator: ", ")).")
    var format = ReportForm.json

    @Option(help: "Approvals and rejections that came sooner after the question are counted as hasty.")
    var hastySeconds = 5

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it. (default: standard output)", valueName: "file"))
    var output: String?

    @OptionGroup var options: DataOptions

    func validate() throws {
        if let start, let end, start.moment > end.moment { throw ValidationError("--end is before --start") }
        if hastySeconds < 0 { throw ValidationError("--hasty-seconds is a number from 0 on") }
    }

    func run() async throws {
        let report = try await options.asking { trail in
            try await trail.report(from: start?.moment, until: end?.moment, hastySeconds: hastySeconds)
        }
        try AuditOutput.write(format.bytes(of: report), to: output)
    }
}

/// The forms of a report.
enum ReportForm: String, ExpressibleByArgument, CaseIterable {
    case json, csv, html

    func bytes(of report: ComplianceReport) -> [UInt8] {
        switch self {
        case .json: report.json
        case .csv: report.csv
        case .html: ComplianceReportPage(report).html
        }
    }
}
