import EventLog

/// Why a line holds nothing to ask about.
enum UnfitLine: Error, Equatable, CustomStringConvertible {
    case notJSON(JSONError)
    case notAnObject
    case otherEvent(String)
    case noAlert
    case missing(String)
    case tooLong(sizeBytesMax: Int)

    var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .notAnObject: "not a JSON object"
        case .otherEvent(let type): "an event of the type \(type)"
        case .noAlert: "neither an event_type nor an alert in it"
        case .missing(let member): "no \(member) in it"
        case .tooLong(let sizeBytesMax): "longer than \(sizeBytesMax) bytes"
        }
    }

    /// The object that a line holds.
    static func object(in line: [UInt8]) throws(UnfitLine) -> JSONObject {
        let value: JSON
        do throws(JSONError) {
            value = try JSONParser.parse(line)
        } catch {
            throw .notJSON(error)
        }
        guard case .object(let object) = value else { throw .notAnObject }
        return object
    }
}
