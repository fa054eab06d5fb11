import Foundation

/// Whether only this machine reaches that address: 127.0.0.0/8, `::1`, or the name `localhost`.
///
/// Anything in doubt is none, other names too: what they stand for is decided outside of this machine.
func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" { return true }
    var address4 = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, host, &address4) == 1 { return address4[0] == 127 }
    var address6 = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET6, host, &address6) == 1 {
        return address6.dropLast().allSatisfy { $0 == 0 } && address6.last == 1
    }
    return false
}
