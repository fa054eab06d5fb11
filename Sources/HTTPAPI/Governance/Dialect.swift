import EventLog
import Governance

/// How the words of an answer are written: the canonical surface in lower case, the alias surface of the Go TUI client
/// in upper case (governance-api 10.2). The names of fields are the same in both.
enum Dialect: CaseIterable {
    case canonical, alias

    func word(_ risk: RiskLevel) -> String {
        self == .canonical ? risk.rawValue : risk.rawValue.uppercased()
    }

    func word(_ status: DecisionStatus) -> String {
        switch (self, status) {
        case (.canonical, _): status.rawValue
        case (.alias, .timeout): "EXPIRED"
        case (.alias, _): status.rawValue.uppercased()
        }
    }

    func word(_ level: AutomationLevel) -> String {
        switch (self, level) {
        case (.canonical, _): level.rawValue
        case (.alias, .full): "AUTOMATED"
        case (.alias, _): level.rawValue.uppercased()
        }
    }
}

// Requests may use either dialect, in any case, on every surface.

extension RiskLevel {
    init?(word: String) {
        self.init(rawValue: word.lowercased())
    }
}

extension DecisionStatus {
    init?(word: String) {
        let word = word.lowercased()
        self.init(rawValue: word == "expired" ? "timeout" : word)
    }
}

extension AutomationLevel {
    init?(word: String) {
        let word = word.lowercased()
        self.init(rawValue: word == "automated" ? "full" : word)
    }
}
