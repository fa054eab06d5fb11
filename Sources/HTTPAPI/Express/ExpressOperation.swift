/// What the express lane serves.
enum ExpressOperation: Equatable {
    case enqueue
    /// `approve`, `reject` or `escalate`.
    case act(OperatorActionKind, decisionID: String)

    private static let prefix: StaticString = "/api/v1/governance/"
    private static let enqueuePath: StaticString = "test/enqueue"
    private static let decisionPrefix: StaticString = "decision/"

    /// Nil for any other operation.
    init?(_ head: RequestHead, in bytes: UnsafeRawBufferPointer) {
        guard Self.begins(bytes[head.method], with: "POST"), head.method.count == 4 else { return nil }
        let path = bytes[head.path]
        guard Self.begins(path, with: Self.prefix) else { return nil }
        let rest = path.dropFirst(Self.prefix.utf8CodeUnitCount)
        if Self.begins(rest, with: Self.enqueuePath), rest.count == Self.enqueuePath.utf8CodeUnitCount {
            self = .enqueue
            return
        }
        guard Self.begins(rest, with: Self.decisionPrefix) else { return nil }
        let named = rest.dropFirst(Self.decisionPrefix.utf8CodeUnitCount)
        let id = named.prefix { $0 != UInt8(ascii: "/") }
        // Anything that could mean another character than it is, is for those who know how paths are written.
        guard !id.isEmpty, id.allSatisfy(Self.standsForItself) else { return nil }
        let word = named.dropFirst(id.count + 1)
        guard let kind = OperatorActionKind.allCases.first(where: { word.elementsEqual($0.rawValue.utf8) }) else {
            return nil
        }
        self = .act(kind, decisionID: String(decoding: id, as: UTF8.self))
    }

    /// The path of its requests.
    var path: String {
        switch self {
        case .enqueue: "\(Self.prefix)\(Self.enqueuePath)"
        case .act(let kind, let decisionID): "\(Self.prefix)\(Self.decisionPrefix)\(decisionID)/\(kind.rawValue)"
        }
    }

    private static func begins(_ bytes: Slice<UnsafeRawBufferPointer>, with text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        for place in 0..<text.utf8CodeUnitCount where bytes[bytes.startIndex + place] != text.utf8Start[place] {
            return false
        }
        return true
    }

    /// The characters that RFC 3986 calls unreserved, and the colon.
    private static func standsForItself(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
