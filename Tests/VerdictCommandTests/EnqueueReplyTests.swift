import Testing

@testable import verdict

@Suite("What the server's answer to a submission means")
struct EnqueueReplyTests {
    @Test(
        arguments: [
            (200, nil, #"{"status":"success"}"#, EnqueueReply.enqueued),
            (201, nil, "", .enqueued),
            (409, nil, #"{"detail":"Decision already resolved: d1"}"#, .alreadyThere),
            (
                409, nil, #"{"detail":"Decision already exists: d1"}"#,
                .refused(reason: "status 409: Decision already exists: d1")
            ),
            (503, "3", #"{"detail":"full"}"#, .busy(retryAfterSeconds: 3, reason: "status 503: full")),
            (503, nil, "", .busy(retryAfterSeconds: 1, reason: "status 503")),
            (503, "-5", "", .busy(retryAfterSeconds: 0, reason: "status 503")),
            (503, "86400", "", .busy(retryAfterSeconds: 60, reason: "status 503")),
            (
                503, "Wed, 21 Oct 2026 07:28:00 GMT", "",
                .busy(retryAfterSeconds: 1, reason: "status 503")
            ),
            (422, nil, #"{"detail":[{"msg":"no"}]}"#, .refused(reason: #"status 422: [{"msg":"no"}]"#)),
            (404, nil, "<html>", .refused(reason: "status 404")),
            (301, nil, "", .refused(reason: "status 301")),
        ] as [(Int, String?, String, EnqueueReply)])
    func meaning(_ status: Int, _ retryAfter: String?, _ body: String, _ reply: EnqueueReply) {
        #expect(EnqueueReply(status: status, retryAfter: retryAfter, body: Array(body.utf8)) == reply)
    }
}
