import EventLog
import NIOCore
import NIOHTTP1

extension GatewayCore {
    /// An answer that is there, or one that comes on the loop on which it was asked for, and never fails.
    enum Answer {
        case now(HTTPAnswer)
        case later(EventLoopFuture<HTTPAnswer>)
    }

    /// Answers everything but the request of a stream.
    func answer(_ head: HTTPRequestHead, _ body: ByteBuffer, on loop: any EventLoop) throws(GatewayError) -> Answer {
        switch GatewayRoute(head) {
        case .preflight: .now(.noContent)
        case .health: .now(.json(.ok) { $0.member("status", "ok") })
        case .readiness: .now(readiness)
        case .send: try send(SendRequest(json(head, body)), on: loop)
        case .broadcast: try broadcast(BroadcastRequest(json(head, body)), on: loop)
        case .retain: try retain([String](tokensOf: json(head, body)))
        case .streamHead: .now(.stream)
        case .stream, .unknown: throw .notFound
        }
    }

    /// - Returns: null where there is no JSON at all.
    private func json(_ head: HTTPRequestHead, _ body: ByteBuffer) throws(GatewayError) -> JSON {
        guard head.isJSON, body.readableBytes > 0 else { return .null }
        do throws(JSONError) {
            return try JSONParser.parse(body.readableBytesView)
        } catch {
            throw .invalidJSON
        }
    }

    /// sse-gateway 4.4
    private var readiness: HTTPAnswer {
        let isConfigured = callbacks != nil
        let broker = configuration.broker == nil ? "disabled" : "disconnected"
        let isReady = trouble == nil
        return .json(isReady ? .ok : .serviceUnavailable) { writer in
            writer.member("status", isReady ? "ready" : "not_ready")
            writer.member("configured", isConfigured)
            guard configuration.readinessShape == .full else { return }
            writer.member("rabbitmq", broker)
            guard !isReady else { return }
            writer.array("reasons") { writer in
                if !isConfigured { writer.string("CALLBACK_URL not configured") }
                if configuration.broker != nil { writer.string("RabbitMQ not connected") }
            }
        }
    }

    // MARK: Commands

    private func send(_ request: SendRequest, on loop: any EventLoop) throws(GatewayError) -> Answer {
        guard let handle = registry[request.token] else { throw .tokenNotFound }
        let shape = configuration.errorShape
        return .later(handle.accept(request.command).hop(to: loop).map { $0.answer(in: shape) })
    }

    /// Writes the same bytes to many streams, with one step on each loop, and says which of them are gone, and which
    /// have got nothing because too much waits for their clients already.
    private func broadcast(_ request: BroadcastRequest, on loop: any EventLoop) -> Answer {
        let (known, unknown) = registry.find(request.tokens)
        let command = StreamCommand(payload: .frame(request.frame))
        let results = Dictionary(grouping: known) { ObjectIdentifier($0.eventLoop) }.values.map { handles in
            handles[0].eventLoop.submit {
                handles.map { ($0.stream.value.token, $0.stream.value.deliver(command)) }
            }
        }
        return .later(
            EventLoopFuture.whenAllSucceed(results, on: loop).map { results in
                let outcomes = results.flatMap(\.self)
                let full = outcomes.filter { $0.1 == .bufferFull }.map(\.0)
                let gone = outcomes.filter { $0.1 == .unknownToken || $0.1 == .writeFailed }.map(\.0)
                return .json(.ok) { writer in
                    writer.member("status", "ok")
                    writer.member("gone", .array((unknown + gone).map { .string($0) }))
                    writer.member("full", .array(full.map { .string($0) }))
                }
            })
    }

    /// Closes every live stream but these, as a backend wants it that does not know the others any more.
    private func retain(_ tokens: [String]) -> Answer {
        let others = registry.others(than: tokens)
        for handle in others { handle.eventLoop.execute { handle.stream.value.closeIfLive() } }
        return .now(
            .json(.ok) { writer in
                writer.member("status", "ok")
                writer.member("closed", others.count)
            })
    }
}
