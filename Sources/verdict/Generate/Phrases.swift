/// Words for a made-up log. Addresses are of networks that exist in no real one (RFC 2544, RFC 2606).
enum Phrases {
    static let firstNames = [
        "alice", "bruno", "chen", "dora", "emre", "fatima", "goran", "hana", "ivan", "jana", "kofi", "lucia", "marek",
        "nadia", "oskar", "priya", "quentin", "rosa", "sven", "tomoko", "umar", "vera", "wanda", "xavier", "yusuf",
        "zoe",
        "anton", "bella", "carlos", "dunja", "elif", "felix", "greta", "hugo", "ines", "jonas", "karin", "leon",
    ]
    static let lastNames = [
        "Adler", "Baker", "Costa", "Dvořák", "Eriksen", "Fischer", "García", "Hansen", "Ito", "Jovanović", "Kaya",
        "Lindström", "Müller", "Nowak", "Okafor", "Petrov", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Varga",
        "Weiß",
    ]
    static let observations = [
        "1,024 ports scanned in 12 seconds", "the same payload as in last week's incident",
        "beacon every 60 s to a domain that was registered yesterday", "400 failed logins, then one that succeeded",
        "signature \"ET MALWARE Cobalt Strike Beacon\" matched 17 times", "3.2 GB sent out at night, to a new peer",
        "process injected into lsass.exe", "macro in an invoice starts powershell -enc …",
        "certificate is self-signed and names another host", "DNS queries with long, random labels",
        "lateral movement over SMB from a workstation", "disk will be full in 6 hours at this rate",
        "the backup of last night did not verify", "user travels between Zürich and São Paulo in 20 minutes",
        "patch closes a hole that is exploited in the wild", "ransom note found in a share\nwith the usual wording",
    ]
    static let consequences = [
        "the source is not known to us", "the asset is in the payment network", "nothing else depends on it",
        "two other sensors agree", "the owner does not answer", "a similar case was harmless", "it spreads",
        "the change is easy to undo", "the change cannot be undone", "customers would notice",
    ]
    static let approvals = [
        "known scanner, block it", "agreed", "seen it before, go ahead", "confirmed with the owner of the host",
        "do it, and open a ticket", "matches the playbook", "checked the capture: malicious", "ok", "",
        "approved for 24 hours, review tomorrow", "evidence is convincing", "genehmigt, bitte überwachen",
    ]
    static let rejections = [
        "false positive: our own vulnerability scanner", "too aggressive, throttle instead",
        "this host must not be isolated during business hours", "not enough evidence",
        "the address belongs to a partner",
        "duplicate of an earlier case", "reverses a change that was approved yesterday", "wrong target",
    ]
    static let escalations = [
        "needs somebody who may touch the payment network", "I cannot judge the impact", "legal should know first",
        "looks targeted, please take over", "outside of my authority",
    ]
    static let withdrawals = ["superseded by a later analysis", "the alert was withdrawn by its sensor"]
    static let executionErrors = [
        "connection to the firewall timed out", "the agent on the host does not answer", "permission denied",
        "the rule exists already",
    ]
    static let threatTypes = [
        "scan", "brute_force", "c2_traffic", "exfiltration", "malware", "phishing", "ransomware", "zero_day", "unknown",
    ]
    static let agents = [
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0", "Mozilla/5.0 (Macintosh) Safari/605.1", "vcli/2.3",
        "curl/7.88.1",
    ]
}
