import CoreMetrics
import Synchronization

final class PrometheusCounter: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

final class PrometheusGauge: RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// Counts values by upper bounds. A timer is recorded in seconds, as Prometheus has it.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    private struct State {
        var counts: [Int]
        var sum = 0.0
        var count = 0
    }

    private static let seconds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    private static let sizes = [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]

    private let bounds: [Double]
    private let state: Mutex<State>

    init(boundsFor label: String) {
        bounds = label.hasSuffix("_seconds") ? Self.seconds : Self.sizes
        state = Mutex(State(counts: [Int](repeating: 0, count: bounds.count)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            state.sum += value
            state.count += 1
            if let place = bounds.firstIndex(where: { value <= $0 }) { state.counts[place] += 1 }
        }
    }

    func lines(label: String) -> [String] {
        let state = state.withLock { $0 }
        var below = 0
        var lines = zip(bounds, state.counts).map { bound, count in
            below += count
            return "\(label)_bucket{le=\"\(bound)\"} \(below)"
        }
        lines.append("\(label)_bucket{le=\"+Inf\"} \(state.count)")
        lines.append("\(label)_sum \(state.sum)")
        lines.append("\(label)_count \(state.count)")
        return lines
    }
}
