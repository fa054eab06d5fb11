/// A schema that has a name in the document. It gets there by being spoken of.
struct NamedSchema: Sendable {
    let name: String
    let schema: Schema

    init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }
}
