import Foundation
import HTTPTypes
import Projections

/// What the operations of this door are, beside its `routes`.
extension SystemDoor {
    @OperationList static var descriptions: [OperationDescription] {
        OperationDescription(.get, "/", "banner", .system, "What this server is")
            .answers("The banner.", .banner)
        livePaths.map { path in
            health(path, "Whether the process is alive").answers("It is.", .health)
        }
        readyPaths.map { path in
            health(path, "Whether the log can be written and the views follow it")
                .answers("It can.", .health).alsoAnswers(
                    .serviceUnavailable, "It cannot, and `message` says why.", .health)
        }
        OperationDescription(.get, "/metrics", "metrics", .system, "Figures for Prometheus")
            .answers("In the text format of Prometheus, version 0.0.4.", .string, as: "text/plain")
    }

    /// `/health/live` is called healthLive.
    private static func health(_ path: String, _ summary: String) -> OperationDescription {
        let words = path.split(separator: "/")
        let name = words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
        return OperationDescription(.get, path, name, .system, summary).open(to: .everybody)
    }
}

extension NamedSchema {
    fileprivate static let banner = NamedSchema(
        "Banner",
        .object([
            .required("service", .constant(Banner.governanceService)),
            .required("version", .string),
            .required("description", .string),
            .required("docs", .string),
            .required("health", .string),
            .required("governance_api", .string),
        ]))

    fileprivate static let health = NamedSchema(
        "Health",
        .object([
            .required("status", .word(["healthy", "unhealthy"])),
            .required("service", .constant(Banner.service)),
            .required("version", .string),
            .required("timestamp", .moment),
            .required("message", .string),
            .required(
                "components",
                .object([
                    .required("decision_queue", .boolean), .required("operator_interface", .boolean),
                    .required("decision_framework", .boolean),
                ])),
            .optional(
                "notice", .string,
                "What everybody has to know who reads this log: that it was restored, and what is not in it."),
            .optional(
                "projections",
                .list(
                    of: .object([
                        .required("name", .string),
                        .required("phase", .word(ViewsStatus.Phase.allCases.map(\.rawValue))),
                        .required("progress", .number),
                        .required("dead_letters", .anyObject, "How many are open, by projection."),
                    ])),
                "Read models that are being made, or that could not take some events. They serve nevertheless."),
        ]))
}
