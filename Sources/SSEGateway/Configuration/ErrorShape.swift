/// How errors look in JSON (sse-gateway 11).
package enum ErrorShape: String, CaseIterable, Sendable {
    case flat
    case nested
}
