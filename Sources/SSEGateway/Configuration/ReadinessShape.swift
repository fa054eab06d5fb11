/// How much `/readyz` says (sse-gateway 4.4).
package enum ReadinessShape: String, CaseIterable, Sendable {
    case minimal
    case full
}
