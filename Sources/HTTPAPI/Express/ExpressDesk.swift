import CoreMetrics
import EventLog
import Governance
import Hummingbird
import Ledger
import Logging
import NIOCore
import Projections

/// Serves what the express lane takes: the same commands, answers and lines in the log as by the usual way.
final class ExpressDesk: Sendable {
    /// A larger body is not read on the event loop, where every other connection waits meanwhile.
    private static let bodySizeBytesMax = 16 << 10

    /// A larger body goes the usual way.
    let bodySizeBytesMax: Int
    private let door: GovernanceDoor
    private let access: AccessLog
    private let logger: Logger
    private let served: Counter

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
    ///   - reply: called with what makes the answer, on any thread, but only where true is returned.
    /// - Returns: whether the request is served. It is not where anything is wrong with the body: then the usual way says what.
    func serve(
        _ operation: ExpressOperation, _ body: [UInt8], from address: String?,
        reply: @escaping @Sendable (@escaping @Sendable () -> ByteBuffer) -> Void
    ) -> Bool {
        let start = ContinuousClock.now
        guard let order = try? order(operation, body) else { return false }
        let name = RequestID().description
        door.ledger.execute(order.command, origin: Origin(requestID: name, sourceAddress: address)) { [self] result in
            reply { [self] in
                let answer = answer(order, result)
                served.increment()
                access.note(operation, name: name, status: answer.status, since: start, logger)
                return answer.bytes(name: name, at: door.ledger.time.now())
            }
        }
        return true
    }

    private func order(_ operation: ExpressOperation, _ body: [UInt8]) throws -> Order {
        switch operation {
        case .enqueue:
            let submission = try door.enqueuedSubmission(BodyReader(body, isJSON: true, as: .freeForm), by: nil)
            return Order(command: .submit(submission)) { [door] receipt in
                ExpressAnswer { door.writeEnqueued(submission, receipt, to: &$0) }
            }
        case .act(let kind, let decisionID):
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
}
