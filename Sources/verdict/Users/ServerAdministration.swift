import EventLog
import Foundation
import Identity
import Ledger
import NIOHTTP1

/// Asks the server that holds the data directory to change its users (hitl-api 6.1 and 14.4).
struct ServerAdministration: UserAdministration {
    let caller: ServerCaller
    let dataPath: String

    func register(_ person: UserDesk.Person) async throws {
        _ = try await call(
            .POST, "register",
            [
                "username": .string(person.username), "email": .string(person.email),
                "password": .string(person.password), "full_name": .string(person.fullName),
                "role": .string(person.role.rawValue), "rank": .string(person.rank),
            ])
    }

    func registerService(_ name: String, description: String) async throws -> String {
        let body: JSON = ["username": .string(name), "description": .string(description)]
        return try credential(in: try await call(.POST, "services", body))
    }

    func renewCredential(of name: String) async throws -> String {
        try credential(in: try await call(.POST, "services/\(Self.segment(name))/credential"))
    }

    func change(_ username: String, _ changes: UserChanges, password: String?) async throws {
        var body = JSONObject()
        body["email"] = changes.email.map { .string($0) }
        body["full_name"] = changes.fullName.map { .string($0) }
        body["rank"] = changes.rank.map { .string($0) }
        body["role"] = changes.role.map { .string($0.rawValue) }
        body["is_active"] = changes.isActive.map { .bool($0) }
        body["password"] = password.map { .string($0) }
        _ = try await call(.PATCH, "users/\(Self.segment(username))", .object(body))
    }

    func resetSecondFactor(of username: String) async throws {
        _ = try await call(.POST, "users/\(Self.segment(username))/reset-2fa")
    }

    func users() async throws -> [JSON] {
        guard let users = try await call(.GET, "users").arrayValue else { throw unexpected("no list of users") }
        return users
    }

    func rotateKeys() async throws {
        _ = try await call(.POST, "keys/rotate")
    }

    // MARK: Calls

    private func call(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        let reply: ServerReply
        do {
            reply = try await caller.call(method, "/api/auth/\(path)", body: body?.bytes)
        } catch ServerCallError.unreachable(let reason) {
            throw AdministrationError.serverGone(path: dataPath, address: caller.server.text, reason: reason)
        } catch ServerCallError.broken(let reason) {
            throw unexpected(reason)
        }
        // Any other server than that of the directory does not know the credential.
        if reply.status == 401 { throw AdministrationError.otherServer(path: dataPath, address: caller.server.text) }
        guard reply.isSuccess else { throw AdministrationError.refused(reply.detail ?? reply.reason) }
        guard let json = reply.json else { throw unexpected("no JSON") }
        return json
    }

    private func credential(in json: JSON) throws -> String {
        guard let credential = json["credential"]?.stringValue else { throw unexpected("no credential") }
        return credential
    }

    private func unexpected(_ what: String) -> AdministrationError {
        .unexpectedAnswer(address: caller.server.text, what: what)
    }

    private static func segment(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .pathSegment) ?? name
    }
}
