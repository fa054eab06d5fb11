import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("Callers who do not keep to the rules") struct HostileTests {
    private static let enqueue = "POST /api/v1/governance/test/enqueue HTTP/1.1\r\nhost: x\r\n"

    @Test(
        "a body that is no HTTP or breaks off is the caller's fault, and leaves nothing",
        .timeLimit(.minutes(1)),
        arguments: [
            "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "transfer-encoding: chunked\r\n\r\n-1\r\n{}\r\n",
            "transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", "content-length: 42\r\n\r\n{\"decision_id\"",
        ])
    func brokenBody(rest: String) async throws {
        let server = try await ServerProcess()
        let connection = try RawConnection(port: server.port)
        try connection.send(Self.enqueue + rest)
        connection.endSending()
        let answer = await connection.receive()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        #expect(try server.log.events().isEmpty)
        #expect(try await server.client.get("/health")["status"] == "healthy")
    }

    @Test("an answer to HEAD has no body, whatever it says", .timeLimit(.minutes(1)))
    func head() async throws {
        let server = try await ServerProcess()
        for path in ["/nope", "/api/v1/governance/test/enqueue", "/health", "/api/v1/governance/decision/nope"] {
            let connection = try RawConnection(port: server.port)
            try connection.send("HEAD \(path) HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            let answers = await connection.receive(until: #""components""#)
            let first = answers.components(separatedBy: "\r\n\r\n")
            #expect(first.count >= 3 && first[1].hasPrefix("HTTP/1.1 200 OK"), "\(path): \(answers)")
        }
    }
}
