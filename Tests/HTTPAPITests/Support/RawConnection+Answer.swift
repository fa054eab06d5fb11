import Foundation
import VerdictTesting

extension RawConnection {
    /// One answer whose length is said in its head.
    func receiveAnswer() async throws -> String {
        let head = await receive(through: "\r\n\r\n")
        let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let count = length.flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        return head + (await receive(count: count ?? 0))
    }
}
