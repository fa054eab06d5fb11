import EventLog
import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// One stream of one client, from its request to its end (sse-gateway 6, 8 and 9).
///
/// It belongs to the loop of its connection: everything here happens there, one thing after the other. Of two things
/// that race, such as the client's departure and the answer to the callback, one comes first and the other finds its
/// result.
final class EventStream {
    private enum Phase {
        /// The connect callback runs; nothing has been written.
        case pending(PendingCommands)
        case live
        /// The backend has closed it; its token is gone, its end waits for the disconnect callback.
        case closing(EventLoopPromise<Void>)
        case ended
    }

    /// What the connection learns when the callback is over.
    enum Decision {
        case opened
        case refused(GatewayError)
        /// The refusal is on the stream itself, which is over.
        case rejected
    }

    let token = UUID().uuidString.lowercased()
    /// Called when the response is over and the connection may be used for another request.
    var onEnd: () -> Void = {}
    private let createdAt = NIODeadline.now()
    private let request: ForwardedRequest
    private let loop: any EventLoop
    private let writer: StreamWriter
    private let core: GatewayCore
    private let callbacks: CallbackClient
    private var variant: StreamVariant
    private var phase = Phase.pending(PendingCommands())
    private var heartbeat: RepeatedTask?

    init(_ head: HTTPRequestHead, channel: any Channel, core: GatewayCore, callbacks: CallbackClient) {
        request = ForwardedRequest(head)
        loop = channel.eventLoop
        writer = StreamWriter(
            channel, isChunked: !head.isHTTP10, unsentSizeBytesMax: core.configuration.unsentSizeBytesMax)
        self.core = core
        self.callbacks = callbacks
        variant = core.configuration.variant
    }

