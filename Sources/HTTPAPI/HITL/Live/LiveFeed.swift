import CoreMetrics
import EventLog
import NIOCore
import NIOWebSocket
import Synchronization

/// Who watches, what they want to hear of, and the way to all of them (hitl-api 10).
final class LiveFeed: Sendable {
    /// The set belongs to the user, not to the connection: all share it, and it outlives them.
    private struct User {
        var alertTypes = Set(AlertType.allCases)
        var connections: [Int: LiveConnection] = [:]
        var rate: CountingWindow

        /// Whether forgetting the user would change nothing.
        func isAsNew(at now: Timestamp) -> Bool {
            connections.isEmpty && alertTypes.count == AlertType.allCases.count && rate.hasPassed(at: now)
        }
    }

    private struct State {
        var users: [String: User] = [:]
        var nextKey = 0
        var statistics = LiveStatistics()
    }

    /// When there are more users who are not connected than this, all of them are forgotten, with their sets.
    private static let absentUsersMax = 10_000

    let configuration: LiveConfiguration
    let authenticate: SocketAuthentication
    let time: any TimeSource
    private let state = Mutex(State())
    private let alertsSent = Atomic<Int>(0)
    private let openSockets: Gauge
    private let lostCommits: Counter

    init(
        configuration: LiveConfiguration, authenticate: @escaping SocketAuthentication, time: any TimeSource,
        metrics: any MetricsFactory
    ) {
        self.configuration = configuration
        self.authenticate = authenticate
        self.time = time
        openSockets = Gauge(label: "verdict_open_sockets", factory: metrics)
        lostCommits = Counter(label: "verdict_live_commits_lost_total", factory: metrics)
    }

    var statistics: LiveStatistics {
        var statistics = state.withLock { $0.statistics }
        statistics.totalAlertsSent = alertsSent.load(ordering: .relaxed)
        return statistics
    }

    var hasConnections: Bool { state.withLock { $0.statistics.currentConnections > 0 } }

    // MARK: Connections

    /// Serves a connection until either side closes.
    func serve(_ socket: WebSocketConnection, of identity: SocketIdentity) async {
        let connection = LiveConnection(socket, of: identity, feed: self)
        guard let key = add(connection) else {
            socket.send(LiveReply.error(.tooManyConnections, "Too many connections", at: time.now()))
            return socket.close(.policyViolation, "Too many connections")
        }
        await connection.run()
        remove(connection, key)
    }

    /// Greets a connection, and puts it on the list in the same moment: the greeting comes first, and whatever is
    /// committed once the client has it comes behind.
    ///
    /// - Returns: its key; nil where the user has as many as permitted.
    private func add(_ connection: LiveConnection) -> Int? {
        let now = time.now()
        return state.withLock { state in
            if state.users.count - state.statistics.currentUsers > Self.absentUsersMax {
                state.users = state.users.filter { !$0.value.connections.isEmpty }
            }
            var user = state.users[connection.username] ?? User(rate: CountingWindow(.minutes(1), from: now))
            guard user.connections.count < configuration.connectionsPerUserMax else { return nil }
            let key = state.nextKey
            state.nextKey += 1
            if user.connections.isEmpty { state.statistics.currentUsers += 1 }
            user.connections[key] = connection
            state.users[connection.username] = user
            state.statistics.totalConnections += 1
            state.statistics.currentConnections += 1
            openSockets.record(state.statistics.currentConnections)
            connection.socket.send(LiveReply.connected(at: now))
            return key
        }
    }

    private func remove(_ connection: LiveConnection, _ key: Int) {
        let now = time.now()
        state.withLock { state in
            guard var user = state.users[connection.username], user.connections.removeValue(forKey: key) != nil else {
                return
            }
            if user.connections.isEmpty { state.statistics.currentUsers -= 1 }
            state.users[connection.username] = user.isAsNew(at: now) ? nil : user
            state.statistics.totalDisconnects += 1
            state.statistics.currentConnections -= 1
            openSockets.record(state.statistics.currentConnections)
        }
    }

    /// Closes the connections whose token or user is no good any more.
    func checkIdentities() {
        let now = time.now()
        for connection in connections { connection.checkIdentity(at: now) }
    }

    private var connections: [LiveConnection] {
        state.withLock { $0.users.values.flatMap(\.connections.values) }
    }

    // MARK: Users

    func subscribe(_ username: String, to types: Set<AlertType>) {
        state.withLock { $0.users[username]?.alertTypes = types }
    }

    func unsubscribe(_ username: String, from types: Set<AlertType>) {
        state.withLock { $0.users[username]?.alertTypes.subtract(types) }
    }

    /// Counts a message of a user.
    ///
    /// - Returns: how long to wait where it is one too many, nil where it is not.
    func admitMessage(of username: String) -> Interval? {
        let now = time.now()
        return state.withLock { state in
            state.users[username]?.rate.admit(at: now, max: configuration.messagesPerMinuteMax)
        }
    }

    // MARK: Sending

    /// Hands alerts to every connection of each user who wants to hear of their kind.
    func publish(_ alerts: [RenderedAlert]) {
        guard !alerts.isEmpty else { return }
        let deliveries = state.withLock { state in
            state.users.values.flatMap { user -> [Delivery] in
                let wanted = alerts.filter { user.alertTypes.contains($0.type) }.map(\.frame)
                return wanted.isEmpty ? [] : user.connections.values.map { Delivery(socket: $0.socket, frames: wanted) }
            }
        }
        send(deliveries)
    }

    /// To be called for a commit whose alerts nobody will see.
    func lostCommit() { lostCommits.increment() }

    func heartbeat() {
        let frames = [LiveReply.heartbeat(at: time.now())]
        send(connections.map { Delivery(socket: $0.socket, frames: frames) })
    }

    private struct Delivery {
        let socket: WebSocketConnection
        let frames: [WebSocketServerFrame]
    }

    /// One visit to each event loop, whatever the number of connections.
    private func send(_ deliveries: [Delivery]) {
        for deliveries in Dictionary(grouping: deliveries, by: { ObjectIdentifier($0.socket.eventLoop) }).values {
            deliveries[0].socket.eventLoop.execute {
                var sent = 0
                for delivery in deliveries where delivery.socket.sendFromEventLoop(delivery.frames) {
                    sent += delivery.frames.count
                }
                self.alertsSent.wrappingAdd(sent, ordering: .relaxed)
            }
        }
    }
}
