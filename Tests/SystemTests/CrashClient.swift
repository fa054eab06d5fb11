import EventLog
import VerdictTesting

/// A client that does not give up: it repeats a command, with the same idempotency key, until it is answered, and
/// writes down what was.
struct CrashClient: Sendable {
    struct Command: Sendable {
        enum Kind: Sendable {
            case openSession
            case enqueue
            case act(ServerClient.Action)
        }

        let kind: Kind
        let decisionID: String
        let key: String

        var eventType: String {
            switch kind {
            case .openSession: "session.opened.v1"
            case .enqueue: "decision.submitted.v1"
            case .act(.approve): "decision.approved.v1"
            case .act(.reject): "decision.rejected.v1"
            case .act(.escalate): "decision.escalated.v1"
            }
        }
    }

    private let name: String
    private var random: SeededRandom
    private var script: [Command] = []
    private var decisions = 0
    private var commands = 0
    private var sessionID = ""
    private(set) var acknowledged: [Command] = []
    /// Answers that no client should ever see.
    private(set) var complaints: [String] = []

    init(_ name: String, seed: UInt64) {
        self.name = name
        random = SeededRandom(seed: seed)
        script = [command(.openSession, on: "")]
    }

    private mutating func command(_ kind: Command.Kind, on decisionID: String) -> Command {
        commands += 1
        return Command(kind: kind, decisionID: decisionID, key: "\(name)-key-\(commands)")
    }

    /// A decision and what people do with it.
    private mutating func extendScript() {
        decisions += 1
        let id = "\(name)-\(decisions)"
        let courses: [[ServerClient.Action]] = [
            [], [.approve], [.reject], [.escalate], [.escalate, .approve], [.escalate, .escalate, .reject],
        ]
        script.append(command(.enqueue, on: id))
        for action in courses.randomElement(using: &random) ?? [] { script.append(command(.act(action), on: id)) }
    }

    /// Works until the connection breaks, and tells of each command when it is sent and when it is answered.
    mutating func run(against client: ServerClient, progress: (Command) -> Void) async {
        repeat {
            if script.isEmpty { extendScript() }
            progress(script[0])
            guard let command = await step(client) else { return }
            progress(command)
        } while true
    }

    /// Repeats the command that is without an answer, and nothing more.
    mutating func finish(against client: ServerClient) async {
        _ = await step(client)
    }

    /// - Returns: the next command, once it is answered; nil where the connection broke.
    private mutating func step(_ client: ServerClient) async -> Command? {
        if script.isEmpty { extendScript() }
        let command = script[0]
        guard let answer = try? await send(command, to: client) else { return nil }
        if answer.status != 200 {
            complaints.append("\(command.key) \(command.eventType): \(answer.status) \(answer.text)")
        } else {
            acknowledged.append(command)
        }
        if case .openSession = command.kind { sessionID = answer["session_id"]?.stringValue ?? "" }
        script.removeFirst()
        return command
    }

    private func send(_ command: Command, to client: ServerClient) async throws -> ServerClient.Answer {
        switch command.kind {
        case .openSession:
            try await client.post(
                "\(ServerClient.api)/session/create", ["operator_id": .string(name)], key: command.key)
        case .enqueue:
            try await client.enqueue(command.decisionID, key: command.key)
        case .act(let action):
            try await client.act(action, on: command.decisionID, in: sessionID, key: command.key)
        }
    }
}
