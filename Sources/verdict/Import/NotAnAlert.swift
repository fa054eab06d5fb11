import EventLog

/// Why a line of EVE JSON is no alert.
enum NotAnAlert: Error, Equatable, CustomStringConvertible {
    case notJSON(JSONError)
    case notAnObject
    case otherEvent(String)
    case noAlert
    case tooLong(sizeBytesMax: Int)

    var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .notAnObject: "not a JSON object"
        case .otherEvent(let type): "an event of the type \(type)"
        case .noAlert: "neither an event_type nor an alert in it"
        case .tooLong(let sizeBytesMax): "longer than \(sizeBytesMax) bytes"
        }
    }
}
