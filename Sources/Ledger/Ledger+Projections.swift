import EventLog
import Logging
import Projections

/// The read models as administrators see them.
extension Ledger {
    /// How each model does, those that decide first.
    package var projections: [ViewsStatus] { [views.status, audit.status] }

    // MARK: Rebuilding

    /// Makes a model anew beside the live one, from the first event of the log on, and swaps it in. Commands and questions go
    /// on meanwhile.
    ///
    /// - Throws: `RebuildRefusal`.
    package func startRebuild(of model: ViewsModel) throws(RebuildRefusal) {
        guard let views = model.name == ViewsModel.audit.name ? audit.current : views else { throw .starting }
        try views.startRebuild(from: log, time: time) { [logger] result in
            switch result {
            case .success:
                let status = views.status
                logger.notice(
                    "read models were built again",
                    metadata: ["model": "\(status.name)", "events": "\(status.position)"])
            case .failure(let error):
                logger.error(
                    "read models could not be built again: the old ones go on serving",
                    metadata: ["model": "\(model.name)", "error": "\(error)"])
            }
        }
    }

    // MARK: Dead letters

    /// A dead letter, with the model that it belongs to.
    package struct ModelLetter: Sendable {
        package let model: String
        package let letter: DeadLetter
    }

    /// The models that can be asked now.
    private var openModels: [(name: String, views: Views)] {
        [(ViewsModel.views.name, views)] + (audit.current.map { [(ViewsModel.audit.name, $0)] } ?? [])
    }

    /// How many dead letters are open, by model and projection.
    package func deadLetterCounts() async throws -> [String: [String: Int]] {
        var counts: [String: [String: Int]] = [:]
        for model in openModels { counts[model.name] = try await model.views.read { try $0.openDeadLetters() } }
        return counts
    }

    /// The first so many of each model from that position on, in the order of their positions; also those that were set aside.
    package func deadLetters(from position: Position = 0, limit: Int) async throws -> [ModelLetter] {
        var letters: [ModelLetter] = []
        for model in openModels {
            letters += try await model.views.read { try $0.deadLetters(from: position, limit: limit) }
                .map { ModelLetter(model: model.name, letter: $0) }
        }
        return letters.sorted { $0.letter.position < $1.letter.position }
    }

    /// Gives an event once more to the projections that could not take it. Waits for the disk.
    ///
    /// - Returns: what became of it in each model.
    /// - Throws: what the files and the log say.
    package func retryDeadLetters(at position: Position) throws -> [String: DeadLetterRetry] {
        try Dictionary(
            uniqueKeysWithValues: openModels.map { model in
                (model.name, try model.views.retryDeadLetters(at: position, from: log))
            })
    }

    /// Records that the event at that position may stay out of the projections that could not take it.
    ///
    /// - Returns: what was recorded; nil where no open dead letter stands there.
    /// - Throws: `CommandError`, and what the views say.
    package func skipDeadLetters(
        at position: Position, because reason: String, by actor: String, origin: Origin
    ) async throws -> LetterSkipped? {
        let projections = Set(
            try await deadLetters(from: position, limit: 100).map(\.letter)
                .filter { $0.position == position && $0.skip == nil }.map(\.projection))
        guard !projections.isEmpty else { return nil }
        let skipped = LetterSkipped(
            position: position, projections: projections.sorted(), reason: reason, skippedBy: actor)
        _ = try await execute(.skipLetter(skipped), origin: origin)
        return skipped
    }
}
