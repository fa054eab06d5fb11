import ArgumentParser
import Foundation

struct ImportSuricataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suricata", abstract: "Make every Suricata alert of a file a decision to block its source.",
        discussion: """
            The file holds EVE JSON, one object a line, as Suricata writes it to eve.json. Lines that are no alerts \
            are counted and left alone. The id of a decision follows from the bytes of its line, so importing a file \
            again, after an error for example, makes no second decision.

            Several files: cat one.json two.json | verdict import suricata -
            """)

    @Argument(help: "The file; - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("The server that gets the alerts.", valueName: "url"))
    var server = ServerAddress.standard

    @Option(help: ArgumentHelp("How many alerts are on their way at once, 1 to 256.", valueName: "number"))
    var concurrency = 16

    func validate() throws {
        guard (1...256).contains(concurrency) else {
            throw ValidationError("--concurrency: \(concurrency) is not between 1 and 256")
        }
    }

    func run() async throws {
        let reader: FileDescriptorReader
        do {
            reader = try FileDescriptorReader(path: file)
        } catch {
            throw ImportError.fileUnreadable(path: file, reason: error.description)
        }
        let client = EnqueueClient(server: server, connectionsMax: concurrency)
        let suricataImport = SuricataImport(
            concurrency: concurrency,
            say: { LogOutput.standardError.write(Array("\($0)\n".utf8)) },
            submit: { try await client.submit($0.submission) })
        let tally: ImportTally
        do {
            tally = try await suricataImport.run(reading: LineSource(reader))
            try await client.shutdown()
        } catch let failure as FileDescriptorReader.Failure {
            try? await client.shutdown()
            throw ImportError.fileUnreadable(path: file, reason: failure.description)
        } catch {
            try? await client.shutdown()
            throw error
        }
        print(tally)
        if tally.failed > 0 { throw ExitCode.failure }
    }
}
