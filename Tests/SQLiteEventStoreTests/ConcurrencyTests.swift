import EventLog
import Foundation
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("Many at once")
struct ConcurrencyTests {
    private let fixture: StoreFixture
    private var store: SQLiteEventStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    @Test("eight readers see every event once and in order while one appends")
    func readersBesideAWriter() async throws {
        let store = store
        let appends = 200
        let all = Array(1...(appends * 2))
        try await withThrowingTaskGroup(of: [Position].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await onItsOwnThread {
                        var seen: [Position] = []
                        while seen.count < all.count {
                            seen += try store.read(from: seen.count + 1, limit: 37).map(\.position)
                        }
                        return seen
                    }
                }
            }
            group.addTask {
                try await onItsOwnThread {
                    for number in 0..<appends {
                        _ = try store.append([StreamAppend("decision/\(number % 7)", "1", "2")])
                    }
                    return all
                }
            }
            for try await seen in group { #expect(seen == all) }
        }
    }

    //  one store                      the other store
    //  append: position 1
    //                                 append: position 2, though it saw an empty log when it was opened
    //  append: position 3
    @Test("two who append to one file share its positions")
    func twoStores() throws {
        let other = try SQLiteEventStore(path: fixture.path)
        #expect(try fixture.store.append([StreamAppend("decision/a", "1")]).map(\.position) == [1])
        #expect(try other.append([StreamAppend("decision/a", expecting: .exact(1), "2")]).map(\.position) == [2])
        #expect(try fixture.store.append([StreamAppend("decision/a", "3")]).map(\.position) == [3])
        #expect(try other.read(from: 1, limit: 10).map(\.payload) == ["1", "2", "3"])
    }

    @Test("several threads that append to one store get one gapless order")
    func severalWriters() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<4 {
                group.addTask {
                    try await onItsOwnThread {
                        for _ in 0..<50 { _ = try store.append([StreamAppend("decision/\(thread)", "1")]) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.read(from: 1, limit: 1000).map(\.position) == Array(1...200))
        #expect(store.lastPosition == 200)
    }
}

/// Tasks share as many threads as there are cores; these are to be as many as they say.
private func onItsOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
