/// The AMQP broker that an operator has named (sse-gateway 12). It is reported by `/readyz` and not used.
package struct BrokerConfiguration: Sendable, Equatable {
    package let url: String
    package let queueTTLMilliseconds: Int
    package let exchange: String
    package let isAutoDelete: Bool

    /// - Parameter prefix: empty for none.
    package init(url: String, queueTTLMilliseconds: Int, prefix: String, isAutoDelete: Bool) {
        self.url = url
        self.queueTTLMilliseconds = queueTTLMilliseconds
        self.isAutoDelete = isAutoDelete
        exchange = prefix.isEmpty ? "sse.events" : "\(prefix).sse.events"
    }
}
