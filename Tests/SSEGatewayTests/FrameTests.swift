import NIOCore
import Testing

@testable import SSEGateway

@Suite("The bytes of an event (sse-gateway 7)")
struct FrameTests {
    private static func text(_ frame: EventFrame) -> String { String(buffer: frame.plain) }

    @Test("a frame is one chunk")
    func chunk() {
        #expect(String(buffer: EventFrame.heartbeat.chunk) == "d\r\n: heartbeat\n\n\r\n")
        #expect(Self.text(.heartbeat) == ": heartbeat\n\n")
        let long = EventFrame(String(repeating: "x", count: 70_000))
        #expect(String(buffer: long.chunk).hasPrefix("11170\r\nx"))
    }

    @Test(
        "CR, LF and both together end a line", arguments: ["a\nb", "a\rb", "a\r\nb"])
    func lineEnds(data: String) {
        #expect(Self.text(.lines(of: data, name: nil)) == "data: a\ndata: b\n\n")
        #expect(Self.text(.lines(of: "\n\r", name: "n")) == "event: n\ndata: \ndata: \ndata: \n\n")
    }

    @Test("ready is an event like any other where there is no ready event")
    func readyWithoutReady() {
        let event = OutboundEvent(name: "ready", data: "1")
        #expect(Self.text(event.frame(in: GatewayProfile.classic.variant)) == "event: ready\ndata: 1\n\n")
        var variant = GatewayProfile.current.variant
        variant.readyEvent = .envelope
        #expect(Self.text(event.frame(in: variant)) == "data: {\"type\":\"ready\",\"payload\":1}\n\n")
        #expect(Self.text(event.frame(in: GatewayProfile.current.variant)) == "event: ready\ndata:\n\n")
    }

    @Test("rejected is a signal of the gateway and stays named")
    func rejected() {
        let event = OutboundEvent(name: "rejected", data: "{}")
        #expect(Self.text(event.frame(in: GatewayProfile.current.variant)) == "event: rejected\ndata: {}\n\n")
    }

    @Test(
        "what an envelope carries is JSON, whatever the data is",
        arguments: [
            ("1", "1"), (" {\"a\": 1} ", " {\"a\": 1} "), ("", "null"), ("a\nb", "\"a\\nb\""), ("{", "\"{\""),
            ("8.50", "8.50"), ("\"x\"", "\"x\""),
        ])
    func envelope(data: String, payload: String) {
        let event = OutboundEvent(name: "n", data: data)
        #expect(
            Self.text(event.frame(in: GatewayProfile.current.variant))
                == "data: {\"type\":\"n\",\"payload\":\(payload)}\n\n")
    }
}
