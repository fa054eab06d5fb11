import EventLog

extension FuzzTarget {
    static let json = [
        FuzzTarget(name: "json") { bytes in
            guard let value = try? JSONParser.parse(bytes) else { return }
            let written = value.bytes
            guard let again = try? JSONParser.parse(written) else {
                throw Broken(
                    description: "what was written of it is no JSON: \(String(decoding: written, as: UTF8.self))")
            }
            try require(again.bytes == written, "written again it is another text")
        },
        FuzzTarget(name: "payload-reader") { bytes in
            guard let reader = try? PayloadReader(bytes) else { return }
            for name in reader.object.members.map(\.key) {
                _ = try? reader.string(name)
                _ = try? reader.nullableString(name)
                _ = try? reader.bool(name)
                _ = try? reader.int(name)
                _ = try? reader.double(name)
                _ = try? reader.strings(name)
                _ = try? reader.timestamp(name)
                _ = try? reader.reader(name)
            }
        },
    ]
}
