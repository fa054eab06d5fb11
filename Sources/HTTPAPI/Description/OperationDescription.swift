import EventLog
import HTTPTypes
import Identity

/// What one operation takes, answers and refuses, for people and for programs that read OpenAPI.
///
/// It stands in a table beside its door; a test compares these tables with the routes.
struct OperationDescription: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        /// Everybody, always.
        case everybody
        /// As the permissions of the route say, where the server asks for tokens.
        case byPermission
        /// Gateways, which have a secret in common with the server.
        case gateways
        /// Whoever has a token that this clearance is satisfied with.
        case cleared(HITLDoor.Clearance)
    }

    /// What a body is.
    struct Content: Sendable {
        let type: String
        let schema: Schema
    }

    let method: HTTPRequest.Method
    /// As routes write it: `/decision/:decision_id`.
    let path: String
    let operationID: String
    let tag: OperationTag
    let summary: String
    private(set) var details: [String] = []
    private(set) var access = Access.byPermission
    private(set) var parameters: [Parameter]
    private(set) var isBodyRequired = false
    private(set) var body: [Content] = []
    private(set) var answer: Content?
    /// The same answer in other forms.
    private(set) var otherForms: [Content] = []
    private(set) var answerMeaning = "Done."
    private(set) var answerStatus = HTTPResponse.Status.ok
    private(set) var answerHeaders: [AnswerHeader] = [.requestID]
    /// Answers with other statuses that have a form of their own.
    private(set) var otherAnswers: [(HTTPResponse.Status, String, Content)] = []
    private(set) var refusals: [ErrorAnswer] = []

    init(_ method: HTTPRequest.Method, _ path: String, _ operationID: String, _ tag: OperationTag, _ summary: String) {
        self.method = method
        self.path = path
        self.operationID = operationID
        self.tag = tag
        self.summary = summary
        parameters = path.split(separator: "/").compactMap(Self.parameterName).map { Parameter(inPath: $0) }
        if !parameters.isEmpty { refusals = [.notFound] }
    }

    // MARK: Building

    func detail(_ sentence: String) -> OperationDescription { changed { $0.details.append(sentence) } }

    func open(to access: Access) -> OperationDescription {
        changed { operation in
            operation.access = access
            switch access {
            case .everybody, .byPermission, .gateways: break
            case .cleared(.anyone): operation.refusals += [.badRequest, .notAuthenticated]
            case .cleared(.person), .cleared(.analyst), .cleared(.administrator):
                operation.refusals += [.badRequest, .notAuthenticated, .forbidden]
            }
        }
    }

    func query(_ name: String, _ schema: Schema, _ meaning: String, isRequired: Bool = false) -> OperationDescription {
        changed {
            $0.parameters.append(Parameter(.query, name, schema, meaning, isRequired: isRequired))
            $0.refusals.append(.invalidInput)
        }
    }

    /// What every read has that can look back.
    func looksBack() -> OperationDescription {
        query(
            "asOf", .string,
            "Answer as the server would have answered then: after the event at a position, such as 1200, or at a time, such as 2026-01-31T09:00:00Z."
        ).refuses(.unavailable)
    }

    func header(_ name: String, _ schema: Schema, _ meaning: String) -> OperationDescription {
        changed { $0.parameters.append(Parameter(.header, name, schema, meaning, isRequired: false)) }
    }

    /// A body, of one of several kinds where this is said several times.
    func takes(
        _ schema: NamedSchema, as type: String = "application/json", isRequired: Bool = true
    ) -> OperationDescription {
        changed {
            $0.body.append(Content(type: type, schema: .reference(schema)))
            $0.isBodyRequired = isRequired
            $0.refusals += [.badRequest, .tooLarge, .invalidInput]
        }
    }

    func answers(_ meaning: String, _ schema: Schema, headers: [AnswerHeader] = []) -> OperationDescription {
        answers(meaning, schema, as: "application/json", headers: headers)
    }

    func answers(_ meaning: String, _ schema: NamedSchema, headers: [AnswerHeader] = []) -> OperationDescription {
        answers(meaning, .reference(schema), headers: headers)
    }

    func answers(
        _ meaning: String, _ schema: Schema, as type: String, headers: [AnswerHeader] = []
    ) -> OperationDescription {
        changed {
            $0.answer = Content(type: type, schema: schema)
            $0.answerMeaning = meaning
            $0.answerHeaders += headers
        }
    }

    /// What is answered to whoever starts something that goes on after the answer.
    func begins(_ meaning: String, _ schema: NamedSchema) -> OperationDescription {
        answers(meaning, schema).changed { $0.answerStatus = .accepted }
    }

    /// The same answer in another form, for whoever asks for it.
    func alsoAs(_ type: String) -> OperationDescription {
        changed {
            $0.otherForms.append(Content(type: type, schema: .string))
            $0.refusals.append(.notAcceptable)
        }
    }

    /// It stands in the place of a refusal with the same status.
    func alsoAnswers(_ status: HTTPResponse.Status, _ meaning: String, _ schema: NamedSchema) -> OperationDescription {
        changed {
            $0.otherAnswers.append((status, meaning, Content(type: "application/json", schema: .reference(schema))))
        }
    }

    func refuses(_ refusals: ErrorAnswer...) -> OperationDescription { changed { $0.refusals += refusals } }

    /// What every operation has that writes to the log.
    func writes() -> OperationDescription { refuses(.tooLarge, .unavailable) }

    /// What every operation has that writes to the log, and does so once under one key.
    func writesOnce() -> OperationDescription {
        writes().refuses(.invalidInputOrKey).header(
            "Idempotency-Key", .text(1...255).matching("^[!-~]+$"),
            "The same key with the same request gets the first answer again, for ever; with another request 422.")
    }

    private func changed(_ change: (inout OperationDescription) -> Void) -> OperationDescription {
        var operation = self
        change(&operation)
        return operation
    }

    // MARK: Results

    /// Method and path as the document names them: `GET /decision/{decision_id}`.
    var name: String { Self.name(method, path) }

    /// The path as the document names it.
    var documentPath: String { Self.documentPath(path) }

    static func name(_ method: HTTPRequest.Method, _ path: String) -> String {
        "\(method.rawValue) \(documentPath(path))"
    }

    private static func documentPath(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.hasPrefix(":") || segment == "**" ? "{\(parameterName(segment) ?? "")}" : String(segment)
        }.joined(separator: "/")
    }

    /// What a segment of a route's path stands for: `:name`, `{name}.suffix`, or `**` for all that follows.
    private static func parameterName(_ segment: Substring) -> String? {
        if segment == "**" { return "path" }
        if segment.hasPrefix(":") { return String(segment.dropFirst()) }
        guard segment.hasPrefix("{"), let end = segment.firstIndex(of: "}") else { return nil }
        return String(segment[segment.index(after: segment.startIndex)..<end])
    }
}
