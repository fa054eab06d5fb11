import ArgumentParser
import HTTPAPI

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of this program.")

    func run() {
        print("verdict \(Banner.version)")
    }
}