    private var handle: StreamHandle { StreamHandle(self, on: loop) }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ more: Logger.Metadata = [:]) {
        core.logger.log(level: level, message, metadata: more.merging(["token": "\(token)"]) { own, _ in own })
    }

    // MARK: Opening

    /// Asks the backend whether the stream may open, and opens it.
    ///
    /// - Parameter onDecision: called once, unless the client goes away before.
    func open(onDecision: @escaping (Decision) -> Void) {
        // Known before the backend hears of it: what it sends from inside the callback finds its stream.
        guard core.registry.add(handle, token: token) else {
            return refuse(.tooManyStreams, ["reason": "too many streams are open"], onDecision)
        }
        log(.info, "new stream", ["url": "\(request.shownURL)"])
        callbacks.connect(request, token: token, on: loop).assumeIsolated().whenSuccess {
            self.decide($0, onDecision)
        }
    }

    private func decide(_ answer: CallbackAnswer, _ onDecision: (Decision) -> Void) {
        guard case .pending(let pending) = phase else { return }
        switch answer {
        case .answered(let status, _, let body) where (200..<300).contains(status.code):
            log(.info, "connect callback succeeded", ["status": "\(status.code)"])
            onDecision(.opened)
            goLive(ConnectInstructions(body), pending)
        case .answered(let status, let reason, _)
        where variant.rejectMode == .inStream && [400, 401, 403].contains(status.code):
            forget()
            log(.warning, "connect callback rejected", ["status": "\(status.code)"])
            onDecision(.rejected)
            reject(status: Int(status.code), reason: reason)
        case .answered(let status, _, _):
            refuse(.refused(by: status), ["status": "\(status.code)"], onDecision)
        case .timedOut:
            refuse(.gatewayTimeout, ["reason": "no answer in time"], onDecision)
        case .unreachable(let reason):
            refuse(.backendUnavailable, ["reason": "\(reason)"], onDecision)
        }
    }

    private func refuse(_ error: GatewayError, _ details: Logger.Metadata, _ onDecision: (Decision) -> Void) {
        forget()
        log(.error, "connect failed", details)
        onDecision(.refused(error))
    }

    /// Tells a client that reads events only why it has no stream (sse-gateway 6.3).
    private func reject(status: Int, reason: String) {
        var json = JSONWriter()
        json.object { json in
            json.member("status", status)
            json.member("message", reason)
        }
        _ = writer.writeHead(at: core.configuration.time.now())
        _ = writer.write(.lines(of: json.text, name: OutboundEvent.rejectedName))
        writer.finish(within: core.configuration.drainTimeout, onEnd: onEnd)
    }

    /// sse-gateway 6.1, steps 8 to 13.
    private func goLive(_ instructions: ConnectInstructions, _ pending: PendingCommands) {
        if let profile = instructions.profile { variant = profile.variant }
        phase = .live
        guard writer.writeHead(at: core.configuration.time.now()) else { return end(.clientClosed) }
        if variant.takesConnectBodyEvents {
            for complaint in instructions.complaints {
                log(.error, "connect callback answered something unusable", ["reason": "\(complaint)"])
            }
            let first = StreamCommand(payload: instructions.event.map { .event($0) }, closes: instructions.closes)
            guard perform(first) else { return }
        }
        for command in pending.commands {
            guard perform(command) else { return }
        }
        if let ready = EventFrame.opening(variant.readyEvent), !perform(StreamCommand(payload: .frame(ready))) {
            return
        }
        startHeartbeat()
    }

    /// Carries out what was asked before the stream was live. A client that is gone by then has gone by itself
    /// (sse-gateway 10, R7).
    ///
    /// - Returns: whether the stream goes on.
    private func perform(_ command: StreamCommand) -> Bool {
        if let payload = command.payload, !write(payload) {
            end(.clientClosed)
            return false
        }
        if command.closes { _ = close() }
        return !command.closes
    }

    // MARK: Commands

    /// Writes, then closes, as far as the command says so (sse-gateway 4.2).
    func accept(_ command: StreamCommand) -> EventLoopFuture<StreamCommand.Outcome> {
        let outcome = deliver(command)
        if outcome == .done, command.closes { return close().map { .done } }
        return loop.makeSucceededFuture(outcome)
    }

    /// The same without the close, which takes its time, unless the stream is not live yet. A backend that sends frames
    /// is told of a client that does not read, and may wait for it.
    func deliver(_ command: StreamCommand) -> StreamCommand.Outcome {
        switch phase {
        case .pending(var pending):
            // Or the list would be copied with every command.
            phase = .ended
            let (countMax, sizeMax) = (core.configuration.pendingCommandsMax, core.configuration.pendingSizeBytesMax)
            let hasRoom = pending.add(command, countMax: countMax, sizeBytesMax: sizeMax)
            phase = .pending(pending)
            return hasRoom ? .buffered : .bufferFull
        case .live:
            guard let payload = command.payload else { return .done }
            if case .frame(let frame) = payload, !writer.hasRoom(for: frame) { return .bufferFull }
            guard write(payload) else {
                log(.error, "write failed", ["url": "\(request.shownURL)"])
                end(.error)
                return .writeFailed
            }
            return .done
        case .closing, .ended:
            return .unknownToken
        }
    }

    private func write(_ payload: StreamCommand.Payload) -> Bool {
        switch payload {
        case .frame(let frame): return writer.write(frame)
        case .event(let event):
            guard writer.write(event.frame(in: variant)) else { return false }
            log(
                .info, "event sent",
                ["name": "\(event.name)", "bytes": "\(event.data.utf8.count)", "url": "\(request.shownURL)"])
            return true
        }
    }

    // MARK: Heartbeat

    private func startHeartbeat() {
        let interval = core.configuration.heartbeatInterval.timeAmount
        let stream = handle.stream
        heartbeat = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in stream.value.beat() }
    }

    /// A client that has not read what was sent needs no sign of life.
    private func beat() {
        guard writer.isFluent else { return log(.debug, "heartbeat left out, the client does not read") }
        if !writer.write(.heartbeat) { clientLeft() }
    }

    // MARK: Ending

    /// The client or the network went away.
    func clientLeft() {
        guard !writer.isWriting else { return }
        switch phase {
        case .pending:
            forget()
            log(.info, "client left before its stream opened")
        case .live: end(.clientClosed)
        case .closing, .ended: break
        }
    }

    /// Takes the token away, so that nobody finds the stream any more.
    private func forget() {
        heartbeat?.cancel()
        heartbeat = nil
        core.registry.remove(token)
        phase = .ended
    }

    /// Ends a live stream whose connection is of no use any more, and tells the backend.
    private func end(_ reason: DisconnectReason) {
        forget()
        log(.info, "stream closed", ["reason": "\(reason.rawValue)", "url": "\(request.shownURL)"])
        _ = callbacks.disconnect(request, token: token, reason: reason, on: loop)
        writer.cut()
    }

    /// Ends the stream as the backend wants it: the callback first, then, when it is answered or after a while, the end.
    ///
    /// Waiting for the answer without limit would lock up with a backend that closes one stream from inside the callback
    /// of another one and serves them one at a time (sse-gateway 9.2).
    private func close() -> EventLoopFuture<Void> {
        forget()
        let closed = loop.makePromise(of: Void.self)
        phase = .closing(closed)
        log(
            .info, "stream closed",
            ["reason": "\(DisconnectReason.serverClosed.rawValue)", "url": "\(request.shownURL)"])
        let stream = handle.stream
        let limit = loop.scheduleTask(in: core.configuration.closeWait.timeAmount) { stream.value.finishClosing() }
        let answer = callbacks.disconnect(request, token: token, reason: .serverClosed, on: loop)
        answer.assumeIsolated().whenComplete { _ in
            limit.cancel()
            self.finishClosing()
        }
        return closed.futureResult
    }

    /// Ends the stream unless its callback still runs: then the backend has just been told of it.
    ///
    /// - Returns: whether it ends.
    func closeIfLive(askedForBefore latest: NIODeadline) -> Bool {
        guard case .live = phase, createdAt <= latest else { return false }
        _ = close()
        return true
    }

    private func finishClosing() {
        guard case .closing(let closed) = phase else { return }
        phase = .ended
        writer.finish(within: core.configuration.drainTimeout, onEnd: onEnd)
        closed.succeed()
    }

    /// Ends the stream because the gateway stops, without a word to the backend (sse-gateway 13).
    func shutDown() {
        switch phase {
        case .pending:
            forget()
            writer.cut()
        case .live:
            forget()
            writer.finish(within: core.configuration.shutdownDrainTimeout, onEnd: onEnd)
        case .closing: finishClosing()
        case .ended: break
        }
    }
}
