import Foundation
import Synchronization

/// What a process writes to one of its outputs, collected as it comes.
final class ProcessOutput: Sendable {
    private struct Waiter {
        /// Nil for the end of the output.
        let text: String?
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var bytes: [UInt8] = []
        var isAtEnd = false
        var waiters: [Waiter] = []

        var text: String { String(decoding: bytes, as: UTF8.self) }

        mutating func takeMet() -> [(CheckedContinuation<Bool, Never>, Bool)] {
            guard !waiters.isEmpty else { return [] }
            let text = text
            var met: [(CheckedContinuation<Bool, Never>, Bool)] = []
            waiters.removeAll { waiter in
                let isMet = waiter.text.map { text.contains($0) } ?? isAtEnd
                if isMet || isAtEnd { met.append((waiter.continuation, isMet)) }
                return isMet || isAtEnd
            }
            return met
        }
    }

    private let state = Mutex(State())

    init(_ handle: FileHandle) {
        let descriptor = handle.fileDescriptor
        Thread.detachNewThread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                self?.append(buffer.prefix(max(0, count)))
                if count <= 0 { break }
            }
            // Closes the descriptor, not before its last use.
            withExtendedLifetime(handle) {}
        }
    }

    /// - Parameter bytes: none for the end.
    private func append(_ bytes: ArraySlice<UInt8>) {
        let met = state.withLock { state in
            state.bytes += bytes
            if bytes.isEmpty { state.isAtEnd = true }
            return state.takeMet()
        }
        for (continuation, isMet) in met { continuation.resume(returning: isMet) }
    }

    /// All so far.
    var text: String { state.withLock { $0.text } }

    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// Everything, once the process has closed this output.
    var all: String {
        get async {
            _ = await wait(for: nil)
            return text
        }
    }

    /// Waits until that text has come, a line with its end for example.
    ///
    /// - Returns: false where the output ended without it.
    func wait(for text: String?) async -> Bool {
        await withCheckedContinuation { continuation in
            let met = state.withLock { state in
                state.waiters.append(Waiter(text: text, continuation: continuation))
                return state.takeMet()
            }
            for (continuation, isMet) in met { continuation.resume(returning: isMet) }
        }
    }
}
