import EventLog
import HTTPTypes
import Testing

/// The judge of answers is judged first: each row breaks one keyword.
@Suite("Schema validator")
struct SchemaValidatorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let schema: JSON
        let fits: JSON
        let fitsNot: JSON

        var testDescription: String { schema.text }
    }

    static let rows = [
        Row(schema: ["type": "string"], fits: "a", fitsNot: 1),
        Row(schema: ["type": ["string", "null"]], fits: nil, fitsNot: true),
        Row(schema: ["type": "integer"], fits: 4, fitsNot: 4.5),
        Row(schema: ["type": "integer"], fits: -4, fitsNot: 4.0),
        Row(schema: ["type": "number"], fits: 4, fitsNot: "4"),
        Row(schema: ["type": "boolean"], fits: false, fitsNot: nil),
        Row(schema: ["type": "array", "items": ["type": "integer"]], fits: [1, 2], fitsNot: [1, "2"]),
        Row(schema: ["type": "object", "required": ["a"]], fits: ["a": nil], fitsNot: ["b": 1]),
        Row(schema: ["properties": ["a": ["type": "integer"]]], fits: ["b": "c"], fitsNot: ["a": "c"]),
        Row(
            schema: ["properties": ["a": .emptyObject], "additionalProperties": false], fits: ["a": 1],
            fitsNot: ["a": 1, "b": 2]),
        Row(schema: ["additionalProperties": ["type": "string"]], fits: ["a": "b"], fitsNot: ["a": 1]),
        Row(schema: ["enum": ["a", nil]], fits: nil, fitsNot: "b"),
        Row(schema: ["const": "a"], fits: "a", fitsNot: "A"),
        Row(schema: ["anyOf": [["type": "null"], ["minimum": 3, "type": "number"]]], fits: 3, fitsNot: 2),
        Row(schema: ["maximum": 1], fits: 1.0, fitsNot: 1.1),
        Row(schema: ["minLength": 1], fits: "é", fitsNot: ""),
        Row(schema: ["maxLength": 2], fits: "éé", fitsNot: "éée"),
        Row(schema: ["pattern": "^[^/\\x00-\\x1f]+$"], fits: "a b", fitsNot: "a/b"),
        Row(schema: ["format": "date-time"], fits: "2026-01-15T12:00:00Z", fitsNot: "2026-01-15T12:00:00"),
        Row(schema: ["format": "email"], fits: "a@b.example", fitsNot: "a"),
        Row(schema: ["$ref": "#/components/schemas/Word"], fits: "a", fitsNot: 1),
    ]

    private static let validator = SchemaValidator(
        document: ["components": ["schemas": ["Word": ["type": "string"]]]])

    @Test("takes what fits and refuses what does not", arguments: rows)
    func judges(_ row: Row) {
        #expect(Self.validator.complaints(about: row.fits, row.schema) == [])
        #expect(Self.validator.complaints(about: row.fitsNot, row.schema).count == 1)
    }

    @Test("says where it is wrong")
    func place() {
        let schema: JSON = ["properties": ["a": ["items": ["type": "integer"]]]]
        #expect(
            Self.validator.complaints(about: ["a": [1, "x"]], schema) == [#"body.a[1]: "x" is no "integer""#])
    }

    @Test("what it does not know is no silent pass")
    func unknownKeyword() {
        #expect(!Self.validator.complaints(about: 1, ["multipleOf": 2]).isEmpty)
        #expect(!Self.validator.complaints(about: 1, ["$ref": "#/components/schemas/Lost"]).isEmpty)
        #expect(!Self.validator.complaints(about: "x", ["format": "colour"]).isEmpty)
    }

    @Test("an answer that a broken document describes otherwise is found")
    func brokenDocument() async throws {
        let front = try FrontFixture()
        let text = try await front.request(.get, "/openapi.json").text
        let answer = try await front.request(.get, "/health")
        let breaks = [
            (#""required":["status","service""#, #""required":["nonsense","service""#),
            (#""enum":["healthy","unhealthy"]"#, #""enum":["well","unwell"]"#),
            (#""message":{"type":"string"},"components":{"type""#, #""components":{"type""#),
            (#"its events carry.","schema":{"type":"string""#, #"its events carry.","schema":{"type":"integer""#),
        ]
        for (old, new) in [("", "")] + breaks {
            #expect(text.contains(old) || old.isEmpty, "\(old)")
            let document = try JSONParser.parse(old.isEmpty ? text : text.replacing(old, with: new))
            let description = APIDescription(document)
            let operation = try #require(description.operation(.get, "/health"))
            #expect(description.complaints(about: answer, of: operation).isEmpty == old.isEmpty, "\(new)")
        }
    }
}
