import AsyncHTTPClient
import EventLog
import Foundation
import NIOCore
import NIOHTTP1

/// Calls of people and programs who say who they are.
extension ServerClient {
    /// Calls with a token.
    ///
    /// - Parameter body: nil for none.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil, as token: String) async throws -> Answer {
        var request = request(method, path, headers: ["authorization": "Bearer \(token)"])
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        return try await answer(to: request)
    }

    /// Sends the form of a login (hitl-api 6.2).
    func tryToLogIn(_ username: String, _ password: String) async throws -> Answer {
        var request = request(.POST, "/api/auth/login")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        let fields = [("username", username), ("password", password)].map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        request.body = .bytes(ByteBuffer(string: fields.joined(separator: "&")))
        return try await answer(to: request)
    }

    /// Logs somebody in and returns the access token.
    func logIn(_ username: String, _ password: String) async throws -> String {
        let answer = try await tryToLogIn(username, password)
        guard answer.status == 200, let token = answer["access_token"]?.stringValue else {
            throw Unexpected(status: answer.status, text: answer.text)
        }
        return token
    }

    /// The token of the first administrator, who has the password that every installation begins with.
    func logInFirstAdministrator() async throws -> String {
        try await logIn("admin", "ChangeMe123!")
    }

    /// Registers a person as that administrator, and logs the person in.
    func register(_ username: String, role: String, by administrator: String) async throws -> String {
        let password = "the password of \(username)"
        let answer = try await call(
            .POST, "/api/auth/register",
            [
                "username": .string(username), "password": .string(password), "role": .string(role),
                "email": .string("\(username)@example.org"), "full_name": .string(username),
            ], as: administrator)
        guard answer.status == 200 else { throw Unexpected(status: answer.status, text: answer.text) }
        return try await logIn(username, password)
    }
}
