import CoreMetrics
import EventLog
import Governance
import Hummingbird
import Ledger
import Logging
import NIOCore
import Projections

/// Serves what the express lane takes: the same commands, answers and lines in the log as by the usual way. A question is
/// answered from what is at hand, or given back.
final class ExpressDesk: Sendable {
    /// A larger body is not read on the event loop, where every other connection waits meanwhile.
    private static let bodySizeBytesMax = 16 << 10
    /// A larger page is not written there either.
    private static let pageSizeBytesMax = 128 << 10

    /// A larger body goes the usual way.
    let bodySizeBytesMax: Int
    private let door: GovernanceDoor
    private let access: AccessLog
    private let logger: Logger
    private let served: Counter
    private let pause = ReadingPause()

    init(door: GovernanceDoor, access: AccessLog, metrics: any MetricsFactory, logger: Logger) {
        self.door = door
        self.access = access
        self.logger = logger
        served = Counter(label: "verdict_http_express_requests_total", factory: metrics)
        bodySizeBytesMax = min(Self.bodySizeBytesMax, door.configuration.bodySizeBytesMax)
    }

    /// What a request asks for, and what is answered to it.
    private struct Order: Sendable {
        let command: Command
        let answer: @Sendable (Receipt) throws -> ExpressAnswer
    }

    /// - Parameters:
    ///   - address: of the other side.
    ///   - reply: called with what makes the answer, on any thread, but only where true is returned. It makes none where a
    ///     question cannot be answered here after all.
    /// - Returns: whether the request is served. It is not where anything is wrong with the body: then the usual way says what.
    func serve(
        _ operation: ExpressOperation, _ body: [UInt8], from address: String?,
        reply: @escaping @Sendable (@escaping @Sendable () -> ByteBuffer?) -> Void
    ) -> Bool {
        let start = ContinuousClock.now
        let name = RequestID().description
        let order: Order?
        switch operation {
        case .look(let look):
            door.ledger.views.whenSeen { [self] in
                reply { [self] in answer(look).map { written($0, to: operation, name: name, since: start) } }
            }
            return true
        case .enqueue: order = try? enqueue(body)
        case .act(let kind, let decisionID): order = try? act(kind, on: decisionID, body)
        }
        guard let order else { return false }
        door.ledger.execute(order.command, origin: Origin(requestID: name, sourceAddress: address)) { [self] result in
            reply { [self] in
                written(answer(order, result), to: operation, name: name, since: start)
            }
        }
        return true
    }

    private func written(
        _ answer: ExpressAnswer, to operation: ExpressOperation, name: String, since start: ContinuousClock.Instant
    ) -> ByteBuffer {
        served.increment()
        access.note(operation, name: name, status: answer.status, since: start, logger)
        return answer.bytes(name: name, at: door.ledger.time.now())
    }

    // MARK: Commands

    private func enqueue(_ body: [UInt8]) throws -> Order {
        let submission = try door.enqueuedSubmission(BodyReader(body, isJSON: true, as: .freeForm), by: nil)
        return Order(command: .submit(submission)) { [door] receipt in
            ExpressAnswer { door.writeEnqueued(submission, receipt, to: &$0) }
        }
    }

    private func act(_ kind: OperatorActionKind, on decisionID: String, _ body: [UInt8]) throws -> Order {
        var reader = try BodyReader(body, isJSON: true, as: .typed)
        let command = try kind.command(on: decisionID, &reader, by: nil)
        return Order(command: command) { receipt in
            let moment = try GovernanceDoor.moment(of: receipt)
            let actionType = receipt.decision?.actionType.rawValue ?? "unknown"
            return ExpressAnswer {
                kind.write(receipt, on: decisionID, actionType: actionType, at: moment, to: &$0)
            }
        }
    }

    private func answer(_ order: Order, _ result: Result<Receipt, CommandError>) -> ExpressAnswer {
        switch result {
        case .failure(let error): return ExpressAnswer(APIError(error))
        case .success(let receipt):
            do {
                return try order.answer(receipt)
            } catch let error as APIError {
                return ExpressAnswer(error)
            } catch {
                logger.error("a request failed", metadata: ["error": "\(error)"])
                return ExpressAnswer(APIError(.internalServerError, detail: "Internal Server Error"))
            }
        }
    }

    // MARK: Questions

    /// For whoever has waited for the views. Nil where nothing answers it at once, or nothing is there: the usual way takes its
    /// time, and says what is wrong.
    private func answer(_ look: ExpressLook) -> ExpressAnswer? {
        let now = door.ledger.time.now()
        switch look {
        case .decision(let decisionID):
            return read { try $0.decision(decisionID) }?.map { row in ExpressAnswer { row.nestedMembers(to: &$0) } }
        case .status(let decisionID):
            return read { try $0.decision(decisionID) }?.map { row in ExpressAnswer { row.statusMembers(to: &$0) } }
        case .statistics(let operatorID):
            return read { try $0.operatorStatistics(operatorID, at: now) }.map { statistics in
                ExpressAnswer { statistics.members(to: &$0, of: operatorID) }
            }
        case .pending(let limit):
            guard let page = door.queuePages.keptPage(limit: limit, of: door.ledger.views, at: now),
                page.sizeBytes <= Self.pageSizeBytesMax
            else { return nil }
            return ExpressAnswer(sizeBytes: page.sizeBytes) { page.members(to: &$0, at: now) }
        }
    }

    private func read<Value>(_ body: (ViewReader) throws -> Value) -> Value? {
        pause.read { try? door.ledger.views.readAtHand(body) }
    }
}
