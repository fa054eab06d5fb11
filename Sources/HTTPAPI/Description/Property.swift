/// A member of an object.
struct Property: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool

    private init(_ name: String, _ schema: Schema, _ meaning: String?, isRequired: Bool) {
        self.name = name
        self.schema = meaning.map { schema.meaning($0) } ?? schema
        self.isRequired = isRequired
    }

    static func required(_ name: String, _ schema: Schema, _ meaning: String? = nil) -> Property {
        Property(name, schema, meaning, isRequired: true)
    }

    static func optional(_ name: String, _ schema: Schema, _ meaning: String? = nil) -> Property {
        Property(name, schema, meaning, isRequired: false)
    }
}
