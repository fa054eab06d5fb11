import HTTPTypes

/// What the operations of this door are, beside its `routes`.
extension EvidenceDoor {
    @OperationList static var descriptions: [OperationDescription] {
        OperationDescription(.get, base, "evidence", .evidence, "The log, its key and its witnesses")
            .answers("As they are now.", .logDescription)
        OperationDescription(.get, "/checkpoint", "checkpoint", .evidence, "The signed checkpoint")
            .refuses(.notFound, .unavailable).answers("A signed note (C2SP tlog-checkpoint).", .string, as: "text/plain")
        OperationDescription(.get, "/tile/**", "tile", .evidence, "A tile of hashes or a bundle of entries")
            .refuses(.unavailable)
            .answers("As C2SP tlog-tiles has it; it never changes.", .string, as: "application/octet-stream")
        OperationDescription(
            .get, "\(GovernanceDoor.base)/decision/{decision_id}.tlog-proof", "decisionProof", .evidence,
            "The proof that the last event of a decision is in the log"
        )
        .refuses(.unavailable).answers("A C2SP tlog-proof.", .string, as: "text/plain")
        OperationDescription(
            .get, "\(base)/events/{position}.tlog-proof", "eventProof", .evidence, "The proof that an event is in the log"
        )
        .refuses(.unavailable).answers("A C2SP tlog-proof.", .string, as: "text/plain")
        OperationDescription(
            .get, "\(base)/decisions/:decision_id", "evidenceBundle", .evidence, "All evidence of one decision"
        )
        .detail("Entries, proofs, checkpoint, key, and a page that says how to check them.")
        .refuses(.unavailable).answers("A zip file.", .string, as: "application/zip")
    }
}

extension NamedSchema {
    fileprivate static let logDescription = NamedSchema(
        "EvidenceLog",
        .object([
            .required("origin", .string), .required("key", .string), .required("size", .count),
            .required("checkpoint", .string), .required("alarms", .list(of: .string)),
            .required(
                "witnesses",
                .list(
                    of: .object([
                        .required("name", .string), .required("key", .string), .required("url", .string),
                        .required("size", .count), .required("refusal", .string.orNull),
                        .required("failure", .string.orNull),
                    ]))),
            .required("successions", .list(of: .string)),
        ]))
}
