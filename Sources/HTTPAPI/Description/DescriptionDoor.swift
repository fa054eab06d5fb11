import EventLog
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The description of all doors: for programs as OpenAPI, for people as a page.
struct DescriptionDoor: Sendable {
    /// Of every other door, in the order of the document.
    private static var allDescriptions: [OperationDescription] {
        GovernanceDoor.descriptions + HITLDoor.descriptions + AuditDoor.descriptions + EvidenceDoor.descriptions
            + GatewayDoor.descriptions + AdminDoor.descriptions + SystemDoor.descriptions
    }

    /// Its bytes are those of every answer: a copy for each would be what many who do not read them make us hold.
    private let document: Once

    /// - Parameter routes: those of the other doors. What is not installed is not described.
    init(of routes: [Route], authentication: Authentication) {
        document = Once {
            let installed = Set(routes.map { OperationDescription.name($0.method, $0.path) })
            let operations = Self.allDescriptions.filter { installed.contains($0.name) } + Self.descriptions
            let json = APIDocument(of: operations, routes: routes, authentication: authentication).json
            return (ByteBuffer(bytes: json.bytes), DocumentationPage(of: json))
        }
    }

    private static let pagePaths = ["/docs", "/api/docs", "/api/redoc"]

    /// Everybody may read them, whoever may use what they describe.
    var routes: [Route] {
        [.get("/openapi.json") { _, _ in Response.json(.ok, document.value.json) }]
            + Self.pagePaths.map { .get($0) { _, _ in document.value.page.response } }
    }

    @OperationList static var descriptions: [OperationDescription] {
        OperationDescription(.get, "/openapi.json", "openAPI", .system, "This document")
            .open(to: .everybody).answers("OpenAPI 3.1.", .anyObject)
        pagePaths.map { path in
            let name = path.split(separator: "/").joined(separator: "-")
            return OperationDescription(.get, path, "page-\(name)", .system, "The same as a page for people")
                .open(to: .everybody).answers("The page, which loads nothing from elsewhere.", .string, as: "text/html")
        }
    }

    /// The document, made when somebody first asks for it.
    private final class Once: Sendable {
        typealias Value = (json: ByteBuffer, page: DocumentationPage)

        private let make: @Sendable () -> Value
        private let made = Mutex<Value?>(nil)

        init(_ make: @escaping @Sendable () -> Value) {
            self.make = make
        }

        var value: Value {
            made.withLock { made in
                if let made { return made }
                let value = make()
                made = value
                return value
            }
        }
    }
}
