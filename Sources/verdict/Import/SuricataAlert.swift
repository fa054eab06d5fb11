import Crypto
import EventLog

/// An alert of the Suricata intrusion detection system, and the decision that it asks for: to block its source.
struct SuricataAlert: Sendable {
    /// The alert as Suricata wrote it: evidence, so it goes into the decision byte for byte.
    let line: [UInt8]
    private let source: String?
    private let severity: Double?
    private let signature: String?
    private let category: String?

    /// - Parameter line: one line of EVE JSON without its end.
    /// - Throws: `UnfitLine`.
    init(line: [UInt8]) throws(UnfitLine) {
        let event = try UnfitLine.object(in: line)
        // A dropped packet carries an alert too, but Suricata writes that alert as a line of its own as well.
        if let type = event["event_type"] {
            guard type == "alert" else { throw .otherEvent(type.stringValue ?? type.text) }
        } else {
            guard event["alert"]?.objectValue != nil else { throw .noAlert }
        }
        self.line = line
        source = event["src_ip"]?.nonEmptyString
        severity = event["alert"]?["severity"]?.numberValue?.double
        signature = event["alert"]?["signature"]?.nonEmptyString
        category = event["alert"]?["category"]?.nonEmptyString
    }

    /// Follows from the line alone, so that importing it again asks for the same decision.
    var decisionID: String {
        "suricata-" + Hex.text(SHA256.hash(data: line)).prefix(24)
    }

    /// The body for `POST /api/v1/governance/test/enqueue` (governance-api 6.1).
    ///
    /// A field that the alert does not have is left out: the server has a default for each.
    var submission: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("decision_id", decisionID)
            writer.member("risk_level", risk.level)
            writer.object("context") { writer in
                writer.member("action_type", "block_ip")
                writer.object("action_params") { $0.memberIfPresent("target", source) }
                writer.memberIfPresent("ai_reasoning", reasoning)
                writer.member("confidence", risk.confidence)
                writer.memberIfPresent("threat_type", category)
                writer.key("metadata")
                writer.raw(line)
            }
        }
        return writer.bytes
    }

    private var reasoning: String? {
        guard let signature, let category else { return signature ?? category }
        return "\(signature) (\(category))"
    }

    /// Suricata's severities go from 1, the worst, to 255; rule sets use 1 to 3.
    private var risk: (level: String, confidence: Double) {
        switch severity {
        case 1: ("critical", 0.95)
        case 2: ("high", 0.8)
        case 3: ("medium", 0.6)
        case .some, .none: ("low", 0.4)
        }
    }
}

extension JSON {
    fileprivate var nonEmptyString: String? {
        stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
}
