import EventLog
import HTTPAPI
import HTTPTypes
import Testing

/// The document itself (hitl-api 9.4, contracts/README "API description").
@Suite("OpenAPI document")
struct OpenAPIDocumentTests {
    @Test("describes every operation of the router, and none that is not there", arguments: [true, false])
    func sameOperations(withEvidence: Bool) async throws {
        var front = try FrontFixture { $0.gateways = [FakeGateway.nobody] }
        if withEvidence { try front.keepEvidence() }
        let described = try await APIDescription(of: front).operations.map(\.name)
        let routed = front.front.operations
        #expect(Set(routed).subtracting(described).sorted() == [], "described nowhere")
        #expect(Set(described).subtracting(routed).sorted() == [], "routed nowhere")
        #expect(described.count == routed.count)
    }

    @Test("every described operation is there: no path is unknown, no method wrong")
    func reachable() async throws {
        let description = try await APIDescription.open.value
        try await FurnishedFront.run { furnished in
            for operation in description.operations where !operation.path.contains("stream") {
                let method = try #require(HTTPRequest.Method(operation.method.uppercased()))
                let answer = try await furnished.request(method, operation.path(with: "d2"))
                #expect(answer.status != .methodNotAllowed, "\(operation.name)")
                #expect(answer["detail"] != "Not Found", "\(operation.name)")
            }
        }
    }

    @Test("says what it is")
    func information() async throws {
        let document = try await APIDescription.open.value.document
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["title"] == "HITL Console API")
        #expect(document["info"]?["version"] == "1.0.0")
        let schemes = document["components"]?["securitySchemes"]
        let flow = schemes?["OAuth2PasswordBearer"]?["flows"]?["password"]
        #expect(flow?["tokenUrl"] == "api/auth/login")
        #expect(schemes?["OAuth2PasswordBearer"]?["type"] == "oauth2")
        #expect(schemes?["ServiceCredential"]?["type"] == "http")
        #expect(schemes?["ServiceCredential"]?["scheme"] == "bearer")
        #expect(schemes?["GatewaySecret"]?["in"] == "query")
        #expect(schemes?["GatewaySecret"]?["name"] == "secret")
    }

    @Test("all references lead somewhere, and everything that has a name is spoken of")
    func references() async throws {
        let document = try await APIDescription.open.value.document
        let validator = SchemaValidator(document: document)
        let references = Set(Self.references(in: document))
        #expect(references.filter { validator.resolve($0) == nil }.sorted() == [])
        for kind in ["schemas", "responses", "headers"] {
            for member in document["components"]?[kind]?.objectValue?.members ?? [] {
                #expect(references.contains("#/components/\(kind)/\(member.key)"), "nobody speaks of \(member.key)")
            }
        }
    }

    private static func references(in json: JSON) -> [String] {
        switch json {
        case .object(let object):
            object.members.flatMap { member in
                member.key == "$ref" ? [member.value.stringValue ?? ""] : references(in: member.value)
            }
        case .array(let elements): elements.flatMap { references(in: $0) }
        case .null, .bool, .number, .string: []
        }
    }

    @Test("every operation has a name of its own, a known tag, a summary, and its path's parameters")
    func operations() async throws {
        let description = try await APIDescription.open.value
        let names = description.operations.map(\.operationID)
        #expect(Set(names).count == names.count)
        let tags = (description.document["tags"]?.arrayValue ?? []).map { $0["name"] }
        for operation in description.operations {
            #expect(!operation.operationID.isEmpty, "\(operation.name)")
            #expect(tags.contains(operation.json["tags"]?.arrayValue?.first), "\(operation.name)")
            #expect(operation.json["summary"]?.stringValue?.isEmpty == false, "\(operation.name)")
            let inPath = operation.path.matches(of: #/\{([a-z_]+)\}/#).map { JSON.string(String($0.1)) }
            let declared = operation.parameters.filter { $0["in"] == "path" }
            #expect(declared.map { $0["name"] } == inPath, "\(operation.name)")
            #expect(declared.allSatisfy { $0["required"] == true }, "\(operation.name)")
            let parameters = operation.parameters.map { [$0["in"], $0["name"]] }
            #expect(Set(parameters).count == parameters.count, "\(operation.name)")
            #expect(
                operation.statuses.contains("200") || operation.statuses.contains("202"), "\(operation.name)")
        }
    }

    @Test("examples and defaults are what their schemas permit")
    func examples() async throws {
        let document = try await APIDescription.open.value.document
        let validator = SchemaValidator(document: document)
        for schema in Self.schemas(in: document) {
            for example in (schema["examples"]?.arrayValue ?? []) + [schema["default"]].compactMap(\.self) {
                #expect(validator.complaints(about: example, schema) == [])
            }
        }
    }

    private static func schemas(in json: JSON) -> [JSON] {
        switch json {
        case .object(let object):
            (json["examples"]?.arrayValue != nil || json["default"] != nil ? [json] : [])
                + object.members.filter { $0.key != "examples" }.flatMap { schemas(in: $0.value) }
        case .array(let elements): elements.flatMap { schemas(in: $0) }
        case .null, .bool, .number, .string: []
        }
    }

    // MARK: Who may ask

    @Test("where authentication is open, the governance API takes a token and wants none")
    func openSecurity() async throws {
        for operation in try await APIDescription.open.value.operations {
            #expect(operation.security.contains(.emptyObject) == Self.isGuardedAtWill(operation), "\(operation.name)")
        }
    }

    @Test("where authentication is required, every operation wants a token but the public ones")
    func requiredSecurity() async throws {
        let open = try await APIDescription.open.value
        for operation in try await APIDescription.guarded.value.operations {
            #expect(!operation.security.contains(.emptyObject), "\(operation.name)")
            let before = open.operations.first { $0.name == operation.name }
            #expect(operation.security.isEmpty == before?.security.isEmpty, "\(operation.name)")
        }
    }

    /// Whether the operation has the permissions that a server started with `--auth required` asks for.
    private static func isGuardedAtWill(_ operation: APIDescription.Operation) -> Bool {
        operation.path == "/" || operation.path == "/metrics" || operation.path.hasPrefix("/api/v1/audit")
            || (operation.path.contains("governance/") && operation.path != "/api/v1/governance/health")
    }

    @Test(
        "document and page are everybody's, in every mode", arguments: Authentication.allCases,
        ["/openapi.json", "/docs", "/api/docs", "/api/redoc"])
    func everybody(_ authentication: Authentication, _ path: String) async throws {
        let front = try FrontFixture { $0.authentication = authentication }
        #expect(try await front.request(.get, path).status == .ok)
        #expect(try await front.request(.get, path, headers: [.authorization: "Bearer nonsense"]).status == .ok)
    }
}
