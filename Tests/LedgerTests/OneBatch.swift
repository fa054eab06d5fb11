import Governance
import Ledger
import Testing
import VerdictTesting

/// What became of a command.
enum Answer: Sendable {
    case receipt(Receipt)
    case refused(Refusal)
    case overloaded, tooLarge, unavailable

    var receipt: Receipt? {
        if case .receipt(let receipt) = self { receipt } else { nil }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var isOverloaded: Bool {
        if case .overloaded = self { true } else { false }
    }

    var isTooLarge: Bool {
        if case .tooLarge = self { true } else { false }
    }

    var isUnavailable: Bool {
        if case .unavailable = self { true } else { false }
    }
}

extension LedgerFixture {
    func answer(to command: Command, origin: Origin = Origin()) async -> Answer {
        do throws(CommandError) {
            return .receipt(try await ledger.execute(command, origin: origin))
        } catch {
            switch error {
            case .refused(let refusal): return .refused(refusal)
            case .overloaded: return .overloaded
            case .tooLarge: return .tooLarge
            case .unavailable, .undecided, .damaged, .refusedIdentity: return .unavailable
            }
        }
    }

    /// Has the writer serve all of these in one batch, but for one that overflows the queue: only its answer shows that
    /// all the others wait. The order is anybody's guess, and so is the one.
    ///
    /// The ledger must have been made with room for one command less.
    ///
    /// - Parameter sessionID: the session whose opening makes the writer stop.
    func inOneBatch(
        _ commands: [(command: Command, origin: Origin)], holdingBy sessionID: String = "session-held"
    ) async throws -> [Answer] {
        let held = try await HeldWriter(of: ledger, afterOpening: sessionID)
        return await withTaskGroup(of: Answer.self) { group in
            for (command, origin) in commands {
                group.addTask { await answer(to: command, origin: origin) }
            }
            let first = await group.next()
            #expect(first?.isOverloaded == true)
            held.release()
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
