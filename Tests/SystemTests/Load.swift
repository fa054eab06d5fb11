import Synchronization

/// Clients that ask for decisions as fast as they are answered.
final class Load: Sendable {
    private let answered = Atomic<Int>(0)

    /// Commands that were acknowledged.
    var acknowledged: Int { answered.load(ordering: .relaxed) }

    /// Lets so many clients write for as long as the closure takes.
    static func run<Value: Sendable>(
        _ clients: Int, on server: ServerProcess, _ body: (Load) async throws -> Value
    ) async throws -> Value {
        let load = Load()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var number = 0
                    while !Task.isCancelled {
                        number += 1
                        guard try await server.client.enqueue("client\(client)-\(number)").status == 200 else {
                            continue
                        }
                        load.answered.add(1, ordering: .relaxed)
                    }
                }
            }
            defer { group.cancelAll() }
            return try await body(load)
        }
    }
}
