import Foundation
import Projections
import Testing
import VerdictTesting

/// What a kill at any moment of a build or of a swap leaves: the next start is right whatever it finds.
@Suite struct KilledBuildTests {
    /// What lies in the two places when nobody has them open.
    enum Remains: String, CaseIterable, CustomTestStringConvertible {
        case garbageBeside, emptyFileBeside, unfinishedBeside, unfinishedOfOtherSchemaBeside, journalBeside
        case newerBeside, newerButDamagedBeside, newerOfOtherSchemaBeside, olderBeside, newerBehindBeside
        case unfinishedInPlace, garbageInPlaceAndGoodBeside, onlyBeside, unfinishedBoth, damagedAndUnfinished

        var testDescription: String { rawValue }

        /// Why the views are built again; nil where one of the files can be used.
        var reason: Views.RebuildReason? {
            switch self {
            case .garbageBeside, .emptyFileBeside, .unfinishedBeside, .unfinishedOfOtherSchemaBeside, .journalBeside,
                .newerBeside, .newerButDamagedBeside, .newerOfOtherSchemaBeside, .olderBeside, .newerBehindBeside,
                .garbageInPlaceAndGoodBeside, .onlyBeside:
                nil
            case .unfinishedInPlace, .unfinishedBoth: .unfinished
            case .damagedAndUnfinished: .damaged
            }
        }

        /// Which of the two serves afterwards.
        var slot: String {
            switch self {
            case .newerBeside, .newerBehindBeside, .garbageInPlaceAndGoodBeside, .onlyBeside: "views.alternate.db"
            default: "views.db"
            }
        }

        /// - Parameter older: a finished file from when the log was shorter.
        func leave(_ path: String, older: String) throws {
            let files = FileManager.default
            let beside = path.replacing("views.db", with: "views.alternate.db")
            func copy(_ sql: String, of source: String? = nil) throws {
                try? files.removeItem(atPath: beside)
                try files.copyItem(atPath: source ?? path, toPath: beside)
                try ViewsFixture.execute(sql, in: beside)
            }
            func spoil(_ path: String) throws {
                try Data(repeating: 0xA5, count: 9000).write(to: URL(fileURLWithPath: path))
            }
            switch self {
            case .garbageBeside: try spoil(beside)
            case .emptyFileBeside: try Data().write(to: URL(fileURLWithPath: beside))
            case .unfinishedBeside: try copy("UPDATE slot SET generation = 0, is_complete = 0; DELETE FROM decisions")
            case .unfinishedOfOtherSchemaBeside: try copy("UPDATE slot SET is_complete = 0; PRAGMA user_version = 7")
            case .journalBeside:
                for suffix in ["-wal", "-shm", "-journal"] { try spoil(beside + suffix) }
            case .newerBeside: try copy("UPDATE slot SET generation = generation + 1")
            case .newerButDamagedBeside: try copy("UPDATE slot SET generation = generation + 1; DELETE FROM checkpoint")
            case .newerOfOtherSchemaBeside:
                try copy("UPDATE slot SET generation = generation + 1; PRAGMA user_version = 7")
            case .olderBeside: try copy("UPDATE slot SET generation = 0", of: older)
            case .newerBehindBeside: try copy("UPDATE slot SET generation = 2", of: older)
            case .unfinishedInPlace: try ViewsFixture.execute("UPDATE slot SET is_complete = 0", in: path)
            case .garbageInPlaceAndGoodBeside:
                try copy("UPDATE slot SET generation = generation + 1")
                try spoil(path)
            case .onlyBeside:
                try copy("UPDATE slot SET generation = generation + 1")
                try files.removeItem(atPath: path)
            case .unfinishedBoth:
                try copy("UPDATE slot SET is_complete = 0")
                try ViewsFixture.execute("UPDATE slot SET is_complete = 0", in: path)
            case .damagedAndUnfinished:
                try copy("UPDATE slot SET is_complete = 0")
                try spoil(path)
            }
        }
    }

    @Test(
        "a start after a kill serves the same answers from the right file, and clears the other",
        arguments: Remains.allCases)
    func start(after remains: Remains) throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 40, seed: 60)
        let older = fixture.directory.file("older.db")
        try fixture.reopen { try FileManager.default.copyItem(atPath: $0, toPath: older) }
        try fixture.submit("later")
        try fixture.commit()
        let before = try fixture.answers()
        try fixture.reopen { try remains.leave($0, older: older) }
        #expect(fixture.views.rebuildReason == remains.reason)
        #expect(try fixture.answers() == before)
        #expect(try fixture.slots == [remains.slot])
        // And the start after that finds nothing to do.
        try fixture.close()
        try fixture.reopenClosed()
        #expect(fixture.views.rebuildReason == nil)
        #expect(try fixture.answers() == before)
        try fixture.views.rebuild(from: fixture.log, time: ManualTime())
        #expect(try fixture.answers() == before)
    }
}
