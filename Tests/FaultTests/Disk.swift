import FaultyDisk
import VerdictTesting

/// A disk in a folder of its own, for SQLite's files, that fails when it is told to.
///
/// Sendable though it holds a pointer: every function of the disk takes the disk's own lock.
final class Disk: @unchecked Sendable {
    /// Calls of SQLite to a disk.
    struct Calls: OptionSet, Sendable {
        let rawValue: UInt32

        init(rawValue: UInt32) { self.rawValue = rawValue }

        private init(_ operation: faulty_operation) { self.init(rawValue: UInt32(operation.rawValue)) }

        static let openings = Calls(FAULTY_OPEN)
        static let deletions = Calls(FAULTY_DELETE)
        static let reads = Calls(FAULTY_READ)
        static let writes = Calls(FAULTY_WRITE)
        static let truncations = Calls(FAULTY_TRUNCATE)
        static let syncs = Calls(FAULTY_SYNC)
        static let mappings = Calls(FAULTY_SHARE)
        /// Those that change what is on the disk.
        static let changes: Calls = [.writes, .truncations, .syncs, .deletions]
        static let all: Calls = [.changes, .openings, .reads, .mappings]
    }

    /// What happens to a call.
    enum Fault: Sendable, CaseIterable {
        case fails, isFull, failsHalfway, isFullHalfway, onlyReads, diesBefore, diesHalfway, diesAfter

        var isDeath: Bool { [.diesBefore, .diesHalfway, .diesAfter].contains(self) }

        fileprivate var outcome: faulty_outcome {
            switch self {
            case .fails: FAULTY_FAILS
            case .isFull: FAULTY_IS_FULL
            case .failsHalfway: FAULTY_FAILS_HALFWAY
            case .isFullHalfway: FAULTY_IS_FULL_HALFWAY
            case .onlyReads: FAULTY_ONLY_READS
            case .diesBefore: FAULTY_DIES_BEFORE
            case .diesHalfway: FAULTY_DIES_HALFWAY
            case .diesAfter: FAULTY_DIES_AFTER
            }
        }
    }

    /// What becomes of the bytes when everything stops.
    enum Loss: Sendable {
        /// The process is killed: what it has written is there.
        case process
        /// The power fails: what was synced is there, and of the rest what the seed chooses.
        case power(seed: UInt64)
    }

    struct Unusable: Error {}

    /// So that a few commands bring many checkpoints.
    private static let checkpointPages: Int32 = 12

    let directory: TemporaryDirectory
    private let disk: OpaquePointer

    init() throws {
        directory = try TemporaryDirectory()
        guard faulty_disk_install(Self.checkpointPages), let disk = faulty_disk_create(directory.path) else {
            throw Unusable()
        }
        self.disk = disk
    }

    deinit { faulty_disk_release(disk) }

    /// Strikes one call among these, or all from that one on; they are counted from 1.
    func strike(_ fault: Fault, at call: Int, of calls: Calls, fromThenOn: Bool = false) {
        faulty_disk_strike(disk, calls.rawValue, Int64(call), fromThenOn ? -1 : 1, fault.outcome)
    }

    func repair() { faulty_disk_repair(disk) }

    /// How many there were.
    func count(of calls: Calls) -> Int { Int(faulty_disk_calls(disk, calls.rawValue)) }

    var wasStruck: Bool { faulty_disk_struck(disk) > 0 }

    var isDead: Bool { faulty_disk_is_dead(disk) }

    /// Which call was struck first, in words.
    var struckCall: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 160) { buffer in
            guard let text = buffer.baseAddress else { return "" }
            faulty_disk_describe(disk, text, 160)
            return String(cString: text)
        }
    }

    /// From now on nothing that is done here has any effect, as if the process had been killed.
    func kill() { faulty_disk_kill(disk) }

    /// What is found on this disk, which is dead or closed, afterwards: a copy in an ordinary folder.
    func remains(after loss: Loss) throws -> TemporaryDirectory {
        let copy = try directory.copy()
        if case .power(let seed) = loss {
            guard faulty_disk_lose_power(disk, copy.path, seed) else { throw Unusable() }
        }
        return copy
    }
}
