/// What a program proposes to do (governance-api 7.5).
package enum ActionType: String, Sendable, CaseIterable {
    // network
    case isolateHost = "isolate_host"
    case blockIP = "block_ip"
    case blockDomain = "block_domain"
    case blockPort = "block_port"
    case throttleConnection = "throttle_connection"
    case resetConnection = "reset_connection"
    // endpoint
    case quarantineFile = "quarantine_file"
    case deleteFile = "delete_file"
    case killProcess = "kill_process"
    case suspendProcess = "suspend_process"
    case disableUser = "disable_user"
    case lockAccount = "lock_account"
    case resetPassword = "reset_password"
    // data
    case encryptData = "encrypt_data"
    case backupData = "backup_data"
    case deleteData = "delete_data"
    case archiveLogs = "archive_logs"
    case exfiltratePrevention = "exfiltrate_prevention"
    // investigation
    case collectForensics = "collect_forensics"
    case captureMemory = "capture_memory"
    case snapshotVM = "snapshot_vm"
    case captureNetwork = "capture_network"
    case collectLogs = "collect_logs"
    // response
    case sendAlert = "send_alert"
    case createTicket = "create_ticket"
    case notifyTeam = "notify_team"
    case escalateIncident = "escalate_incident"
    case updateThreatIntel = "update_threat_intel"
}
