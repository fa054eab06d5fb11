import ArgumentParser

struct ImportSuricataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suricata", abstract: "Make every Suricata alert of a file a decision to block its source.",
        discussion: """
            The file holds EVE JSON, one object a line, as Suricata writes it to eve.json. Lines that are no alerts \
            are counted and left alone. The id of a decision follows from the bytes of its line, so importing a file \
            again, after an error for example, makes no second decision.

            Several files: cat one.json two.json | verdict import suricata -
            """)

    @OptionGroup var options: ImportOptions

    func run() async throws {
        let source = try options.open()
        let tally = try await ServerCaller.using(
            options.server, credential: try options.credentials.credential(), connectionsMax: options.concurrency
        ) { caller in
            let client = SubmissionClient(caller: caller, door: .governance)
            let alerts = LineImport(
                noun: "alert", concurrency: options.concurrency, say: Explanation.say,
                read: { (line) throws(UnfitLine) in try SuricataAlert(line: line) },
                submit: { try await client.submit($0.submission) })
            return try await options.run(alerts, reading: source)
        }
        print(
            """
            \(tally.items) alerts: \(tally.enqueued) enqueued, \(tally.alreadyThere) already there, \
            \(tally.failed) failed, \(tally.unfit) lines were no alerts
            """)
        if tally.failed > 0 { throw ExitCode.failure }
    }
}
