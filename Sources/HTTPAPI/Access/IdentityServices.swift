import EventLog
import Identity
import Ledger

/// What proves who somebody is: keys, users, and the limits on guessing.
package struct IdentityServices: Sendable {
    package struct Configuration: Sendable {
        package var accessTokenLife = Interval.minutes(30)
        package var refreshTokenLife = Interval.hours(24 * 7)
        package var temporaryTokenLife = Interval.minutes(5)
        package var passwordCost = PasswordCost.standard
        /// Failed logins under one name, and from one address, in `failureWindow`; more are refused for a while.
        package var failuresPerName = 20
        package var failuresPerAddress = 200
        package var failureWindow = Interval.minutes(15)
        /// Calls with a token in a minute; 0 for any number.
        package var callsPerPerson = 0
        package var callsPerProgram = 0

        package init() {}
    }

    let configuration: Configuration
    let tokens: TokenAuthority
    let keys: SigningKeys
    /// Whether the keys are the server's own, and not given by its configuration.
    let ownsKeys: Bool
    let sealer: Sealer
    package let desk: UserDesk
    /// What the command line of this machine proves itself with; nil where there is none.
    package let localCredential: String?
    let failures: FailureLimiter
    let calls: CallLimiter

    /// - Parameters:
    ///   - keys: nil for those in the data directory.
    ///   - pool: where passwords are hashed.
    /// - Throws: `DataDirectoryError`.
    package init(
        ledger: Ledger, configuration: Configuration = Configuration(), keys: SigningKeys? = nil,
        pool: HashingPool = HashingPool(), localCredential: String? = nil
    ) throws {
        self.configuration = configuration
        self.keys = try keys ?? ledger.keys.signingKeys()
        ownsKeys = keys == nil
        tokens = TokenAuthority(keys: self.keys)
        sealer = try ledger.keys.sealer()
        desk = UserDesk(ledger: ledger, cost: configuration.passwordCost, pool: pool)
        self.localCredential = localCredential
        failures = FailureLimiter(configuration)
        calls = CallLimiter(perPerson: configuration.callsPerPerson, perProgram: configuration.callsPerProgram)
    }
}
