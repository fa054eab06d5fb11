import EventLog
import HTTPTypes
import Identity

/// The OpenAPI 3.1 document of a server.
struct APIDocument: Sendable {
    private let operations: [OperationDescription]
    /// By method and path.
    private let permissions: [String: [Permission]]
    private let authentication: Authentication

    /// - Parameter routes: those whose permissions the document speaks of.
    init(of operations: [OperationDescription], routes: [Route], authentication: Authentication) {
        self.operations = operations
        self.authentication = authentication
        var permissions: [String: [Permission]] = [:]
        for route in routes { permissions[OperationDescription.name(route.method, route.path)] = route.permissions }
        self.permissions = permissions
    }

    var json: JSON {
        [
            "openapi": "3.1.0", "info": information,
            "tags": .array(
                OperationTag.allCases.map { ["name": .string($0.rawValue), "description": .string($0.meaning)] }),
            "paths": paths, "components": components,
        ]
    }

    private var information: JSON {
        ["title": "HITL Console API", "version": .string(Banner.version), "description": .string(Self.introduction)]
    }

    private static let introduction = """
        Programs propose actions; people approve, reject or escalate them, in time. Every session, request and decision \
        is an event in an append-only log.

        All doors of the server are here: the Governance API under `/api/v1/governance`, its alias surface under \
        `/governance`, and the HITL API under `/api`. A decision of one door is a decision of all.

        **Tokens.** `POST /api/auth/login` gives an access token for `Authorization: Bearer …`; a program has a service \
        credential instead, which goes the same way. The HITL API always wants one, the Governance API where the server \
        is started with `--auth required`.

        **Bodies** are JSON in UTF-8 (the login takes a form). Members that nobody knows are ignored, where they are not \
        kept. Times are RFC 3339 in UTC. Errors are `{"detail": …}`.

        **Methods.** Another method than those that are described is answered 405 with `Allow`; HEAD goes where GET goes, \
        in the HITL API excepted.

        **WebSocket.** `/ws/{username}` carries live alerts: open it with the access token of that user, as \
        `?token=…` or in the header, and send `{"type":"subscribe","alert_types":[…]}`, `{"type":"unsubscribe",…}` or \
        `{"type":"ping"}`. It is no operation of this document, for OpenAPI has no words for sockets.
        """

    // MARK: Operations

    private var paths: JSON {
        var paths = JSONObject()
        for operation in operations {
            var item = paths[operation.documentPath]?.objectValue ?? JSONObject()
            item[operation.method.rawValue.lowercased()] = json(of: operation)
            paths[operation.documentPath] = .object(item)
        }
        return .object(paths)
    }

    private func json(of operation: OperationDescription) -> JSON {
        var object = JSONObject()
        object["operationId"] = .string(operation.operationID)
        object["tags"] = [.string(operation.tag.rawValue)]
        object["summary"] = .string(operation.summary)
        if let text = description(of: operation) { object["description"] = .string(text) }
        if !operation.parameters.isEmpty { object["parameters"] = .array(operation.parameters.map(\.json)) }
        if !operation.body.isEmpty {
            object["requestBody"] = [
                "required": .bool(operation.isBodyRequired), "content": Self.json(of: operation.body),
            ]
        }
        object["responses"] = responses(of: operation)
        object["security"] = security(of: operation)
        return .object(object)
    }

