import EventLog

extension UserEvent {
    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    enum RecordedType: String, CaseIterable {
        case registered = "user.registered.v1"
        case profileChanged = "user.profile_changed.v1"
        case roleChanged = "user.role_changed.v1"
        case activated = "user.activated.v1"
        case deactivated = "user.deactivated.v1"
        case passwordChanged = "user.password_changed.v1"
        case passwordRehashed = "user.password_rehashed.v1"
        case credentialChanged = "user.credential_changed.v1"
        case secondFactorSetUp = "user.second_factor_set_up.v1"
        case secondFactorEnabled = "user.second_factor_enabled.v1"
        case codeUsed = "user.code_used.v1"
        case backupCodeUsed = "user.backup_code_used.v1"
        case secondFactorReset = "user.second_factor_reset.v1"
    }

    var type: RecordedType {
        switch self {
        case .registered: .registered
        case .profileChanged: .profileChanged
        case .roleChanged: .roleChanged
        case .activated: .activated
        case .deactivated: .deactivated
        case .passwordChanged: .passwordChanged
        case .passwordRehashed: .passwordRehashed
        case .credentialChanged: .credentialChanged
        case .secondFactorSetUp: .secondFactorSetUp
        case .secondFactorEnabled: .secondFactorEnabled
        case .codeUsed: .codeUsed
        case .backupCodeUsed: .backupCodeUsed
        case .secondFactorReset: .secondFactorReset
        }
    }

    // MARK: Writing

    var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 384)
        writer.object { writer in
            writer.member("username", username)
            switch self {
            case .registered(let registered): registered.write(to: &writer)
            case .profileChanged(let change, let email, let fullName, let rank):
                change.write(to: &writer)
                writer.member("email", email)
                writer.member("full_name", fullName)
                writer.member("rank", rank)
            case .roleChanged(let change, let role):
                change.write(to: &writer)
                writer.member("role", role.rawValue)
            case .activated(let change), .deactivated(let change), .secondFactorReset(let change):
                change.write(to: &writer)
            case .passwordChanged(let change, let hash, let isWellKnown):
                change.write(to: &writer)
                writer.member("password_hash", hash)
                writer.member("is_well_known", isWellKnown)
            case .passwordRehashed(let change, let hash):
                change.write(to: &writer)
                writer.member("password_hash", hash)
            case .credentialChanged(let change, let hash):
                change.write(to: &writer)
                writer.member("credential_hash", hash)
            case .secondFactorSetUp(let change, let sealedSecret, let backupCodeHashes):
                change.write(to: &writer)
                writer.member("sealed_secret", sealedSecret)
                writer.member("backup_code_hashes", .array(backupCodeHashes.map { .string($0) }))
            case .secondFactorEnabled(let change, let step), .codeUsed(let change, let step):
                change.write(to: &writer)
                writer.member("step", step)
            case .backupCodeUsed(let change, let hash):
                change.write(to: &writer)
                writer.member("code_hash", hash)
            }
        }
        return writer.bytes
    }

    // MARK: Reading

    init(_ type: RecordedType, _ payload: PayloadReader) throws {
        if type == .registered {
            self = .registered(try UserRegistered(payload))
            return
        }
        let change = try UserChange(payload)
        self =
            switch type {
            case .registered: .registered(try UserRegistered(payload))
            case .profileChanged:
                .profileChanged(
                    change, email: try payload.string("email"), fullName: try payload.string("full_name"),
                    rank: try payload.string("rank"))
            case .roleChanged: .roleChanged(change, role: try payload.value("role"))
            case .activated: .activated(change)
            case .deactivated: .deactivated(change)
            case .passwordChanged:
                .passwordChanged(
                    change, hash: try payload.string("password_hash"), isWellKnown: try payload.bool("is_well_known"))
            case .passwordRehashed: .passwordRehashed(change, hash: try payload.string("password_hash"))
            case .credentialChanged: .credentialChanged(change, hash: try payload.string("credential_hash"))
            case .secondFactorSetUp:
                .secondFactorSetUp(
                    change, sealedSecret: try payload.string("sealed_secret"),
                    backupCodeHashes: try payload.strings("backup_code_hashes"))
            case .secondFactorEnabled: .secondFactorEnabled(change, step: try payload.int("step"))
            case .codeUsed: .codeUsed(change, step: try payload.int("step"))
            case .backupCodeUsed: .backupCodeUsed(change, hash: try payload.string("code_hash"))
            case .secondFactorReset: .secondFactorReset(change)
            }
    }
}

extension UserChange {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("changed_by", changedBy)
        writer.member("changed_at", changedAt)
    }

    fileprivate init(_ payload: PayloadReader) throws {
        self.init(
            username: try payload.string("username"), changedBy: try payload.string("changed_by"),
            changedAt: try payload.timestamp("changed_at"))
    }
}

extension UserRegistered {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("email", email)
        writer.member("full_name", fullName)
        writer.member("role", role.rawValue)
        writer.member("rank", rank)
        writer.member("password_hash", passwordHash)
        writer.member("has_well_known_password", hasWellKnownPassword)
        writer.member("credential_hash", credentialHash)
        writer.member("registered_by", registeredBy)
        writer.member("created_at", createdAt)
    }

    fileprivate init(_ payload: PayloadReader) throws {
        self.init(
            username: try payload.string("username"), email: try payload.string("email"),
            fullName: try payload.string("full_name"), role: try payload.value("role"),
            rank: try payload.string("rank"), passwordHash: try payload.optionalString("password_hash"),
            hasWellKnownPassword: try payload.bool("has_well_known_password"),
            credentialHash: try payload.optionalString("credential_hash"),
            registeredBy: try payload.string("registered_by"), createdAt: try payload.timestamp("created_at"))
    }
}
