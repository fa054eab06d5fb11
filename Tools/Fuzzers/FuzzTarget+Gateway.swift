import EventLog

@testable import SSEGateway

extension FuzzTarget {
    static let gateway = [
        FuzzTarget(name: "connect-instructions") { bytes in
            _ = ConnectInstructions(bytes)
        },
        FuzzTarget(name: "gateway-commands") { bytes in
            guard let body = try? JSONParser.parse(bytes) else { return }
            _ = try? SendRequest(body)
            _ = try? BroadcastRequest(body)
            _ = try? [String](tokensOf: body)
            _ = try? RetainRequest(body)
        },
        FuzzTarget(name: "callback-target") { bytes in
            _ = CallbackTarget(url: String(decoding: bytes, as: UTF8.self))
        },
    ]
}
