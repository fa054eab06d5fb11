import EventLog
import Evidence
import Foundation
import Ledger
import Projections
import SQLiteEventStore
import Transparency

/// The whole check of a data directory, part by part. What one part finds does not keep the others from their work.
struct Verification {
    let dataPath: String
    let evidence: EvidencePart
    /// Whether somebody has brought along what the evidence is to be compared with, so that its absence is a finding.
    let isEvidenceWanted: Bool
    let progress: ProgressLine

    private static let logName = "events.db"

    /// - Parameter tell: hears of each part when it is done.
    func run(_ tell: (PartReport) -> Void) {
        let isCopy = DataDirectory.isBackup(dataPath)
        tell(checkFile(Self.logName, .log(path: "\(dataPath)/\(Self.logName)", isCopy: isCopy)))
        withLog(tell) { log in
            tell(checkEvents(log))
            for name in derivedFiles { tell(checkFile(name, .derived(path: "\(dataPath)/\(name)"))) }
            for model in ViewsModel.all { tell(checkDerived(model, log)) }
            if let report = checkEvidence(log) { tell(report) }
        }
    }

    /// Without a log that can be opened, the derived files are all that can be looked at.
    private func withLog(_ tell: (PartReport) -> Void, _ body: (LogReader) -> Void) {
        do {
            let log = try LogReader(path: "\(dataPath)/\(Self.logName)")
            body(log)
            try log.close()
        } catch {
            tell(PartReport(findings: ["\(Self.logName): \(error)"]))
            for name in derivedFiles { tell(checkFile(name, .derived(path: "\(dataPath)/\(name)"))) }
        }
    }

    // MARK: Files

    /// Every database beside the log is derived from it.
    private var derivedFiles: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: dataPath)) ?? []
        return names.filter { $0.hasSuffix(".db") && $0 != Self.logName }.sorted()
    }

    private func checkFile(_ name: String, _ check: DatabaseCheck) -> PartReport {
        progress.show("checking the file \(name)")
        var report = PartReport()
        switch check.run() {
        case .sound: report.confirmed.append("the file is sound")
        case .passedOver(let reason): report.confirmed.append("not checked: \(reason)")
        case .damaged(let findings): report.add(findings)
        }
        return report.named(name)
    }

    // MARK: Events

    private func checkEvents(_ log: LogReader) -> PartReport {
        var check = LogCheck(log) { [progress] done, total in progress.show("reading events:", done, of: total) }
        return check.run().named(Self.logName)
    }

    /// What is derived from the log is compared with a fresh fold of it.
    private func checkDerived(_ model: ViewsModel, _ log: LogReader) -> PartReport {
        var report = PartReport()
        var differences: [String] = []
        let check = ProjectionsCheck(dataPath: dataPath, progress: progress)
        switch check.run(model, log, { differences.append("\($0)") }) {
        case .same(let sentence), .passedOver(let sentence): report.confirmed.append(sentence)
        case .different: report.add(differences)
        case .failed(let sentence): report.findings.append(sentence)
        }
        return report.named(model.fileName)
    }

    // MARK: Evidence

    /// Nil where there is none.
    private func checkEvidence(_ log: LogReader) -> PartReport? {
        guard isEvidenceWanted || EvidenceDirectory(data: dataPath).isThere else { return nil }
        progress.show("comparing the log with what was published of it")
        do {
            let (key, audit) = try evidence.run(log)
            var report = PartReport()
            report.findings = audit.findings
            if audit.findings.isEmpty {
                report.confirmed = audit.confirmed.map { "agrees with \($0)" }
                report.confirmed.append("all \(audit.events) events are as they were published by \(key.name)")
            }
            return report.named("evidence")
        } catch {
            return PartReport(findings: ["\(error)"]).named("evidence")
        }
    }
}

extension PartReport {
    /// The same with the name of the part before every sentence.
    fileprivate func named(_ name: String) -> PartReport {
        PartReport(confirmed: confirmed.map { "\(name): \($0)" }, findings: findings.map { "\(name): \($0)" })
    }
}
