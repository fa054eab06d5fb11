import EventLog
import Foundation
import GRDB
import Projections

/// The read models of a data directory against a fresh fold of its log.
struct ProjectionsCheck {
    enum Outcome {
        case same(String)
        case different(count: Int)
        /// There is nothing to be compared.
        case passedOver(String)
        case failed(String)
    }

    let dataPath: String
    let progress: ProgressLine

    /// - Parameter found: hears of each difference.
    func run(_ model: ViewsModel, _ log: any EventStore, _ found: (ViewsDifference) -> Void) -> Outcome {
        let what = "folding the log for \(model.fileName):"
        let comparison = ViewsComparison(
            path: "\(dataPath)/\(model.fileName)", model: model,
            temporaryPath: TemporaryBuild.path(in: dataPath, model.name)
        ) { [progress] in progress.show(what, min($0.position, $0.target), of: $0.target) }
        do {
            switch try comparison.run(with: log, found) {
            case .compared(let position, let rows, 0):
                return .same("all \(rows) rows are what a fresh fold of the log makes, up to event \(position)")
            case .compared(_, _, let differences): return .different(count: differences)
            case .passedOver(let reason): return .passedOver("not compared with the log: \(reason)")
            }
        } catch let error as DatabaseError {
            return .failed("it cannot be compared with the log: \(error.message ?? "\(error.resultCode)")")
        } catch {
            return .failed("it cannot be compared with the log: \(error)")
        }
    }
}
