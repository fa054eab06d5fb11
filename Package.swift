// swift-tools-version: 6.2
import PackageDescription

/// Set by Tools/fuzz-parsers: then there is a program that fuzzes the parsers, in place of the tests of its corpora.
let isFuzzing = Context.environment["VERDICT_FUZZ"] != nil

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The command line. A program cannot be a part of another one, so the fuzzers take it as a library without its entry.
func commandLine(dependencies: [Target.Dependency]) -> Target {
    isFuzzing
        ? .target(name: "verdict", dependencies: dependencies, exclude: ["Verdict.swift"], swiftSettings: strict)
        : .executableTarget(name: "verdict", dependencies: dependencies, swiftSettings: strict)
}

/// The parsers as fuzzers, or as tests of what the fuzzers begin with.
func fuzzers(dependencies: [Target.Dependency]) -> Target {
    isFuzzing
        ? .executableTarget(
            name: "VerdictFuzz", dependencies: dependencies, path: "Tools/Fuzzers",
            exclude: ["FuzzTargetTests.swift", "corpus"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
        : .testTarget(
            name: "FuzzTests", dependencies: dependencies, path: "Tools/Fuzzers",
            exclude: ["VerdictFuzz.swift", "corpus"], swiftSettings: strict)
}

let package = Package(
    name: "verdict",
    products: isFuzzing ? [] : [.executable(name: "verdict", targets: ["verdict"])],
    dependencies: [
        // Without its "ConfigurationSupport" trait: nothing here reads Hummingbird's settings from swift-configuration.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // The request and response head types that Hummingbird's interface is made of.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(
            name: "Migrations", path: "Migrations",
            resources: [
                .embedInCode("V0001_audit.sql"), .embedInCode("V0001_events.sql"), .embedInCode("V0001_slot.sql"),
                .embedInCode("V0001_views.sql"),
            ],
            swiftSettings: strict),
        .target(name: "EventLog", swiftSettings: strict),
        .target(
            name: "SQLiteEventStore", dependencies: ["EventLog", "Migrations", grdb, sqlite], swiftSettings: strict),
        .target(name: "Transparency", dependencies: [crypto], swiftSettings: strict),
        .target(name: "Governance", dependencies: ["EventLog"], swiftSettings: strict),
        .target(name: "Identity", dependencies: ["EventLog", crypto, cryptoExtras, jwtKit], swiftSettings: strict),
        .target(
            name: "Projections", dependencies: ["EventLog", "Governance", "Identity", "Migrations", grdb, sqlite],
            swiftSettings: strict),
        .target(
            name: "Ledger",
            dependencies: [
                "EventLog", "SQLiteEventStore", "Governance", "Identity", "Projections", crypto, logging, metrics,
            ],
            swiftSettings: strict),
        .target(
            name: "Evidence",
            dependencies: [
                "EventLog", "Governance", "Identity", "Ledger", "Projections", "Transparency", crypto, httpClient,
                lifecycle, logging, metrics, nioCore, nioHTTP1,
            ],
            swiftSettings: strict),
        .target(
            name: "Backup",
            dependencies: ["EventLog", "Evidence", "Ledger", "SQLiteEventStore", "Transparency", crypto],
            swiftSettings: strict),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "Evidence", "Identity", "Ledger", "Transparency", hummingbird, hummingbirdCore, nioCore, nioPosix,
                nioHTTP1, nioWebSocket, httpTypes, httpClient, crypto, logging, metrics, lifecycle,
            ],
            resources: [.embedInCode("Description/documentation.css"), .embedInCode("Description/documentation.js")],
            swiftSettings: strict),
        .target(
            name: "SSEGateway",
            dependencies: ["EventLog", hummingbirdCore, nioCore, nioPosix, nioHTTP1, httpClient, logging, lifecycle],
            swiftSettings: strict),
        commandLine(
            dependencies: [
                "Backup", "EventLog", "Evidence", "Governance", "Identity", "Ledger", "HTTPAPI", "Projections",
                "SQLiteEventStore", "SSEGateway", "Transparency", crypto, argumentParser, httpClient, hummingbird,
                nioCore, nioPosix, nioHTTP1, logging,
                lifecycle, unixSignals,
            ]),
        // The ceilings that Tools/bench compares with.
        .executableTarget(
            name: "VerdictBench",
            dependencies: [
                "EventLog", "Governance", "Migrations", "Projections", "SQLiteEventStore", argumentParser, grdb, sqlite,
                hummingbird, httpClient, logging, nioCore, nioHTTP1,
            ],
            path: "Tools/VerdictBench", swiftSettings: strict),
        // Thousands of clients and a backend for Tools/gateway-bench.
        .executableTarget(
            name: "GatewayBench",
            dependencies: ["EventLog", argumentParser, httpClient, nioCore, nioPosix, nioHTTP1],
            path: "Tools/GatewayBench", swiftSettings: strict),
        .target(
            name: "VerdictTesting",
            dependencies: ["EventLog", "Governance", "Identity", "Ledger", crypto, grdb, logging],
            swiftSettings: strict),
        .testTarget(
            name: "EventLogTests", dependencies: ["EventLog", "VerdictTesting", crypto], swiftSettings: strict),
        .testTarget(
            name: "SQLiteEventStoreTests", dependencies: ["SQLiteEventStore", "VerdictTesting", grdb],
            swiftSettings: strict),
        .testTarget(name: "TransparencyTests", dependencies: ["Transparency", crypto], swiftSettings: strict),
        .testTarget(
            name: "IdentityTests", dependencies: ["EventLog", "Identity", "VerdictTesting", crypto],
            swiftSettings: strict),
        .testTarget(name: "GovernanceTests", dependencies: ["Governance", "VerdictTesting"], swiftSettings: strict),
        .testTarget(
            name: "ProjectionsTests", dependencies: ["Projections", "SQLiteEventStore", "VerdictTesting", grdb],
            swiftSettings: strict),
        .testTarget(
            name: "BackupTests",
            dependencies: ["Backup", "EventLog", "Evidence", "Ledger", "SQLiteEventStore", "VerdictTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "CorpusTests",
            dependencies: [
                "EventLog", "Governance", "Identity", "Ledger", "Projections", "SQLiteEventStore", "VerdictTesting",
                crypto, grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EvidenceTests",
            dependencies: [
                "EventLog", "Evidence", "Ledger", "SQLiteEventStore", "Transparency", "VerdictTesting", metrics,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "EventLog", "Evidence", "Governance", "Identity", "Ledger", "HTTPAPI", "Transparency",
                "VerdictTesting", hummingbird, hummingbirdTesting, nioCore, nioHTTP1, nioWebSocket, nioEmbedded,
                httpTypes, httpClient, lifecycle, logging, grdb, crypto,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "VerdictCommandTests",
            dependencies: [
                "verdict", "EventLog", "Identity", "VerdictTesting", argumentParser, logging, unixSignals,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "verdict", "EventLog", "Identity", "VerdictTesting", grdb, httpClient, nioCore, nioPosix, nioHTTP1,
            ],
            swiftSettings: strict),
        // A file system of SQLite that fails when it is told to.
        .target(name: "FaultyDisk", path: "Tests/FaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "EventLog", "FaultyDisk", "Governance", "Identity", "Ledger", "Projections", "SQLiteEventStore",
                "VerdictTesting", grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SSEGatewayTests", dependencies: ["SSEGateway", nioCore, nioHTTP1], swiftSettings: strict),
        .testTarget(
            name: "LedgerTests", dependencies: ["Ledger", "VerdictTesting", grdb], swiftSettings: strict),
        fuzzers(dependencies: [
            "Backup", "EventLog", "HTTPAPI", "Identity", "Ledger", "Projections", "SSEGateway", "Transparency",
            "verdict", nioCore,
        ]),
    ],
    swiftLanguageModes: [.v6]
)
