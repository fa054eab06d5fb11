import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing
import VerdictTesting

/// A server that has shown the queue before shows what one shows that has just started.
@Suite("Pages of the queue")
struct QueuePagesTests {
    @Test("a page that was looked at before is what the first look would show", arguments: [1, 2] as [UInt64])
    func everyLook(seed: UInt64) async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.front.application().test(.router) { client in
            var random = SeededRandom(seed: seed)
            var open: [String] = []
            for step in 0..<60 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4:
                    open.append("d\(step)")
                    try await front.fixture.submit("d\(step)", risk: random.pick(RiskLevel.allCases))
                case 4 where !open.isEmpty:
                    try await front.fixture.approve(open.remove(at: Int.random(in: open.indices, using: &random)))
                case 5 where !open.isEmpty:
                    try await front.post(
                        "/decision/\(random.pick(open))/escalate", #"{"session_id": "session-1", "reason": "up"}"#)
                case 6: front.fixture.time.advance(by: .minutes(2))
                case 7: try await front.fixture.ledger.passTime()
                default: break
                }
                for limit in [3, 100] {
                    let path = "/pending?limit=\(limit)"
                    let first = try await front.get(path)
                    let again = try await client.execute(uri: FrontFixture.base + path, method: .get) { response in
                        Array(response.body.readableBytesView)
                    }
                    try #require(again == first.bytes, "\(step)")
                }
            }
        }
    }
}
