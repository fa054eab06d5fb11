import EventLog
import HTTPTypes

/// What the operation of this door is, beside its `routes`.
extension GatewayDoor {
    @OperationList static var descriptions: [OperationDescription] {
        OperationDescription(
            .post, path, "gatewayCallback", .gateways, "A gateway asks or tells about one of its streams"
        )
        .open(to: .gateways)
        .detail("On `connect` the client is judged as at this server's own stream with the same path and query.")
        .detail(
            "Its access token stands in `request.headers.authorization`, or in the query of `request.url` as `token`."
        )
        .query("gateway", .string, "The address of the gateway; may be absent where there is only one.")
        .takes(.gatewayCall)
        .answers("The stream may open, or its end was heard of.", .gatewayAnswer)
        .alsoAnswers(
            .badRequest, "The call makes no sense, there is no such stream, or the user is not active.", .gatewayRefusal
        )
        .alsoAnswers(.unauthorized, "The secret, the client's token or its session is not good.", .gatewayRefusal)
        .alsoAnswers(
            .forbidden, "Not a gateway of this server, or the client may not have this stream.", .gatewayRefusal
        )
        .alsoAnswers(.conflict, "The token of the stream has a stream already.", .gatewayRefusal)
        .alsoAnswers(.tooManyRequests, "The client calls too often.", .gatewayRefusal)
        .alsoAnswers(.serviceUnavailable, "The gateway cannot be reached from here.", .gatewayRefusal)
    }
}

extension NamedSchema {
    fileprivate static let gatewayCall = NamedSchema(
        "GatewayCall",
        .openObject([
            .required("action", .word(["connect", "disconnect"])),
            .required(
                "token", .text(1...256).example("5b2f8f0e-3c1d-4a57-9f55-0f4f5f7d2a11"), "The stream at the gateway."),
            .optional(
                "reason", .string.example("client_closed"),
                "On `disconnect`: `client_closed`, `server_closed` or `error`."),
            .required(
                "request",
                .openObject([
                    .required("url", .string.example("/governance/stream?session_id=…"), "As the client sent it."),
                    .required("headers", .map(to: .string), "Those of the client, their names in lower case."),
                ])),
        ]))

    fileprivate static let gatewayAnswer = NamedSchema(
        "GatewayAnswer",
        .object([.optional("profile", .constant("classic"), "How the gateway is to write the stream.")]))

    fileprivate static let gatewayRefusal = NamedSchema("GatewayRefusal", .object([.required("error", .string)]))
}
