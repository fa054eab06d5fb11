import Testing

@testable import verdict

@Suite("What the server's answer to a submission means")
struct SubmissionReplyTests {
    @Test(
        arguments: [
            (200, nil, #"{"status":"success"}"#, SubmissionReply.enqueued),
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
            (422, nil, #"{"detail":[{"msg":"no"}]}"#, .refused(reason: "status 422: no")),
            (404, nil, "<html>", .refused(reason: "status 404")),
            (301, nil, "", .refused(reason: "status 301")),
        ] as [(Int, String?, String, SubmissionReply)])
    func meaning(_ status: Int, _ retryAfter: String?, _ body: String, _ reply: SubmissionReply) {
        let answer = ServerReply(status: status, retryAfter: retryAfter, body: Array(body.utf8))
        #expect(SubmissionReply(answer, from: .governance) == reply)
    }

    @Test(
        "the HITL API says in words of its own that it knows a question",
        arguments: [
            (200, "{}", SubmissionReply.enqueued),
            (400, #"{"detail":"Decision already exists"}"#, .alreadyThere),
            (
                400, #"{"detail":"Decision already made"}"#,
                .refused(reason: "status 400: Decision already made")
            ),
            (429, "{}", .busy(retryAfterSeconds: 1, reason: "status 429")),
            (
                422,
                #"{"detail":[{"loc":["body","iocs",1],"msg":"no string"},{"loc":["body","ttps"],"msg":"no list"}]}"#,
                .refused(reason: "status 422: body.iocs.1: no string; body.ttps: no list")
            ),
        ] as [(Int, String, SubmissionReply)])
    func hitl(_ status: Int, _ body: String, _ reply: SubmissionReply) {
        #expect(SubmissionReply(ServerReply(status: status, body: Array(body.utf8)), from: .hitl) == reply)
    }

    @Test(
        "some refusals are of the caller, not of the question",
        arguments: [
            (401, "{}", true), (403, "{}", true), (400, #"{"detail":"Inactive user"}"#, true),
            (400, #"{"detail":"Decision already exists"}"#, false), (404, "{}", false), (500, "", false),
        ])
    func caller(_ status: Int, _ body: String, _ isCaller: Bool) {
        #expect(ServerReply(status: status, body: Array(body.utf8)).isCallerRefused == isCaller)
    }
}
