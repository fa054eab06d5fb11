import ArgumentParser
import Identity
import Ledger

struct AddUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register a person, or with --service a program.",
        discussion: """
            A person logs in with a password, which is asked for. A program has a credential, which is printed this once: \
            verdict user add candi --service > candi.credential
            """)

    @Argument(help: "The name, 3 to 50 characters.")
    var name: String

    @Flag(help: "Register a program.")
    var service = false

    @Option(help: ArgumentHelp("Of a program: what it is.", valueName: "text"))
    var description: String?

    @Option(help: ArgumentHelp("Of a person.", valueName: "address"))
    var email: String?

    @Option(help: ArgumentHelp("Of a person.", valueName: "text"))
    var fullName: String?

    @Option(help: "Of a person: what he or she may do.")
    var role: PersonRole?

    @Option(help: ArgumentHelp("Of a person: the place in the escalation chain.", valueName: "text"))
    var rank: String?

    @OptionGroup var options: DataOptions

    func validate() throws {
        try refuse("the name", UserRules.fault(username: name))
        let words = [("--description", description), ("--full-name", fullName), ("--rank", rank)]
        for (flag, text) in words { try refuse(flag, text.flatMap { UserRules.fault(word: $0) }) }
        if service {
            guard email == nil, fullName == nil, role == nil, rank == nil else {
                throw ValidationError("a service has no --email, --full-name, --role or --rank")
            }
        } else {
            guard description == nil else { throw ValidationError("--description goes with --service") }
            _ = try person()
        }
    }

    private func refuse(_ field: String, _ fault: FieldFault?) throws {
        if let fault { throw ValidationError("\(field) \(fault)") }
    }

    /// The fields of a person, all of them good.
    private func person() throws -> (email: String, fullName: String, role: Role) {
        guard let email, let fullName, let role else {
            throw ValidationError("a person needs --email, --full-name and --role; a program needs --service")
        }
        do {
            return (try EmailAddress(email).text, fullName, role.role)
        } catch {
            throw ValidationError("--email: \(error.reason)")
        }
    }

    func run() async throws {
        if service {
            let credential = try await options.administering { [name, description] in
                try await $0.registerService(name, description: description ?? "")
            }
            Explanation.say("\(name) is registered; this is its credential, which is shown this once:")
            print(credential)
        } else {
            let (email, fullName, role) = try person()
            let person = UserDesk.Person(
                username: name, email: email, fullName: fullName, role: role, rank: rank ?? UserRules.standardRank,
                password: try await NewPassword.ask(for: name))
            try await options.administering { try await $0.register(person) }
            print("\(name) is registered, as \(role.rawValue)")
        }
    }
}
