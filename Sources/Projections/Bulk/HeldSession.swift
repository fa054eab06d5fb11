/// A session while a file is built.
final class HeldSession {
    let key: [UInt8]
    /// The texts of its opening.
    let bytes: [UInt8]
    let texts: Texts
    let openedPosition: Int
    let createdAt: Int64
    let expiresAt: Int64
    var version: Int
    var lastActiveAt: Int64
    var closedAt: Int64?
    var closeReason: [UInt8]?
    var counts = AnswerCounts()

    struct Texts {
        let operatorID: Slice
        let operatorName: Slice
        let operatorRole: Slice
        let ipAddress: Slice?
        let userAgent: Slice?
        let metadata: Slice
    }

    init(
        key: [UInt8], bytes: [UInt8], texts: Texts, openedPosition: Int, createdAt: Int64, expiresAt: Int64,
        version: Int, lastActiveAt: Int64
    ) {
        self.key = key
        self.bytes = bytes
        self.texts = texts
        self.openedPosition = openedPosition
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.version = version
        self.lastActiveAt = lastActiveAt
    }
}
