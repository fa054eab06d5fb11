import EventLog
import NIOHTTP1
import Testing

@Suite("What a server writes to standard error")
struct LogLineTests {
    @Test(
        "at level info, in JSON, there is one line a request with its id, method, path and status",
        .timeLimit(.minutes(1)))
    func requestLines() async throws {
        let server = try await ServerProcess(["--log-format", "json", "--log-level", "info"])
        let paths = ["/health", "\(ServerClient.api)/decision/none", "\(ServerClient.api)/pending?limit=x"]
        var answers: [ServerClient.Answer] = []
        for path in paths { answers.append(try await server.client.get(path)) }
        answers.append(try await server.client.enqueue("d1"))
        await server.terminate()

        let lines = try await server.process.errors.all.split(separator: "\n").map { try JSONParser.parse(String($0)) }
        #expect(lines.allSatisfy { $0["time"] != nil && $0["level"] != nil && $0["message"] != nil })
        let requests = lines.filter { $0["message"] == "request" }
        let api = ServerClient.api
        #expect(
            requests.map { [$0["method"], $0["path"], $0["status"]].map { $0?.stringValue } } == [
                ["GET", "/health", "200"], ["GET", "\(api)/decision/none", "404"], ["GET", "\(api)/pending", "422"],
                ["POST", "\(api)/test/enqueue", "200"],
            ])
        let ids = answers.compactMap { $0.headers.first(name: "x-request-id") }
        #expect(Set(ids).count == 4)
        #expect(requests.map { $0["hb.request.id"]?.stringValue } == ids)
    }

    @Test("by default there is no line a request", .timeLimit(.minutes(1)))
    func quiet() async throws {
        let server = try await ServerProcess()
        for _ in 1...5 { #expect(try await server.client.get("/health").status == 200) }
        #expect(try await server.client.get("/nowhere").status == 404)
        await server.terminate()
        let text = await server.process.errors.all
        #expect(text.contains("stopped"))
        #expect(!text.contains("/health") && !text.contains("/nowhere") && !text.contains("request"))
    }
}
