import HTTPTypes

/// What the express lane serves.
enum ExpressOperation: Equatable {
    case enqueue
    /// `approve`, `reject` or `escalate`.
    case act(OperatorActionKind, decisionID: String)
    case look(ExpressLook)

    private static let prefix: StaticString = "/api/v1/governance/"
    private static let enqueuePath: StaticString = "test/enqueue"
    private static let decisionPrefix: StaticString = "decision/"

    /// Nil for any other operation.
    init?(_ head: RequestHead, in bytes: UnsafeRawBufferPointer) {
        let method = bytes[head.method]
        guard let rest = bytes[head.path].rest(behind: Self.prefix) else { return nil }
        if method.elementsEqual("GET".utf8) {
            guard head.bodySizeBytes == 0, let look = ExpressLook(rest) else { return nil }
            self = .look(look)
        } else if method.elementsEqual("POST".utf8) {
            if rest.elementsEqual(Self.enqueuePath) {
                self = .enqueue
                return
            }
            guard let (id, word) = rest.rest(behind: Self.decisionPrefix)?.segmentAndRest,
                let kind = OperatorActionKind.allCases.first(where: { word.elementsEqual($0.rawValue.utf8) })
            else { return nil }
            self = .act(kind, decisionID: id)
        } else {
            return nil
        }
    }

    var method: HTTPRequest.Method {
        switch self {
        case .enqueue, .act: .post
        case .look: .get
        }
    }

    /// The path of its requests.
    var path: String {
        switch self {
        case .enqueue: "\(Self.prefix)\(Self.enqueuePath)"
        case .act(let kind, let decisionID): "\(Self.prefix)\(Self.decisionPrefix)\(decisionID)/\(kind.rawValue)"
        case .look(let look): "\(Self.prefix)\(look.path)"
        }
    }
}

/// A question that the express lane answers from what is at hand.
enum ExpressLook: Equatable {
    case decision(String)
    case status(decisionID: String)
    case statistics(operatorID: String)
    /// The first page of the queue.
    case pending(limit: Int)

    private static let decisionPrefix: StaticString = "decision/"
    private static let statusWord: StaticString = "status"
    private static let sessionPrefix: StaticString = "session/"
    private static let statisticsWord: StaticString = "stats"
    private static let pendingPath: StaticString = "pending"
    private static let limitPrefix: StaticString = "pending?limit="

    /// - Parameter path: behind what all paths begin with.
    init?(_ path: Slice<UnsafeRawBufferPointer>) {
        if let rest = path.rest(behind: Self.decisionPrefix) {
            if let (id, word) = rest.segmentAndRest {
                guard word.elementsEqual(Self.statusWord) else { return nil }
                self = .status(decisionID: id)
            } else if let id = rest.segment {
                self = .decision(id)
            } else {
                return nil
            }
        } else if let (id, word) = path.rest(behind: Self.sessionPrefix)?.segmentAndRest {
            guard word.elementsEqual(Self.statisticsWord) else { return nil }
            self = .statistics(operatorID: id)
        } else if path.elementsEqual(Self.pendingPath) {
            self = .pending(limit: GovernanceDoor.pageDefault)
        } else if let limit = path.rest(behind: Self.limitPrefix)?.number,
            (1...GovernanceDoor.pageMax).contains(limit)
        {
            self = .pending(limit: limit)
        } else {
            return nil
        }
    }

    /// Without the query, as the usual way has it.
    fileprivate var path: String {
        switch self {
        case .decision(let id): "\(Self.decisionPrefix)\(id)"
        case .status(let id): "\(Self.decisionPrefix)\(id)/\(Self.statusWord)"
        case .statistics(let id): "\(Self.sessionPrefix)\(id)/\(Self.statisticsWord)"
        case .pending: "\(Self.pendingPath)"
        }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// What stands behind that beginning; nil where it begins otherwise.
    fileprivate func rest(behind beginning: StaticString) -> Self? {
        let size = beginning.utf8CodeUnitCount
        return prefix(size).elementsEqual(beginning) ? dropFirst(size) : nil
    }

    fileprivate func elementsEqual(_ text: StaticString) -> Bool {
        elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The text, where it is one segment of a path and every character of it stands for itself: anything that could mean
    /// another one is for those who know how paths are written.
    fileprivate var segment: String? {
        guard !isEmpty, allSatisfy(Self.standsForItself) else { return nil }
        return String(decoding: self, as: UTF8.self)
    }

    /// The number, where it is written in a few digits.
    fileprivate var number: Int? {
        guard count < 10, allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(String(decoding: self, as: UTF8.self))
    }

    /// The first segment of a path, and what stands behind the slash after it.
    fileprivate var segmentAndRest: (segment: String, rest: Self)? {
        guard let slash = firstIndex(of: UInt8(ascii: "/")), let segment = self[..<slash].segment else { return nil }
        return (segment, self[(slash + 1)...])
    }

    /// The characters that RFC 3986 calls unreserved, the colon and the at sign.
    private static func standsForItself(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
