import EventLog
import HTTPAPI
import HTTPTypes
import Hummingbird
import Ledger
import Testing
import VerdictTesting

/// A row of a table: a request, its answer, and the events that it left in the log.
struct Exchange: Sendable, CustomTestStringConvertible {
    let name: String
    let method: HTTPRequest.Method
    let path: String
    let headers: HTTPFields
    let body: [UInt8]?
    let status: HTTPResponse.Status
    /// Parts of the body of the answer, as they stand there.
    let contains: [String]
    /// Header fields of the answer; nil where the field must not be there.
    let answers: [HTTPField.Name: String?]
    /// Types, in order.
    let events: [String]

    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], bytes: [UInt8]?,
        _ status: HTTPResponse.Status, contains: [String] = [], answers: [HTTPField.Name: String?] = [:],
        events: [String] = []
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.headers = headers
        self.body = bytes
        self.status = status
        self.contains = contains
        self.answers = answers
        self.events = events
    }

    /// Without a body.
    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:],
        _ status: HTTPResponse.Status, contains: [String] = [], answers: [HTTPField.Name: String?] = [:],
        events: [String] = []
    ) {
        self.init(
            name, method, path, headers: headers, bytes: nil, status, contains: contains, answers: answers,
            events: events)
    }

    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], _ body: String?,
        _ status: HTTPResponse.Status, contains: [String] = [], answers: [HTTPField.Name: String?] = [:],
        events: [String] = []
    ) {
        self.init(
            name, method, path, headers: headers, bytes: body.map { Array($0.utf8) }, status, contains: contains,
            answers: answers, events: events)
    }

    var testDescription: String { name }

    /// Makes the request and compares everything, with the document of the server too.
    func check(_ front: FrontFixture) async throws {
        let before = try front.fixture.ledger.log.lastPosition
        let answer = try await front.request(method, path, headers: headers, bytes: body)
        #expect(answer.status == status, "\(answer.text)")
        for part in contains { #expect(answer.text.contains(part), "\(part) is not in \(answer.text)") }
        for (field, value) in answers { #expect(answer.headers[field] == value, "\(field)") }
        #expect(try front.fixture.eventTypes(from: before + 1) == events)
        expectDescribed(answer, method, path, by: try await APIDescription.of(front.configuration.authentication))
    }
}

/// What came back.
struct Answer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The body as JSON; null where it is none.
    var json: JSON { (try? JSONParser.parse(bytes)) ?? .null }

    subscript(key: String) -> JSON? { json[key] }

    /// The names of the members of the body, in order.
    var keys: [String] { json.objectValue?.members.map(\.key) ?? [] }
}
