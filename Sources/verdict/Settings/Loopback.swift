import Foundation

/// Whether only this machine reaches that address: 127.0.0.0/8, `::1`, or the name `localhost`.
///
/// Anything in doubt is none, other names too: what they stand for is decided outside of this machine.
func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" { return true }
    var version4 = in_addr()
    if inet_pton(AF_INET, host, &version4) == 1 {
        return UInt32(bigEndian: version4.s_addr) >> 24 == 127
    }
    var version6 = in6_addr()
    if inet_pton(AF_INET6, host, &version6) == 1 {
        return withUnsafeBytes(of: version6) { bytes in
            bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }
    return false
}
