import ArgumentParser
import Transparency

/// A vkey on the command line.
struct KeyArgument: Sendable, ExpressibleByArgument {
    let key: VerifierKey

    init?(argument: String) {
        guard let key = try? VerifierKey(text: argument) else { return nil }
        self.key = key
    }
}
