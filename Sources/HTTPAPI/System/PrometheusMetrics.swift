import CoreMetrics
import Synchronization

/// A metrics backend that answers in the text format of Prometheus.
package final class PrometheusMetrics: MetricsFactory {
    private struct Key: Hashable, Comparable {
        let label: String
        let dimensions: String

        static func < (left: Key, right: Key) -> Bool {
            (left.label, left.dimensions) < (right.label, right.dimensions)
        }
    }

    private struct State {
        var counters: [Key: PrometheusCounter] = [:]
        var gauges: [Key: PrometheusGauge] = [:]
        var histograms: [Key: PrometheusHistogram] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Everything measured so far, sorted by name.
    package var text: String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        var described: Set<String> = []
        func describe(_ label: String, _ type: String) {
            if described.insert(label).inserted { lines.append("# TYPE \(label) \(type)") }
        }
        for (key, counter) in state.counters.sorted(by: { $0.key < $1.key }) {
            describe(key.label, "counter")
            lines.append("\(key.label)\(key.dimensions) \(counter.value)")
        }
        for (key, gauge) in state.gauges.sorted(by: { $0.key < $1.key }) {
            describe(key.label, "gauge")
            lines.append("\(key.label)\(key.dimensions) \(gauge.value)")
        }
        for (key, histogram) in state.histograms.sorted(by: { $0.key < $1.key }) {
            describe(key.label, "histogram")
            lines += histogram.lines(label: key.label)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = key(label, dimensions)
        return state.withLock { state in
            let counter = state.counters[key] ?? PrometheusCounter()
            state.counters[key] = counter
            return counter
        }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let key = key(label, dimensions)
        return state.withLock { state -> any RecorderHandler in
            guard aggregate else {
                let gauge = state.gauges[key] ?? PrometheusGauge()
                state.gauges[key] = gauge
                return gauge
            }
            let histogram = state.histograms[key] ?? PrometheusHistogram(boundsFor: label)
            state.histograms[key] = histogram
            return histogram
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let key = key(label, dimensions)
        return state.withLock { state in
            let histogram = state.histograms[key] ?? PrometheusHistogram(boundsFor: label)
            state.histograms[key] = histogram
            return histogram
        }
    }

    private func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        guard !dimensions.isEmpty else { return Key(label: label, dimensions: "") }
        let pairs = dimensions.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        return Key(label: label, dimensions: "{\(pairs)}")
    }

    // What has been made stays: the labels are few and known beforehand.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
