import EventLog
import Governance
import Projections

/// Carries out an approved action, and says what came of it.
///
/// None is built in: a program that embeds the ledger registers its own, one for each type of action. An approval never
/// depends on it.
package typealias Executor = @Sendable (DecisionRow) async throws -> JSON
