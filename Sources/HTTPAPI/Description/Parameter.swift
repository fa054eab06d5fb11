import EventLog

/// What an operation reads from its path, its query or its headers.
struct Parameter: Sendable {
    enum Place: String, Sendable {
        case path, query, header
    }

    let name: String
    let place: Place
    let schema: Schema
    let meaning: String
    let isRequired: Bool

    /// No text with control characters is a name of anything.
    private static let printable = Schema.text(atLeast: 1).matching(#"^[^\x00-\x1f\x7f-\x9f]+$"#)

    /// The parameter that a segment of a route's path stands for.
    init(inPath name: String) {
        self.name = name
        place = .path
        isRequired = true
        switch name {
        case "decision_id":
            schema = Self.printable.example("block-1")
            meaning = "The id of the decision."
        case "analysis_id":
            schema = Self.printable.example("CANDI-9f2c41d07be6a853")
            meaning = "The id of the analysis, which is that of its decision."
        case "operator_id":
            schema = Self.printable.example("alice@example.org")
            meaning = "The id under which the operator opens sessions."
        case "position":
            schema = .integer(1...Int(Int32.max))
            meaning = "The place of the event in the log."
        case "path":
            schema = .text(atLeast: 1).matching(#"^[0-9a-zA-Z./]+$"#).example("0/000")
            meaning = "Level and number as C2SP tlog-tiles writes them: 0/x001/234, entries/000.p/17."
        default:
            schema = Self.printable.example("alice")
            meaning = "The name of the user or the program."
        }
    }

    init(_ place: Place, _ name: String, _ schema: Schema, _ meaning: String, isRequired: Bool) {
        self.name = name
        self.place = place
        self.schema = schema
        self.meaning = meaning
        self.isRequired = isRequired
    }

    var json: JSON {
        [
            "name": .string(name), "in": .string(place.rawValue), "required": .bool(isRequired),
            "description": .string(meaning), "schema": schema.json,
        ]
    }
}
