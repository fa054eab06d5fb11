import EventLog

/// One callback, as the backend got it.
struct BackendCall: Sendable {
    let path: String
    let headers: [(name: String, value: String)]
    let text: String
    let json: JSON

    init(path: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.path = path
        self.headers = headers
        text = String(decoding: body, as: UTF8.self)
        json = (try? JSONParser.parse(body)) ?? .null
    }

    var action: String { json["action"]?.stringValue ?? "" }
    var reason: String? { json["reason"]?.stringValue }
    var token: String { json["token"]?.stringValue ?? "" }
    var url: String { json["request"]?["url"]?.stringValue ?? "" }

    func header(_ name: String) -> String? { json["request"]?["headers"]?[name]?.stringValue }
}
