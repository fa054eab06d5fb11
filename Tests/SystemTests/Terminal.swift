import Foundation

/// A terminal that somebody sits at: what is typed outside is read inside.
final class Terminal: Sendable {
    struct Unavailable: Error {}

    /// What a program has as its standard input.
    let inside: FileHandle
    private let outside: FileHandle

    // Requests of Linux (ioctl_tty(2)), which Swift does not import.
    private static let unlock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number): (Int32, Int32) = (0, 0)
        guard descriptor >= 0, ioctl(descriptor, Self.unlock, &isLocked) == 0,
            ioctl(descriptor, Self.getNumber, &number) == 0
        else { throw Unavailable() }
        outside = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else { throw Unavailable() }
        inside = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    }

    /// Whether the terminal shows what is typed, and Ctrl-C interrupts.
    var isShowing: Bool {
        var settings = termios()
        tcgetattr(inside.fileDescriptor, &settings)
        let flags = tcflag_t(ECHO | ISIG)
        return settings.c_lflag & flags == flags
    }

    func type(_ text: String) {
        outside.write(Data(text.utf8))
    }

    /// Everything that stood on the screen up to that text.
    func shown(through text: String) -> String {
        var shown = ""
        while !shown.contains(text) {
            let more = outside.availableData
            guard !more.isEmpty else { break }
            shown += String(decoding: more, as: UTF8.self)
        }
        return shown.trimmingCharacters(in: .newlines)
    }
}
