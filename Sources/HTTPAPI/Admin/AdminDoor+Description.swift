import HTTPTypes
import Projections

/// What the operations of this door are, beside its `routes`.
extension AdminDoor {
    @OperationList static var descriptions: [OperationDescription] {
        admin(.get, base, "projections", "How the read models do")
            .detail("The views, which answers come from, and the audit index: each can be made anew from the log.")
            .answers("As they are now.", .projections)
        admin(.post, "\(base)/rebuild", "rebuildProjection", "Make a read model anew")
            .detail(
                "It is built beside the live one, from the first event of the log on, and takes its place when it has seen all. Commands and questions go on meanwhile."
            )
            .query("projection", .word(ViewsModel.all.map(\.name)), "Which one; the views where nothing is said.")
            .refuses(.conflict, .unavailable)
            .begins("It has begun; the answer says where to look how far it is.", .rebuildBegun)
        admin(.get, letters, "deadLetters", "Events that a projection could not take")
            .query("from", .count, "From that position on; an answer has at most 1000 of each model.")
            .answers("In the order of their positions, also those that were set aside.", .deadLetters)
        admin(.post, "\(letters)/:position/retry", "retryDeadLetter", "Try an event once more")
            .detail(
                "Gives it to the projections that could not take it. Where a later event of its stream was taken since, a rebuild alone can give it to them in its place: 409 then, and where it still cannot be taken."
            )
            .refuses(.conflict, .invalidInput).answers("All have taken it.", .deadLetterTaken)
        admin(.post, "\(letters)/:position/skip", "skipDeadLetter", "Set an event aside")
            .detail("Recorded in the log, so that it holds after every rebuild too.")
            .takes(.deadLetterSkip).writes().answers("It is set aside.", .deadLetterSkipped)
    }

    private static func admin(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String
    ) -> OperationDescription {
        OperationDescription(method, path, name, .administration, summary).open(to: .cleared(.administrator))
    }
}

extension NamedSchema {
    fileprivate static let projections = NamedSchema(
        "Projections",
        .object([
            .required("log_position", .count),
            .required(
                "projections",
                .list(
                    of: .object([
                        .required("name", .word(ViewsModel.all.map(\.name))),
                        .required("position", .count, "The last event that it has seen."),
                        .required("lag", .count, "Events that it has not seen yet."),
                        .required("phase", .word(ViewsStatus.Phase.allCases.map(\.rawValue))),
                        .required("progress", .number, "Of the build that runs, 0 to 1; 1 while none runs."),
                        .required("generation", .count, "How often it was made anew."),
                        .required("events_per_second", .number, "Of the build that runs, or of the last one."),
                        .required("started_at", .moment.orNull, "When the last rebuild began."),
                        .required("finished_at", .moment.orNull),
                        .required("failure", .string.orNull, "Why the last rebuild failed."),
                        .required("dead_letters", .anyObject, "How many are open, by projection."),
                    ]))),
        ]))

    fileprivate static let rebuildBegun = NamedSchema(
        "RebuildBegun",
        .object([
            .required("status", .constant(ViewsStatus.Phase.rebuilding.rawValue)),
            .required("projection", .word(ViewsModel.all.map(\.name))),
            .required("look_at", .string),
        ]))

    fileprivate static let deadLetters = NamedSchema(
        "DeadLetters",
        .object([
            .required("open", .count, "How many nobody has set aside."),
            .required(
                "dead_letters",
                .list(
                    of: .object([
                        .required("model", .word(ViewsModel.all.map(\.name))), .required("projection", .string),
                        .required("position", .count), .required("reason", .string),
                        .required("type", .string.orNull, "Of the event."), .required("subject", .string.orNull),
                        .required("recorded_at", .moment.orNull),
                        .required(
                            "skip",
                            .object([
                                .required("position", .count), .required("reason", .string),
                                .required("skipped_by", .string),
                            ]).orNull, "How it was set aside; null while it is open."),
                    ]))),
        ]))

    fileprivate static let deadLetterTaken = NamedSchema(
        "DeadLetterTaken",
        .object([.required("position", .count), .required("taken_by", .list(of: .string))]))

    fileprivate static let deadLetterSkip = NamedSchema(
        "DeadLetterSkip", .object([.required("reason", .text(atLeast: 1), "Why nobody misses it; kept in the log.")]))

    fileprivate static let deadLetterSkipped = NamedSchema(
        "DeadLetterSkipped",
        .object([
            .required("position", .count), .required("projections", .list(of: .string)), .required("reason", .string),
            .required("skipped_by", .string),
        ]))
}
