import EventLog
import SQLiteEventStore
import Synchronization
import Testing
import VerdictTesting

@Suite("Waking readers")
struct WakeTests {
    private let fixture: StoreFixture
    private var store: SQLiteEventStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    @Test("every append calls back with the last position, once the events can be read")
    func wokenAfterAppend() throws {
        let calls = Calls()
        let token = store.wake { position in
            let readable = (try? store.read(from: position, limit: 1).count) ?? 0
            calls.note(position, readable: readable == 1 && store.lastPosition == position)
        }
        _ = try store.append([StreamAppend("decision/a", "1", "2")])
        _ = try store.append([StreamAppend("decision/b", "3")])
        #expect(calls.positions == [2, 3])
        #expect(calls.allReadable)
        withExtendedLifetime(token) {}
    }

    @Test("nobody is woken by an append that wrote nothing")
    func notWokenWithoutEvents() throws {
        let calls = Calls()
        let token = store.wake { calls.note($0) }
        _ = try store.append([])
        #expect(throws: EventStoreError.self) {
            try store.append([StreamAppend("decision/a", expecting: .mustExist, "1")])
        }
        #expect(calls.positions == [])
        withExtendedLifetime(token) {}
    }

    @Test("who releases the token is not called any more, the others are")
    func notWokenAfterRelease() throws {
        let calls = Calls()
        let others = Calls()
        var token: WakeToken? = store.wake { calls.note($0) }
        let otherToken = store.wake { others.note($0) }
        _ = try store.append([StreamAppend("decision/a", "1")])
        withExtendedLifetime(token) {}
        token = nil
        _ = try store.append([StreamAppend("decision/a", "2")])
        #expect(calls.positions == [1])
        #expect(others.positions == [1, 2])
        withExtendedLifetime(otherToken) {}
    }

    @Test("a token may outlive its store")
    func tokenOutlivesStore() throws {
        var token: WakeToken?
        do {
            let shortLived = try StoreFixture()
            token = shortLived.store.wake { _ in }
        }
        withExtendedLifetime(token) {}
        token = nil
    }
}

private final class Calls: Sendable {
    private let state = Mutex<(positions: [Position], allReadable: Bool)>(([], true))

    var positions: [Position] { state.withLock { $0.positions } }
    var allReadable: Bool { state.withLock { $0.allReadable } }

    func note(_ position: Position, readable: Bool = true) {
        state.withLock { state in
            state.positions.append(position)
            state.allReadable = state.allReadable && readable
        }
    }
}
