import EventLog
import Identity
import Ledger

/// What an administrator of the machine may do to users: one conformer asks the server that holds the data directory, the
/// other one is at work where none does.
protocol UserAdministration: Sendable {
    func register(_ person: UserDesk.Person) async throws
    /// Registers a program and returns its credential.
    func registerService(_ name: String, description: String) async throws -> String
    /// Gives a program another credential and returns it.
    func renewCredential(of name: String) async throws -> String
    /// - Parameter password: a new one, or nil.
    func change(_ username: String, _ changes: UserChanges, password: String?) async throws
    func resetSecondFactor(of username: String) async throws
    /// All users, each as an object of hitl-api 14.4.
    func users() async throws -> [JSON]
    /// Makes new tokens be signed with a new key.
    func rotateKeys() async throws
}
