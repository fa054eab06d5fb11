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
        let route = GatewayRoute(head)
        guard isPermitted(head, route) else { throw .unauthorized }
        return switch route {
        case .preflight: .now(.noContent)
        case .health: .now(.json(.ok) { $0.member("status", "ok") })
        case .readiness: .now(readiness)
        case .send: try send(SendRequest(json(head, body)), on: loop)
        case .broadcast: try broadcast(BroadcastRequest(json(head, body)), on: loop)
        case .retain: try retain(RetainRequest(json(head, body)), on: loop)
        case .streamHead: .now(.stream)
        case .stream, .unknown: throw .notFound
        }
    }

    /// Whether whoever sends a command may: where there is a secret they have to know it.
    private func isPermitted(_ head: HTTPRequestHead, _ route: GatewayRoute) -> Bool {
        switch route {
        case .send where configuration.sendSecret == nil: true
        case .broadcast where configuration.sendSecret == nil, .retain where configuration.sendSecret == nil:
            configuration.trustsNetwork
        case .send, .broadcast, .retain:
            configuration.sendSecret?.matches(head.bearer) ?? false
        case .preflight, .health, .readiness, .stream, .streamHead, .unknown: true
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
        let outcomes = onEach(of: known, on: loop) { ($0.token, $0.deliver(command)) }
        return .later(
            outcomes.map { outcomes in
                let full = outcomes.filter { $0.1 == .bufferFull }.map(\.0)
                let gone = outcomes.filter { $0.1 == .unknownToken || $0.1 == .writeFailed }.map(\.0)
                return .json(.ok) { writer in
                    writer.member("status", "ok")
                    writer.member("gone", .array((unknown + gone).map { .string($0) }))
                    writer.member("full", .array(full.map { .string($0) }))
                }
            })
    }

    /// Closes every live stream but some, as a backend wants it that does not know the others any more.
    private func retain(_ request: RetainRequest, on loop: any EventLoop) -> Answer {
        let latest = NIODeadline.now() - request.age
        let others = registry.others(than: request.tokens)
        let areClosed = onEach(of: others, on: loop) { $0.closeIfLive(askedForBefore: latest) }
        return .later(
            areClosed.map { areClosed in
                .json(.ok) { writer in
                    writer.member("status", "ok")
                    writer.member("closed", areClosed.count(where: \.self))
                }
            })
    }

    /// Does something with streams, in one step on each of their loops.
    private func onEach<Value: Sendable>(
        of handles: [StreamHandle], on loop: any EventLoop, _ body: @escaping @Sendable (EventStream) -> Value
    ) -> EventLoopFuture<[Value]> {
        let results = Dictionary(grouping: handles) { ObjectIdentifier($0.eventLoop) }.values.map { handles in
            handles[0].eventLoop.submit { handles.map { body($0.stream.value) } }
        }
        return EventLoopFuture.whenAllSucceed(results, on: loop).map { $0.flatMap(\.self) }
    }
}
