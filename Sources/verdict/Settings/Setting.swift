import ArgumentParser

/// One thing that an operator may set, by a flag, in the environment, in a file, or not at all.
struct Setting: Sendable {
    /// The name of the flag, without its dashes, and of the member of the file.
    let name: String
    /// The variables that set it; the first that is set counts.
    let environment: [String]
    let defaultText: String
    /// Shown as `***`. A secret has no flag: the list of processes would show it to everyone on the machine.
    let isSecret: Bool
    let help: String

    init(_ name: String, environment: [String], default defaultText: String, isSecret: Bool = false, help: String) {
        self.name = name
        self.environment = environment
        self.defaultText = defaultText
        self.isSecret = isSecret
        self.help = help
    }

    /// The help of the flag, which also says where else the value comes from.
    var flagHelp: ArgumentHelp {
        let variables = environment.joined(separator: ", then ")
        let standard = defaultText.isEmpty ? "" : "; default: \(defaultText)"
        return ArgumentHelp("\(help) (environment: \(variables)\(standard))", valueName: name)
    }
}
