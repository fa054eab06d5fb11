import EventLog
import HTTPAPI
import HTTPTypes
import Testing
import VerdictTesting

/// The document that a server describes itself with, as a judge of its answers.
struct APIDescription: Sendable {
    struct Operation: Sendable {
        let method: String
        let path: String
        let json: JSON

        var name: String { "\(method.uppercased()) \(path)" }
        var operationID: String { json["operationId"]?.stringValue ?? "" }
        var parameters: [JSON] { json["parameters"]?.arrayValue ?? [] }
        var security: [JSON] { json["security"]?.arrayValue ?? [] }
        var statuses: [String] { json["responses"]?.objectValue?.members.map(\.key) ?? [] }

        /// Whether it takes JSON.
        var takesJSON: Bool { json["requestBody"]?["content"]?["application/json"] != nil }

        /// Whether that path is one of its paths, and how many of its segments stand there as they are.
        fileprivate func literalSegments(of path: String) -> Int? {
            let (own, given) = (self.path.split(separator: "/"), path.split(separator: "/"))
            guard own.count == given.count else { return nil }
            let pairs = zip(own, given)
            guard pairs.allSatisfy({ own, given in own.hasPrefix("{") || own == given }) else { return nil }
            return own.count { !$0.hasPrefix("{") }
        }

        /// The path with that text for every parameter.
        func path(with text: String) -> String {
            path.replacing(#/\{[a-z_]+\}/#, with: text)
        }
    }

    let document: JSON
    let operations: [Operation]
    private let validator: SchemaValidator

    init(_ document: JSON) {
        self.document = document
        validator = SchemaValidator(document: document)
        operations = (document["paths"]?.objectValue?.members ?? []).flatMap { path in
            (path.value.objectValue?.members ?? []).map { method in
                Operation(method: method.key, path: path.key, json: method.value)
            }
        }
    }

    init(of front: FrontFixture) async throws {
        self.init(try await front.request(.get, "/openapi.json").json)
    }

    /// That of a server without authentication, read once for all tests.
    static let open = Task { try await APIDescription(of: FrontFixture()) }
    /// That of a server that wants tokens everywhere.
    static let guarded = Task {
        try await APIDescription(of: FrontFixture { $0.authentication = .required })
    }

    static func of(_ authentication: Authentication) async throws -> APIDescription {
        switch authentication {
        case .open: try await open.value
        case .required: try await guarded.value
        }
    }

    /// The operation that answers such a request; nil for what nobody describes.
    func operation(_ method: HTTPRequest.Method, _ path: String) -> Operation? {
        let path = String(path.prefix { $0 != "?" })
        // The way to the path without the slash is nobody's operation.
        guard path == "/" || !path.hasSuffix("/") else { return nil }
        return operations.filter { $0.method == method.rawValue.lowercased() }
            .compactMap { operation in operation.literalSegments(of: path).map { (operation, $0) } }
            .max { $0.1 < $1.1 }?.0
    }

    func resolve(_ json: JSON) -> JSON {
        json["$ref"]?.stringValue.flatMap { validator.resolve($0) } ?? json
    }

    // MARK: Judging

    /// What in an answer is not as the operation is described.
    func complaints(about answer: Answer, of operation: Operation) -> [String] {
        guard let described = operation.json["responses"]?[String(answer.status.code)] else {
            return ["\(operation.name) answers \(answer.status.code), which the document does not know: \(answer.text)"]
        }
        let response = resolve(described)
        let body = bodyComplaints(about: answer, response)
        return (body + headerComplaints(about: answer, response)).map { "\(operation.name) \(answer.status.code): \($0)" }
    }

    private func bodyComplaints(about answer: Answer, _ response: JSON) -> [String] {
        let type = String((answer.headers[.contentType] ?? "").prefix { $0 != ";" })
        guard let schema = response["content"]?[type]?["schema"] else { return ["the type \(type) is not described"] }
        switch type {
        case "application/json": return validator.complaints(about: answer.json, schema)
        case "text/event-stream":
            var parser = ServerSentEvents()
            return parser.read(answer.bytes).flatMap { block -> [String] in
                if case .event(let event) = block { complaints(about: event, schema) } else { [] }
            }
        default: return validator.complaints(about: .string(answer.text), schema)
        }
    }

    /// What in an event of a stream is not as the operation is described.
    func complaints(about event: ServerSentEvent, of operation: Operation) -> [String] {
        let content = operation.json["responses"]?["200"]?["content"]?["text/event-stream"]
        guard let schema = content?["schema"] else { return ["\(operation.name) is no stream"] }
        return complaints(about: event, schema)
    }

    private func complaints(about event: ServerSentEvent, _ schema: JSON) -> [String] {
        validator.complaints(
            about: ["id": .string(event.id), "event": .string(event.name), "data": .string(event.data)], schema)
    }

    private func headerComplaints(about answer: Answer, _ response: JSON) -> [String] {
        (response["headers"]?.objectValue?.members ?? []).flatMap { member -> [String] in
            let header = resolve(member.value)
            guard let name = HTTPField.Name(member.key), let text = answer.headers[name] else {
                return header["required"] == true ? ["the header \(member.key) is missing"] : []
            }
            let schema = header["schema"] ?? .null
            let value = schema["type"] == "integer" ? (try? JSONParser.parse(text)) ?? .null : .string(text)
            return validator.complaints(about: value, schema, at: member.key)
        }
    }
}

/// Says where an answer is not as the document describes it.
func expectDescribed(
    _ answer: Answer, _ method: HTTPRequest.Method, _ path: String, by description: APIDescription
) {
    // What has no operation is answered 404 or 405, and a body of HEAD is none.
    guard let operation = description.operation(method, path) else { return }
    #expect(description.complaints(about: answer, of: operation) == [])
}
