import EventLog
import Identity
import Projections

extension UserRow {
    /// Writes what an administrator may see of a user into an object that is open: nothing that is secret (hitl-api 14.4).
    func members(to writer: inout JSONWriter) {
        writer.member("username", state.username)
        writer.member("email", state.email)
        writer.member("full_name", state.fullName)
        writer.member("role", state.role.rawValue)
        writer.member("rank", state.rank)
        writer.member("is_active", state.isActive)
        writer.member("is_2fa_enabled", state.secondFactor != nil)
        writer.member("created_at", state.createdAt)
        writer.member("last_login", lastLogin)
    }
}
