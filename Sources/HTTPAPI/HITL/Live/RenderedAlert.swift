/// An alert as every reader gets it.
struct RenderedAlert: Sendable {
    let type: AlertType
    let frame: WebSocketServerFrame
}
