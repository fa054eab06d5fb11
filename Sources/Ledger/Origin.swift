import EventLog

/// Where a command comes from.
package struct Origin: Sendable {
    /// The request, as it is named in the server's own log.
    package var requestID: String?
    package var idempotency: IdempotencyKey?
    package var traceparent: String?
    package var sourceAddress: String?
    /// Whether an earlier command of the same request has used the key already.
    var isFollowing = false

    package init(
        requestID: String? = nil, idempotency: IdempotencyKey? = nil, traceparent: String? = nil,
        sourceAddress: String? = nil
    ) {
        self.requestID = requestID
        self.idempotency = idempotency
        self.traceparent = traceparent
        self.sourceAddress = sourceAddress
    }

    /// The key that has to be unused, or to stand for the same request.
    var claimedKey: IdempotencyKey? { isFollowing ? nil : idempotency }

    func metadata(sessionID: String?) -> EventMetadata {
        var metadata = EventMetadata()
        metadata.correlationID = requestID
        metadata.sessionID = sessionID
        metadata.idempotencyKey = idempotency?.key
        metadata.requestHash = idempotency?.requestHash
        metadata.traceparent = traceparent
        metadata.sourceAddress = sourceAddress
        return metadata
    }
}

/// The same key with the same request gets the first answer again, for ever.
package struct IdempotencyKey: Sendable, Hashable {
    package let key: String
    /// SHA-256 of the request in hexadecimal.
    package let requestHash: String

    package init(key: String, requestHash: String) {
        self.key = key
        self.requestHash = requestHash
    }
}
