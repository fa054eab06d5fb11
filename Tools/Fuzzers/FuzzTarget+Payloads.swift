import EventLog
import Foundation

@testable import Projections

/// Where the quick reader of payloads understands something, the ordinary one has to understand the same.
extension FuzzTarget {
    static let payloads = [
        FuzzTarget(name: "payload-scanner") { bytes in
            let isUnderstood = bytes.withUnsafeBufferPointer { buffer in
                var scanner = PayloadScanner()
                scanner.begin(buffer)
                _ = scanner.value()
                return scanner.isAtEnd
            }
            guard isUnderstood else { return }
            guard let value = try? JSONParser.parse(bytes) else {
                throw Broken(description: "the quick reader takes what is no JSON")
            }
            try require(value.bytes == bytes, "the quick reader takes what our own writer would write otherwise")
        },
        FuzzTarget(name: "payload-string") { bytes in
            guard let quick = quickly(bytes, { $0.string(0, &$1) }) else { return }
            try require(
                (try? JSONParser.parse(bytes))?.stringValue.map { Array($0.utf8) } == quick,
                "the two readers read another string")
        },
        FuzzTarget(name: "payload-time") { bytes in
            let time = bytes.withUnsafeBufferPointer { buffer -> Int64? in
                var scanner = PayloadScanner()
                var days = DayCache()
                scanner.begin(buffer)
                let time = scanner.time(&days)
                return scanner.isAtEnd ? time : nil
            }
            guard let time else { return }
            let text = (try? JSONParser.parse(bytes))?.stringValue ?? ""
            try require(Timestamp(rfc3339: text)?.microseconds == time, "the two readers read another time in \(text)")
        },
        FuzzTarget(name: "payload-number") { bytes in
            let number = bytes.withUnsafeBufferPointer { buffer -> Double? in
                var scanner = PayloadScanner()
                scanner.begin(buffer)
                let number = scanner.double()
                return scanner.isAtEnd ? number : nil
            }
            guard let number else { return }
            let text = String(decoding: bytes, as: UTF8.self)
            try require(
                (try? JSONParser.parse(bytes))?.numberValue?.double == number,
                "the two readers read another number in \(text)")
        },
        FuzzTarget(name: "payload-events") { bytes in
            // The first byte says which event it is, the others are its payload.
            guard let first = bytes.first else { return }
            let kinds = BulkEventReader.Kind.allCases
            try compareReaders(kinds[Int(first) % kinds.count], Array(bytes.dropFirst()))
        },
    ]

    private static func quickly(
        _ bytes: [UInt8], _ read: (inout PayloadScanner, inout [UInt8]) -> Slice
    ) -> [UInt8]? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = PayloadScanner()
            scanner.begin(buffer)
            var kept = bytes
            let slice = read(&scanner, &kept)
            guard scanner.isAtEnd else { return nil }
            return Array(kept[Int(slice.start)..<Int(slice.start) + Int(slice.count)])
        }
    }

    /// What the quick reader makes of an event, and what the ordinary one does.
    private static func compareReaders(_ kind: BulkEventReader.Kind, _ payload: [UInt8]) throws {
        let category = kind.rawValue.hasPrefix("session") ? "session" : "decision"
        let event = RecordedEvent(
            position: 7, stream: StreamName(text: "\(category)/d1"), version: 1, type: kind.rawValue,
            id: EventID(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0000),
            recordedAt: Timestamp(microseconds: 1_768_478_400_000_000), actor: "operator:alice", data: payload,
            metadata: "{}")
        try event.lend { event in
            var quick = BulkEventReader()
            guard let quickly = quick.fast(event, kind) else { return }
            var ordinary = BulkEventReader()
            let ordinarily = ordinary.slow(event)
            // What an event changes beyond one decision is judged elsewhere, and left to the projections.
            if case .odd = ordinarily {
                throw Broken(description: "the quick reader takes what the other one does not")
            }
            let (one, other) = (said(quickly, quick), said(ordinarily, ordinary))
            try require(one == other, "the quick reader reads\n\(one)\nand the other one\n\(other)")
        }
    }

    /// Everything in a value, with texts in place of slices.
    private static func said(_ value: Any, _ reader: BulkEventReader) -> String {
        if let slice = value as? Slice {
            let begin = reader.base + Int(slice.start)
            return String(decoding: reader.bytes[begin..<begin + Int(slice.count)], as: UTF8.self)
        }
        let mirror = Mirror(reflecting: value)
        if mirror.children.isEmpty { return "\(value)" }
        return mirror.children.map { child in
            let text = said(child.value, reader)
            // Nil stands for these words.
            switch (child.label, text) {
            case ("target", "nil"): return "target: unknown"
            case ("recommendedAction", "nil"): return "recommendedAction: review"
            case (let label, _): return "\(label ?? ""): \(text)"
            }
        }.joined(separator: "\n")
    }
}
