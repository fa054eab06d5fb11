import Dispatch
import Foundation
import Synchronization

/// Writes lines to a descriptor without ever making a caller wait: a launcher may hold the other end of the pipe and not
/// read it (sse-gateway 14).
final class LineQueue: Sendable {
    static let standardOutput = LineQueue(descriptor: STDOUT_FILENO)
    static let standardError = LineQueue(descriptor: STDERR_FILENO)

    /// What may wait to be written; beyond that, lines are lost and counted.
    private static let sizeBytesMax = 1 << 20

    private struct State {
        var waitingSizeBytes = 0
        var lost = 0
    }

    private let descriptor: Int32
    private let queue: DispatchQueue
    private let state = Mutex(State())

    init(descriptor: Int32) {
        self.descriptor = descriptor
        queue = DispatchQueue(label: "verdict.lines.\(descriptor)")
    }

    func write(_ line: [UInt8]) {
        let lost: Int? = state.withLock { state in
            guard state.waitingSizeBytes + line.count <= Self.sizeBytesMax else {
                state.lost += 1
                return nil
            }
            state.waitingSizeBytes += line.count
            defer { state.lost = 0 }
            return state.lost
        }
        guard let lost else { return }
        queue.async { [self] in
            if lost > 0 { writeNow(Array("\(lost) lines were lost here, because nobody read them\n".utf8)) }
            writeNow(line)
            state.withLock { $0.waitingSizeBytes -= line.count }
        }
    }

    private func writeNow(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // What cannot be written is lost: there is nowhere left to say so.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until everything is written, or the time is over.
    func flush(milliseconds: Int) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
