import Foundation
import Testing
import VerdictTesting

@testable import verdict

@Suite("Where read models are built that are only compared")
struct TemporaryBuildTests {
    @Test("in the directory, and among the temporary files where nothing can be written there")
    func place() throws {
        let directory = try TemporaryDirectory()
        #expect(TemporaryBuild.path(in: directory.path, "views").hasPrefix(directory.path + "/views.check-"))
        let elsewhere = TemporaryBuild.path(in: directory.file("nowhere"), "views")
        #expect(elsewhere.hasPrefix(FileManager.default.temporaryDirectory.path))
        #expect(elsewhere.contains("verdict-views.check-"))
    }
}