    private func description(of operation: OperationDescription) -> String? {
        var sentences = operation.details
        switch operation.access {
        case .cleared(.person): sentences.append("For people, not for programs.")
        case .cleared(.analyst): sentences.append("For analysts and administrators.")
        case .cleared(.administrator): sentences.append("For administrators.")
        case .cleared(.anyone), .everybody, .byPermission, .gateways: break
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private static func json(of contents: [OperationDescription.Content]) -> JSON {
        .object(JSONObject(contents.map { .init(key: $0.type, value: ["schema": $0.schema.json]) }))
    }

    private func responses(of operation: OperationDescription) -> JSON {
        var responses = JSONObject()
        var success: JSON = ["description": .string(operation.answerMeaning)]
        if let answer = operation.answer {
            success = [
                "description": .string(operation.answerMeaning), "headers": Self.json(of: operation.answerHeaders),
                "content": Self.json(of: [answer] + operation.otherForms),
            ]
        }
        responses[String(operation.answerStatus.code)] = success
        for (status, meaning, content) in operation.otherAnswers {
            responses[String(status.code)] = [
                "description": .string(meaning), "headers": Self.json(of: [.requestID]),
                "content": Self.json(of: [content]),
            ]
        }
        for refusal in refusals(of: operation) {
            responses[String(refusal.status.code)] = [
                "$ref": .string("#/components/responses/\(refusal.rawValue)")
            ]
        }
        return .object(responses)
    }

    /// One for each status: of several the more general.
    private func refusals(of operation: OperationDescription) -> [ErrorAnswer] {
        let isGuarded = authentication == .required && permissions[operation.name] != nil
        let given = Set(operation.refusals + (isGuarded ? [.badRequest, .notAuthenticated, .forbidden] : []))
        let own = Set(operation.otherAnswers.map(\.0))
        return ErrorAnswer.allCases.filter { !own.contains($0.status) }.filter { refusal in
            switch refusal {
            case .notAuthenticated: given.contains(refusal) && !given.contains(.notProved)
            case .invalidInput: given.contains(refusal) && !given.contains(.invalidInputOrKey)
            case .badRequest, .notProved, .forbidden, .notFound, .notAcceptable, .conflict, .tooLarge,
                .invalidInputOrKey, .tooManyRequests, .unavailable:
                given.contains(refusal)
            }
        }
    }

    private static func json(of headers: [AnswerHeader]) -> JSON {
        .object(
            JSONObject(
                headers.map { .init(key: $0.rawValue, value: ["$ref": .string("#/components/headers/\($0.rawValue)")]) }
            ))
    }

    // MARK: Security

    private static let person: JSON = ["OAuth2PasswordBearer": []]
    private static let service: JSON = ["ServiceCredential": []]
    private static let gateway: JSON = ["GatewaySecret": []]

    /// What is enough, one of several.
    private func security(of operation: OperationDescription) -> JSON {
        switch operation.access {
        case .everybody: return []
        case .gateways: return .array((authentication == .open ? [.emptyObject] : []) + [Self.gateway])
        case .cleared(.anyone): return [Self.person, Self.service]
        case .cleared(.person), .cleared(.analyst), .cleared(.administrator): return [Self.person]
        case .byPermission:
            guard let permissions = permissions[operation.name] else { return [] }
            let proofs = permissions.contains(.ask) ? [Self.person, Self.service] : [Self.person]
            return .array(authentication == .open ? [.emptyObject] + proofs : proofs)
        }
    }

    private static let securitySchemes: JSON = [
        "OAuth2PasswordBearer": [
            "type": "oauth2", "description": "The access token of a person.",
            "flows": ["password": ["tokenUrl": "api/auth/login", "scopes": .emptyObject]],
        ],
        "ServiceCredential": [
            "type": "http", "scheme": "bearer",
            "description": "The credential of a program, as `POST /api/auth/services` has given it.",
        ],
        "GatewaySecret": [
            "type": "apiKey", "in": "query", "name": "secret",
            "description": "What a gateway has in common with the server: `VERDICT_GATEWAY_SECRET` there.",
        ],
    ]

    // MARK: Components

    private var components: JSON {
        let responses = ErrorAnswer.allCases.map { refusal -> JSONObject.Member in
            let headers = [AnswerHeader.requestID] + [refusal.header].compactMap(\.self)
            let content = OperationDescription.Content(type: "application/json", schema: .reference(refusal.schema))
            return .init(
                key: refusal.rawValue,
                value: [
                    "description": .string(refusal.meaning), "headers": Self.json(of: headers),
                    "content": Self.json(of: [content]),
                ])
        }
        let headers = AnswerHeader.allCases.map { header -> JSONObject.Member in
            .init(
                key: header.rawValue,
                value: [
                    "required": .bool(header.isAlwaysThere), "description": .string(header.meaning),
                    "schema": header.schema.json,
                ])
        }
        return [
            "schemas": schemas, "responses": .object(JSONObject(responses)), "headers": .object(JSONObject(headers)),
            "securitySchemes": Self.securitySchemes,
        ]
    }

    /// Every named schema that an operation or another schema speaks of, by name.
    private var schemas: JSON {
        var found: [String: Schema] = [:]
        var open = operations.flatMap { operation in
            (operation.body + [operation.answer].compactMap(\.self) + operation.otherAnswers.map(\.2))
                .flatMap(\.schema.references) + operation.parameters.flatMap(\.schema.references)
        }
        open += ErrorAnswer.allCases.map(\.schema)
        while let named = open.popLast() {
            guard found.updateValue(named.schema, forKey: named.name) == nil else { continue }
            open += named.schema.references
        }
        return .object(
            JSONObject(found.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value.json) }))
    }
}
