import EventLog

/// Makes the event of a line that `verdict export` has written: the inverse of `EventEntry`.
enum EntryReader {
    /// A payload wraps what came in a body, and the body may already be nested as deeply as a parser allows.
    private static let depthMax = JSONParser.depthMax + 8

    /// - Parameter line: without its end.
    /// - Throws: `EntryError` unless the event has exactly this line.
    static func event(in line: [UInt8]) throws(EntryError) -> RecordedEvent {
        var scanner = EntryScanner(line)
        try scanner.expect(#"{"specversion":"1.0","id":"#)
        let idText = try scanner.string()
        guard let id = EventID(text: idText) else { throw EntryError("its id is not a UUID") }
        try scanner.expect(#","source":"/verdict","type":"#)
        let type = try scanner.string()
        try scanner.expect(#","subject":"#)
        let subject = try scanner.string()
        try scanner.expect(#","time":"#)
        guard let time = Timestamp(rfc3339: try scanner.string()) else { throw EntryError("its time is not RFC 3339") }
        try scanner.expect(#","datacontenttype":"application/json","position":"#)
        let position = try scanner.integer()
        try scanner.expect(#","streamversion":"#)
        let version = try scanner.integer()
        try scanner.expect(#","actor":"#)
        let actor = try scanner.string()
        let (metadata, data) = try rest(of: line, &scanner)
        let event = RecordedEvent(
            position: position, stream: StreamName(text: subject), version: version, type: type, id: id,
            recordedAt: time, actor: actor, data: Array(line[data]), metadata: metadata)
        try check(event, line)
        return event
    }

    /// The metadata, whose members stand behind the actor, and the place of the payload, which is the last member. A hash may
    /// stand before it.
    private static func rest(
        of line: [UInt8], _ scanner: inout EntryScanner
    ) throws(EntryError) -> (metadata: String, data: Range<Int>) {
        let start = scanner.index
        var members: [(start: Int, name: String, value: Range<Int>)] = []
        while scanner.current == UInt8(ascii: ",") {
            let memberStart = scanner.index
            try scanner.expect(",")
            let name = try scanner.string()
            try scanner.expect(":")
            members.append((memberStart, name, try scanner.value()))
        }
        try scanner.expect("}")
        guard scanner.isAtEnd else { throw EntryError("something follows the object, at byte \(scanner.index)") }
        let lastName = members.last?.name
        guard let last = members.popLast(), lastName == "data" else {
            throw EntryError(
                lastName == "datasha256" ? "its payload is missing, only the hash is there" : "its payload is missing")
        }
        var end = last.start
        if last.value.count > CloudEvent.dataSizeBytesMax, let hash = members.last, hash.name == "datasha256" {
            end = hash.start
        }
        let inside = line[start..<end].dropFirst()
        return ("{\(String(decoding: inside, as: UTF8.self))}", last.value)
    }

    /// The event is this line, byte for byte, so that nothing was read into it or left out; and what it carries is JSON.
    private static func check(_ event: RecordedEvent, _ line: [UInt8]) throws(EntryError) {
        do throws(JSONError) {
            _ = try JSONParser.parse(event.data, depthMax: depthMax)
        } catch {
            throw EntryError("its payload is no JSON: \(error)")
        }
        guard let metadata = try? JSONParser.parse(event.metadata), metadata.objectValue != nil else {
            throw EntryError("its metadata are no JSON object")
        }
        guard let entry = try? EventEntry(event), entry.line.dropLast() == line[...] else {
            throw EntryError(
                "it is not written as an export writes it: other spaces, escapes or order, or another hash")
        }
    }
}
