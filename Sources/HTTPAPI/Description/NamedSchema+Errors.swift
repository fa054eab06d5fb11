import EventLog

extension NamedSchema {
    static let detail = NamedSchema(
        "Detail", .object([.required("detail", .string, "What is wrong, in a sentence.")]))

    /// The shape of FastAPI (hitl-api 3.2).
    static let validationError = NamedSchema(
        "HTTPValidationError",
        .object([.required("detail", .list(of: .reference(validationIssue)), "All that is wrong with the input.")]))

    static let validationIssue = NamedSchema(
        "ValidationIssue",
        .object([
            .required("type", .string.example("missing"), "The kind of mistake."),
            .required(
                "loc", .list(of: .any(of: [.string, .integer])).example(["body", "session_id"]),
                "Where: body, query or path, then the field, then the place in a list; or the byte in a text that is no JSON."),
            .required("msg", .string.example("Field required"), "For people."),
            .required("input", .anything, "What was sent; null where it may be a secret."),
            .optional("ctx", .anyObject, "What the message is made of."),
        ]))

    static let validationErrorOrDetail = NamedSchema(
        "ValidationErrorOrDetail", .any(of: [.reference(validationError), .reference(detail)]))
}
