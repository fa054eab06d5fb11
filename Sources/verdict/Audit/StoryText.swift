import EventLog
import Governance
import HTTPAPI
import Ledger
import Projections

/// The story of a decision for people at a terminal.
enum StoryText {
    static func text(of story: DecisionStory) -> String {
        var lines = ["Decision \(plain(story.submitted.decisionID))"]
        for step in story.steps {
            let row = step.record.row
            let waited = row.waited.map { ", \($0.seconds) s after the question" } ?? ""
            lines.append("")
            lines.append("\(row.recordedAt.rfc3339)  \(row.type.name)\(waited)")
            lines.append("  \(plain(step.record.eventDescription))")
            if let session = row.sessionID { lines.append("  session: \(plain(session))") }
            if let reason = row.reason { lines.append("  said: \(plain(reason))") }
            for change in step.after.changes(since: step.before) where step.before != nil {
                lines.append("  \(change.member): \(change.before.text) -> \(plain(change.after.text))")
            }
        }
        for session in story.sessions {
            lines.append("")
            lines.append(
                "\(session.kind.rawValue) \(plain(session.sessionID)) of \(plain(session.operatorID ?? "unknown"))")
            if let opened = session.openedAt { lines.append("  opened: \(opened.rfc3339)") }
            if let closed = session.closedAt {
                lines.append("  closed: \(closed.rfc3339) (\(session.closeReason ?? "unknown"))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line without control characters: what callers wrote must not move the cursor of whoever reads it.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
