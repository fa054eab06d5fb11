import EventLog
import HTTPTypes
import NIOWebSocket
import Synchronization

/// One connection to the live feed: whose it is, and what it is asked (hitl-api 10.3).
final class LiveConnection: Sendable {
    let username: String
    let socket: WebSocketConnection
    private let feed: LiveFeed
    private let identity: Mutex<SocketIdentity>

    init(_ socket: WebSocketConnection, of identity: SocketIdentity, feed: LiveFeed) {
        username = identity.username
        self.socket = socket
        self.feed = feed
        self.identity = Mutex(identity)
    }

    /// Answers the client until either side closes.
    func run() async {
        var errorsInARow = 0
        for await message in socket.messages {
            if let wait = feed.admitMessage(of: username) {
                refuse(wait)
                continue
            }
            let isFine = await answer(message)
            errorsInARow = isFine ? 0 : errorsInARow + 1
            guard errorsInARow < feed.configuration.consecutiveErrorsMax else {
                return socket.close(.policyViolation, "Too many errors")
            }
        }
    }

    /// - Returns: whether the message was one that the client may send.
    private func answer(_ message: WebSocketMessage) async -> Bool {
        do throws(LiveRequest.Problem) {
            switch try LiveRequest(message) {
            case .ping:
                socket.send(LiveReply.pong(at: feed.time.now()))
            case .subscribe(let types):
                feed.subscribe(username, to: types)
                socket.send(LiveReply.subscribed(types))
            case .unsubscribe(let types):
                feed.unsubscribe(username, from: types)
                socket.send(LiveReply.unsubscribed(types))
            case .refresh(let token):
                return await refresh(token)
            case .unknown:
                break
            }
            return true
        } catch {
            socket.send(LiveReply.error(error.code, error.message, at: feed.time.now()))
            return false
        }
    }

    /// A breach of the limit is no error: whoever waits goes on as if nothing had been (golden-path 5.6).
    private func refuse(_ wait: Interval) {
        let seconds = Int(wait.seconds.rounded(.up))
        socket.send(
            LiveReply.error(.rateLimited, "Too many messages, try again in \(seconds) s", at: feed.time.now()) {
                $0.member("retry_after_seconds", seconds)
            })
    }

    // MARK: Tokens

    /// Replaces the token in place; one of another user changes nothing (golden-path 5.4).
    private func refresh(_ token: String) async -> Bool {
        do throws(APIError) {
            let new = try await feed.authenticate(token, nil)
            guard new.username.hasBytes(of: username) else {
                throw APIError(.unauthorized, detail: "Username mismatch")
            }
            identity.withLock { $0 = new }
            socket.send(LiveReply.refreshed(until: new.expiresAt))
            return true
        } catch {
            socket.send(LiveReply.notRefreshed(error.sentence))
            return false
        }
    }

    /// Closes the connection where its token or its user is no good any more (hitl-api 10.1).
    func checkIdentity(at now: Timestamp) {
        let identity = identity.withLock { $0 }
        if let expiry = identity.expiresAt, expiry <= now {
            socket.close(.policyViolation, "Token expired")
        } else if !identity.isStillValid() {
            socket.close(.policyViolation, "Invalid token")
        }
    }
}

extension APIError {
    fileprivate var sentence: String {
        switch detail {
        case .sentence(let sentence): sentence
        case .issues(let issues): issues.map(\.message).joined(separator: "; ")
        }
    }
}
