import EventLog
import Testing
import VerdictTesting

@Suite("Upcasters")
struct UpcasterChainTests {
    private static func event(_ type: String, _ payload: String) -> RecordedEvent {
        RecordedEvent(
            position: 7, stream: StreamName(text: "alarm/a1"), version: 3, type: type,
            id: EventID(at: ManualTime().now(), random: 0), recordedAt: ManualTime().now(), actor: "agent:old",
            data: Array(payload.utf8), metadata: "{}")
    }

    private static func renaming(_ old: String, to new: String, _ from: String, _ to: String) -> Upcaster {
        Upcaster(from: from, to: to) { payload, _ in
            JSONObject(payload.members.map { $0.key == old ? .init(key: new, value: $0.value) : $0 })
        }
    }

    private static let chain: UpcasterChain = [
        renaming("b", to: "c", "alarm.raised.v2", "alarm.raised.v3"),
        renaming("a", to: "b", "alarm.raised.v1", "alarm.raised.v2"),
    ]

    @Test(
        "an event of any age comes out in the newest form, through every version between",
        arguments: [("v1", #"{"a":1.50}"#), ("v2", #"{"b":1.50}"#), ("v3", #"{"c":1.50}"#)])
    func chained(version: String, payload: String) throws {
        let form = try Self.chain.newestForm(of: Self.event("alarm.raised.\(version)", payload))
        #expect(form.type == "alarm.raised.v3")
        #expect(try form.reader().number("c").text == "1.50")
    }

    @Test("what an old form lacks is taken from the event itself")
    func columns() throws {
        let chain: UpcasterChain = [
            Upcaster(from: "alarm.raised.v0", to: "alarm.raised.v1") { payload, event in
                var payload = payload
                payload["raised_by"] = .string(event.actor)
                return payload
            }
        ]
        let form = try chain.newestForm(of: Self.event("alarm.raised.v0", "{}"))
        #expect(try form.reader().string("raised_by") == "agent:old")
    }

    @Test("a payload that no upcaster is for is not even parsed until somebody wants it")
    func untouched() throws {
        let form = try Self.chain.newestForm(of: Self.event("door.opened.v1", "no JSON"))
        #expect(form.type == "door.opened.v1")
        #expect(throws: JSONError.self) { try form.reader() }
    }

    @Test("an old payload that is no object is said to be none", arguments: ["[]", "17", #""text""#])
    func noObject(payload: String) {
        #expect(throws: PayloadError.self) {
            try Self.chain.newestForm(of: Self.event("alarm.raised.v1", payload))
        }
    }

    @Test("a chain that leads back to its beginning ends", .timeLimit(.minutes(1)))
    func circle() throws {
        let chain: UpcasterChain = [
            Self.renaming("a", to: "b", "alarm.raised.v1", "alarm.raised.v2"),
            Self.renaming("b", to: "a", "alarm.raised.v2", "alarm.raised.v1"),
        ]
        #expect(try chain.newestForm(of: Self.event("alarm.raised.v1", "{}")).type == "alarm.raised.v1")
    }
}
