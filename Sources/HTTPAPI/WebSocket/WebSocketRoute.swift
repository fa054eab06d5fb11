import EventLog

/// A path under which there is a WebSocket.
struct WebSocketRoute: Sendable {
    typealias Admit = @Sendable (WebSocketHandshake) async -> WebSocketAdmission

    private let segments: [Substring]
    let admit: Admit

    /// - Parameter path: segments with a colon are parameters: `/ws/:username`. An empty one is given to `admit` too.
    init(_ path: String, admit: @escaping Admit) {
        segments = path.split(separator: "/", omittingEmptySubsequences: false)
        self.admit = admit
    }

    /// The parameters of the path, percent-decoded; nil where the path is another one. An encoded slash would be a
    /// separator (hitl-api 2), so no parameter has any.
    func parameters(of path: String) -> [String: String]? {
        let given = path.split(separator: "/", omittingEmptySubsequences: false)
        guard given.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, value) in zip(segments, given) {
            guard segment.first == ":" else {
                if segment == value { continue }
                return nil
            }
            guard let text = PathParameter.decoded(value), !text.utf8.contains(UInt8(ascii: "/")) else { return nil }
            parameters[String(segment.dropFirst())] = text
        }
        return parameters
    }
}
