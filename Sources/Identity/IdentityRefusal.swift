/// Why a command about identity is refused. Nothing was written.
package enum IdentityRefusal: Error, Sendable, Hashable {
    case userExists(String)
    case userNotFound(String)
    /// The password has changed since it was checked, or the user is gone.
    case wrongPassword
    case inactiveUser(String)
    /// Wrong, or used before.
    case wrongCode
    /// Somebody without an administrator could never be helped again.
    case lastAdministrator
    /// A service has a credential, no password, and stays a service.
    case isAService(String)
    case notAService(String)
    /// The login is over, or never was.
    case loginOver(String)
}
