import Foundation
import Logging
import Testing
import VerdictTesting

@testable import verdict

@Suite("Log lines")
struct LogHandlerTests {
    /// What the handler of that format writes.
    private func lines(_ format: LogFormat, _ log: (inout Logger) -> Void) throws -> String {
        let directory = try TemporaryDirectory()
        let path = directory.file("log")
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        var logger = Logger(label: "verdict") { label in
            format.handler(
                label: label, level: .notice, output: LogOutput(descriptor: descriptor), time: ManualTime())
        }
        log(&logger)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("text: time, level, logger, message, then the metadata by key")
    func text() throws {
        let lines = try lines(.text) { logger in
            logger[metadataKey: "b"] = "logger"
            logger[metadataKey: "c"] = "logger"
            logger.notice("started", metadata: ["a": "1", "b": "two words", "d": "x=y", "e": "", "f": ["g", "h"]])
        }
        #expect(
            lines == """
                2026-01-15T12:00:00.000000Z notice verdict: started a=1 b="two words" c=logger d="x=y" e="" \
                f="[\\"g\\", \\"h\\"]"

                """)
    }

    @Test("text: what a caller sends can neither begin a new line nor command the terminal")
    func forgery() throws {
        let lines = try lines(.text) { $0.error("a\r\nb\u{1B}[2Jc\u{2028}d", metadata: ["k\n": "v\nw"]) }
        #expect(
            lines == """
                2026-01-15T12:00:00.000000Z error verdict: a\\u{d}\\u{a}b\\u{1b}[2Jc\\u{2028}d k\\u{a}=v\\u{a}w

                """)
    }

    @Test("JSON: one object a line, metadata nested as it is, and never two members of one name")
    func json() throws {
        let lines = try lines(.json) { logger in
            logger.warning("a\n\"b\"", metadata: ["time": "mine", "list": ["1", "2"], "map": ["y": "2", "x": "1"]])
            logger.critical("c", error: SettingsError.fileNotAnObject(path: "p"))
        }
        #expect(
            lines == """
                {"time":"2026-01-15T12:00:00.000000Z","level":"warning","logger":"verdict","message":"a\\n\\"b\\"",\
                "list":["1","2"],"map":{"x":"1","y":"2"},"metadata.time":"mine"}
                {"time":"2026-01-15T12:00:00.000000Z","level":"critical","logger":"verdict","message":"c",\
                "error":"the settings file p is not a JSON object, such as {\\"port\\": 8001}"}

                """)
    }

    @Test("what is below the level is not written", arguments: LogFormat.allCases)
    func level(_ format: LogFormat) throws {
        #expect(try lines(format) { $0.info("quiet") } == "")
    }
}
