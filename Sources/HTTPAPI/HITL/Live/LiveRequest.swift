import EventLog

/// What a client asks for on the live feed (hitl-api 10.3).
enum LiveRequest: Equatable {
    case ping
    case subscribe(Set<AlertType>)
    case unsubscribe(Set<AlertType>)
    case refresh(token: String)
    /// Nothing that anybody knows: passed over in silence.
    case unknown

    struct Problem: Error, Equatable {
        let code: LiveErrorCode
        let message: String
    }

    init(_ message: WebSocketMessage) throws(Problem) {
        switch message {
        case .tooLarge: throw Problem(code: .tooLarge, message: "The message is too large")
        case .binary: throw Problem(code: .format, message: "Messages are JSON in text frames")
        case .text(let text): try self.init(text)
        }
    }

    private init(_ text: String) throws(Problem) {
        let value: JSON
        do {
            value = try JSONParser.parse(text)
        } catch {
            throw Problem(code: .format, message: "Not JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw Problem(code: .format, message: "A message is a JSON object")
        }
        switch object["type"]?.stringValue {
        case "ping": self = .ping
        case "subscribe": self = .subscribe(try Self.alertTypes(object))
        case "unsubscribe": self = .unsubscribe(try Self.alertTypes(object))
        case "auth_refresh", "token_refresh":
            self = .refresh(token: (object["payload"]?["new_token"] ?? object["new_token"])?.stringValue ?? "")
        case _: self = .unknown
        }
    }

    /// A missing list is an empty one (hitl-api 10.3).
    private static func alertTypes(_ object: JSONObject) throws(Problem) -> Set<AlertType> {
        guard let value = object["alert_types"] else { return [] }
        guard let elements = value.arrayValue else {
            throw Problem(code: .alertTypes, message: "alert_types must be a list")
        }
        var types: Set<AlertType> = []
        for element in elements {
            guard let type = element.stringValue.flatMap(AlertType.init(rawValue:)) else {
                let known = AlertType.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(code: .alertTypes, message: "An alert type is one of \(known)")
            }
            types.insert(type)
        }
        return types
    }
}
