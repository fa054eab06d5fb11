/// What the server calls itself.
package enum Banner {
    package static let version = "1.0.0"
    static let governanceService = "Governance Workspace Production Server"
    static let service = "HITL Console Backend"
}
