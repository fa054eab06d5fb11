import Foundation

/// A connection whose bytes are seen as they are, and which reads only when it is told to.
package final class RawConnection: Sendable {
    package struct Failure: Error {
        package let code: Int32
    }

    /// Longer than any server may take for anything here.
    private static let receiveSecondsMax = 20

    private let descriptor: Int32
    private let serverPort: Int

    /// - Parameter receiveSizeBytes: the kernel's buffer for what nobody has read yet; its own choice where nil.
    package init(port: Int, receiveSizeBytes: Int32? = nil) throws {
        serverPort = port
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        if var size = receiveSizeBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: Self.receiveSecondsMax, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(code: errno) }
    }

    deinit {
        close(descriptor)
    }

    package func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        let count = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count else { throw Failure(code: errno) }
    }

    /// Says that nothing more will come; answers can still be read.
    package func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Breaks the connection off, as the crash of a client's machine does.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        leave()
    }

    /// Ends the connection in both directions.
    package func leave() {
        // The descriptor itself lives as long as this object: something else takes its place.
        let nothing = Foundation.open("/dev/null", O_RDONLY | O_CLOEXEC)
        dup2(nothing, descriptor)
        Foundation.close(nothing)
    }

    package func get(_ path: String, headers: [String] = []) throws {
        let lines = ["GET \(path) HTTP/1.1", "host: localhost"] + headers + ["", ""]
        try send(lines.joined(separator: "\r\n"))
    }

    /// Whether the program at the other end has taken all bytes out of its socket, as Linux tells it: the fields are
    /// number, local address, remote address, state and the lengths of the two queues.
    package var isReadByServer: Bool {
        get throws {
            // A file of the kernel comes in pieces: `String(contentsOfFile:)` stops after the first of them.
            let table = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/net/tcp")).readToEnd() ?? Data()
            let (local, remote) = (String(format: ":%04X", serverPort), String(format: ":%04X", ownPort))
            for connection in String(decoding: table, as: UTF8.self).split(separator: "\n") {
                let fields = connection.split(separator: " ")
                guard fields.count > 4, fields[1].hasSuffix(local), fields[2].hasSuffix(remote) else { continue }
                return fields[4].hasSuffix(":00000000")
            }
            return false
        }
    }

    private var ownPort: Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    /// Everything up to that text, or up to the end of the connection where it is nil or does not come.
    package func receive(until text: String? = nil) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in continuation.resume(returning: receiveNow(until: text)) }
        }
    }

    /// Everything up to that text and not a byte more, or up to the end of the connection.
    package func receive(through text: String) async -> String {
        let end = Array(text.utf8)
        return await receive { $0.suffix(end.count).elementsEqual(end) }
    }

    /// So many bytes, or those up to the end of the connection.
    package func receive(count: Int) async -> String { await receive { $0.count == count } }

    private func receive(until isDone: @escaping @Sendable ([UInt8]) -> Bool) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [descriptor] in
                var received: [UInt8] = []
                var byte: UInt8 = 0
                while !isDone(received), recv(descriptor, &byte, 1, 0) == 1 { received.append(byte) }
                continuation.resume(returning: String(decoding: received, as: UTF8.self))
            }
        }
    }

    /// The next bytes, as many as are there; none at the end of the connection.
    package func receiveSome() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                continuation.resume(returning: Array(buffer.prefix(max(0, count))))
            }
        }
    }

    /// Whether the connection is cut off within that time.
    package func isCut(within milliseconds: Int32) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [descriptor] in
                // Nothing is asked for: that it has ended is told in any case.
                var look = pollfd(fd: descriptor, events: 0, revents: 0)
                continuation.resume(returning: poll(&look, 1, milliseconds) > 0)
            }
        }
    }

    private func receiveNow(until text: String?) -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let text, String(decoding: received.suffix(65_536), as: UTF8.self).contains(text) { break }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer.prefix(count)
        }
        return String(decoding: received, as: UTF8.self)
    }
}
