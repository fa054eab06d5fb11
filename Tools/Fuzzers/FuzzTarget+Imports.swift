import EventLog

@testable import verdict

extension FuzzTarget {
    static let imports = [
        FuzzTarget(name: "import-events") { bytes in
            guard let event = try? EntryReader.event(in: bytes) else { return }
            let line = (try? EventEntry(event))?.line.dropLast()
            try require(line.map { Array($0) } == bytes, "it is exported otherwise")
        },
        FuzzTarget(name: "import-suricata") { bytes in
            guard let alert = try? SuricataAlert(line: bytes) else { return }
            try require((try? JSONParser.parse(alert.submission, depthMax: 200)) != nil, "what is sent is no JSON")
        },
        FuzzTarget(name: "import-candi") { bytes in
            let now = Timestamp(microseconds: 1_768_478_400_000_000)
            guard let analysis = try? CANDIAnalysis(line: bytes, at: now) else { return }
            try require((try? JSONParser.parse(analysis.submission, depthMax: 200)) != nil, "what is sent is no JSON")
        },
        FuzzTarget(name: "line-splitter") { bytes in
            let whole = lines(bytes, pieceSize: max(1, bytes.count))
            try require(lines(bytes, pieceSize: 3) == whole, "in pieces they are other lines")
        },
        FuzzTarget(name: "point-in-log") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = PointInLog(argument: text)
            _ = Moment(argument: text)
        },
    ]

    private static func lines(_ bytes: [UInt8], pieceSize: Int) -> [String] {
        var splitter = LineSplitter(sizeBytesMax: 16)
        var lines: [TextLine] = []
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            lines += splitter.append(Array(bytes[start..<min(start + pieceSize, bytes.count)]))
        }
        if let last = splitter.finish() { lines.append(last) }
        return lines.map { "\($0)" }
    }
}
