import Crypto
import EventLog
import HTTPTypes
import Hummingbird
import Ledger

extension Origin {
    private static let traceparentSizeBytesMax = 128

    /// Where a command comes from, with the key under which it may be repeated.
    ///
    /// - Parameter principal: who asks, where that is proved: the same key of another one is another request.
    /// - Throws: 422 for a key that is none.
    init(_ request: Request, _ context: FrontContext, by principal: Principal?, body: [UInt8]) throws(APIError) {
        self.init(
            requestID: context.id, idempotency: try Self.idempotencyKey(of: request, by: principal, body: body),
            traceparent: request.headers[.traceparent].flatMap {
                $0.utf8.count <= Self.traceparentSizeBytesMax ? $0 : nil
            },
            sourceAddress: context.remoteAddress)
    }

    private static func idempotencyKey(
        of request: Request, by principal: Principal?, body: [UInt8]
    ) throws(APIError) -> IdempotencyKey? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(
                .unprocessableContent, detail: "An Idempotency-Key has 1 to 255 visible ASCII characters")
        }
        var hash = SHA256()
        hash.update(data: Array("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        if let query = request.uri.query { hash.update(data: Array("?\(query)\n".utf8)) }
        if let principal { hash.update(data: Array("\(principal.actor)\n".utf8)) }
        hash.update(data: body)
        return IdempotencyKey(key: key, requestHash: Hex.text(hash.finalize()))
    }
}
