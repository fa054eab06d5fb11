import ArgumentParser
import Foundation

/// What every import is told.
struct ImportOptions: ParsableArguments {
    private static let concurrencies = 1...256

    @Argument(help: "The file, of JSON lines; - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("The server that is asked.", valueName: "url"))
    var server = ServerAddress.standard

    @Option(help: ArgumentHelp("How many questions are on their way at once, 1 to 256.", valueName: "number"))
    var concurrency = 16

    @OptionGroup var credentials: CredentialOptions

    func validate() throws {
        guard Self.concurrencies.contains(concurrency) else {
            throw ValidationError("--concurrency: \(concurrency) is not between 1 and 256")
        }
    }

    /// The file, opened.
    ///
    /// - Throws: `InputError.fileUnreadable`.
    func open() throws(InputError) -> LineSource {
        do throws(FileDescriptorReader.Failure) {
            return LineSource(try FileDescriptorReader(path: file))
        } catch {
            throw .fileUnreadable(path: file, reason: error.description)
        }
    }

    /// Runs an import to the end of the file.
    func run<Item>(_ lineImport: LineImport<Item>, reading source: LineSource) async throws -> ImportTally {
        do {
            return try await lineImport.run(reading: source)
        } catch let failure as FileDescriptorReader.Failure {
            throw InputError.fileUnreadable(path: file, reason: failure.description)
        }
    }
}
