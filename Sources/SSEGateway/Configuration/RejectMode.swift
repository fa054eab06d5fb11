/// How a client hears that the backend has answered 400, 401 or 403 (sse-gateway 6.2 and 6.3).
package enum RejectMode: String, CaseIterable, Sendable {
    /// By the status of the response.
    case http
    /// By a `rejected` event on a stream that then ends: a browser's EventSource shows no status to its page.
    case inStream = "in-stream"
}
