import Foundation
import VerdictTesting

/// What somebody sends to a program's standard input.
struct TypedInput {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// That text, then the end.
    func text(_ text: String) throws -> FileHandle {
        let path = directory.file(UUID().uuidString)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    }
}
