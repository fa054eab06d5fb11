import Migrations

/// Which tables a file of read models has, and what fills them.
package struct ViewsModel: Sendable {
    /// The name of the file, without its ending.
    package let name: String
    let schema: String
    /// In the order in which they are given each event.
    let projections: [any Projection.Type]
    /// What fills the tables from the whole log.
    let loader: any BulkLoader.Type
    /// Kept in the file: one of another version is thrown away and built again.
    let version: Int

    /// - Parameters:
    ///   - schema: the tables; `checkpoint` and `dead_letters` are among them.
    ///   - revision: raised when a projection computes something else from the same events; another schema is noticed by
    ///     itself.
    init(
        name: String, schema: String, revision: Int, projections: [any Projection.Type],
        loader: any BulkLoader.Type = ProjectingLoader.self
    ) {
        self.name = name
        self.schema = schema
        self.projections = projections
        self.loader = loader
        version = Self.number(of: Migrations.slot + schema + String(revision))
    }

    /// All that a new file begins with.
    var sql: String { Migrations.slot + schema }

    /// FNV-1a, 31 bits.
    private static func number(of text: String) -> Int {
        let hash = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int(hash & 0x7FFF_FFFF)
    }

    /// Every model that a data directory has.
    package static let all: [ViewsModel] = [.views, .audit]

    /// The name of the first of its two files.
    package var fileName: String { "\(name).db" }

    /// The names of both.
    package var fileNames: [String] { ViewsSlots(path: fileName).all }

    /// What the doors show and the writer decides by: brought up to every event before its command is answered.
    package static let views = ViewsModel(
        name: "views", schema: Migrations.views, revision: 1,
        projections: [
            UsersProjection.self, LoginsProjection.self, DecisionsProjection.self, OperatorsProjection.self,
            EscalationsProjection.self, IdempotencyProjection.self, DeadLettersProjection.self,
        ],
        loader: GovernanceLoader.self)
}
