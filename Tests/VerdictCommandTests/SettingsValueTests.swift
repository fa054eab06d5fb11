import Foundation
import Logging
import Testing

@testable import verdict

@Suite("What a setting may be")
struct SettingsValueTests {
    private func settings(_ flags: [String: String] = [:], _ environment: [String: String] = [:]) throws
        -> ServeSettings
    {
        try ServeSettings(SettingsResolver().resolve(flags: flags, environment: environment))
    }

    @Test("the defaults are usable, and what the help says")
    func defaults() throws {
        let settings = try settings()
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8001)
        #expect(settings.dataPath == "./verdict-data")
        #expect(!settings.isInsecurePermitted)
        #expect(settings.logFormat == .text)
        #expect(settings.logLevel == .notice)
        #expect(
            settings.corsOrigins == ["http://localhost:3000", "http://localhost:3001", "http://localhost:5173"])
        #expect(settings.bodySizeBytesMax == 1_048_576)
        #expect(settings.queueCapacity == 100_000)
        #expect(settings.commandQueueMax == 10_000)
        #expect(settings.escalatesOnTimeout)
        #expect(!settings.admitsUnknownSessions)
        #expect(settings.heartbeatSeconds == 30)
    }

    @Test(
        "a value that cannot be used is named with its source and what would be right",
        arguments: [
            ("VERDICT_PORT", "abc", "port: 'abc' from VERDICT_PORT is not a whole number between 0 and 65535"),
            ("VERDICT_PORT", "65536", "port: '65536' from VERDICT_PORT is not a whole number between 0 and 65535"),
            ("HITL_PORT", "-1", "port: '-1' from HITL_PORT is not a whole number between 0 and 65535"),
            ("VERDICT_PORT", "80.5", "port: '80.5' from VERDICT_PORT is not a whole number between 0 and 65535"),
            ("VERDICT_INSECURE", "maybe", "insecure: 'maybe' from VERDICT_INSECURE is not true or false"),
            ("VERDICT_LOG_FORMAT", "xml", "log-format: 'xml' from VERDICT_LOG_FORMAT is not one of text, json"),
            (
                "VERDICT_LOG_LEVEL", "loud",
                "log-level: 'loud' from VERDICT_LOG_LEVEL is not "
                    + "one of trace, debug, info, notice, warning, error, critical"
            ),
            (
                "VERDICT_HEARTBEAT_SECONDS", "0",
                "heartbeat-seconds: '0' from VERDICT_HEARTBEAT_SECONDS is not a whole number between 1 and 3600"
            ),
            (
                "VERDICT_CORS_ORIGINS", "localhost:3000",
                "cors-origins: 'localhost:3000' from VERDICT_CORS_ORIGINS is not "
                    + "a comma list of origins such as http://localhost:3000, or * alone"
            ),
        ])
    func unusable(_ variable: String, _ value: String, _ sentence: String) {
        let error = #expect(throws: SettingsError.self) { try settings([:], [variable: value]) }
        #expect(error?.description == sentence)
    }

    @Test("an empty flag is an error where a text is needed", arguments: ["host", "data"])
    func empty(_ name: String) {
        #expect(throws: SettingsError.self) { try settings([name: ""]) }
    }

    @Test(
        "truth has several words",
        arguments: [
            ("true", true), ("TRUE", true), ("yes", true), ("on", true), ("1", true),
            ("false", false), ("No", false), ("off", false), ("0", false),
        ])
    func truth(_ text: String, _ value: Bool) throws {
        #expect(try settings([:], ["VERDICT_AUTO_ESCALATE": text]).escalatesOnTimeout == value)
    }

    @Test("levels and formats are read in any letter case")
    func letterCase() throws {
        let settings = try settings([:], ["VERDICT_LOG_LEVEL": "DEBUG", "VERDICT_LOG_FORMAT": "Json"])
        #expect(settings.logLevel == .debug)
        #expect(settings.logFormat == .json)
    }

    @Test(
        "web origins",
        arguments: [
            ("*", ["*"]), ("", []), ("http://a", ["http://a"]),
            (" https://a.example , http://b:81,", ["https://a.example", "http://b:81"]),
            ("tauri://localhost,http://[::1]:3000", ["tauri://localhost", "http://[::1]:3000"]),
        ])
    func origins(_ text: String, _ origins: [String]) throws {
        #expect(try settings(["cors-origins": text]).corsOrigins == origins)
    }

    @Test(
        "an origin that no browser would send is refused",
        arguments: ["*,http://a", "http://a/", "http://a/b", "http://A", "://a", "http://", "http://a b", "null"])
    func notOrigins(_ text: String) {
        #expect(throws: SettingsError.self) { try settings(["cors-origins": text]) }
    }
}
