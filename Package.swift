// swift-tools-version: 6.2
// The rooms of Lighttight, ground floor first. `make lint` holds the import table of Docs/Design/Rooms.md.

import PackageDescription

/// What every room of ours is built with: Swift 6, warnings as errors, imports said in full.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
    name: "lighttight",
    products: [
        .executable(name: "lighttight", targets: ["lighttight"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    ],
    targets: [
        // C libraries from the system, and one shim each; a shim is imported by one room only.
        .systemLibrary(
            name: "libsodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "libcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "libqrencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "libchafa", pkgConfig: "chafa", providers: [.apt(["libchafa-dev"])]),
        .systemLibrary(name: "libzip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .target(name: "CSodium", dependencies: ["libsodium"]),
        .target(name: "COpenSSL", dependencies: ["libcrypto"]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CSealedFiles", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CQRCode", dependencies: ["libqrencode"]),
        .target(
            name: "CChafa", dependencies: ["libchafa"],
            linkerSettings: [.linkedLibrary("glib-2.0")]),
        .target(name: "CZip", dependencies: ["libzip"]),
        .target(name: "CZxcvbn", linkerSettings: [.linkedLibrary("zxcvbn")]),
        // libcurl's header alone: the library is loaded by whoever opens a link.
        .target(name: "CFetch", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CLinux"),
        .target(name: "CKeyring"),
        // For the imager alone: what decodes, and what shuts it in.
        .systemLibrary(name: "libvips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
        .systemLibrary(
            name: "libpango", pkgConfig: "pangoft2", providers: [.apt(["libpango1.0-dev"])]),
        .target(
            name: "CVips", dependencies: ["libvips", "libpango"],
            linkerSettings: [.linkedLibrary("gmodule-2.0")]),
        .target(name: "CCage", linkerSettings: [.linkedLibrary("seccomp")]),
        // For VaultImaging alone: a child process and its pipes.
        .target(name: "CChild"),

        room("VaultFormat"),
        // FAULTS: the fault points of Tests, which a release must not hold.
        .target(
            name: "VaultFiles", dependencies: ["CLinux"],
            swiftSettings: settings + [.define("FAULTS", .when(configuration: .debug))]),
        room("VaultCrypto", ["CSodium", "COpenSSL", crypto]),
        room("VaultKeys", ["VaultCrypto", "VaultFormat", "CZxcvbn", "CKeyring"]),
        room("VaultStore", ["VaultCrypto", "VaultFormat", "VaultFiles"]),
        room("VaultRecords", ["VaultCrypto", "VaultFormat", "VaultFiles", "CSQLite", grdb]),
        room("VaultIndex", ["VaultCrypto", "VaultFormat", "VaultFiles", "CSealedFiles", grdb]),
        room("VaultAudit", ["VaultCrypto", "VaultFormat"]),
        room(
            "VaultKit",
            [
                "VaultKeys", "VaultStore", "VaultRecords", "VaultAudit", "VaultImaging",
                "VaultStripping", "VaultArchives", "VaultIndex", "VaultSharing", "VaultFetching",
                "VaultCrypto", "VaultFormat", "VaultFiles",
            ]),
        room("VaultImaging", ["VaultFormat", "CChild"]),
        room("VaultStripping", ["VaultFormat"]),
        room("VaultArchives", ["CZip"]),
        // What the imager reads out of a picture's bytes.
        room("ImagerReading", ["VaultFormat"]),
        // Packages for links: making, serving, opening them; no network.
        room("VaultSharing", ["VaultCrypto", "VaultFormat", "VaultFiles"]),
        // Asks servers, for those who open a link.
        room("VaultFetching", ["CFetch"]),
        // HTTP: what a share's recipient meets. Sees `shares/` and nothing else of a vault.
        .target(
            name: "VaultServer",
            dependencies: ["VaultSharing", "VaultCrypto", "VaultFormat", "VaultFiles"] + nio,
            resources: [.embedInCode("Page")], swiftSettings: settings),
        room(
            "VaultCommands",
            ["VaultKit", "VaultServer", "VaultFormat", "CQRCode", "CChafa", arguments]),

        program("lighttight", ["VaultCommands"]),
        // Decodes pictures in a process of its own, without keys, files or network.
        program("lighttight-imager", ["ImagerReading", "VaultFormat", "CVips", "CCage"]),
        // Makes sample pictures, for the demo, the tests and the benchmark.
        program("lighttight-samples", []),
        // Writes Tests/Vectors from the specification's own scenarios.
        program("lighttight-vectors", ["VaultCrypto", "VaultFormat", crypto]),

        // What the fuzzers judge the parsers by; `make fuzz` builds it anew, with its sanitizers.
        .target(
            name: "FuzzTargets", dependencies: ["VaultFormat", "VaultStripping"],
            path: "Tests/Fuzz",
            exclude: ["Entry.swift", "fuzz.sh", "seeds.py", "seeds"],
            sources: ["FuzzTarget.swift", "FuzzedCBOR.swift"], swiftSettings: settings),
        tests(
            "VaultFormatTests",
            [
                "VaultFormat", "VaultKeys", "VaultAudit", "VaultCrypto", "FuzzTargets",
                "TestProcesses",
            ]),
        tests("VaultFilesTests", ["VaultFiles"]),
        tests("VaultCryptoTests", ["VaultCrypto", crypto, "TestProcesses"]),
        tests("VaultKeysTests", ["VaultKeys", "VaultCrypto", "VaultFormat"]),
        tests("VaultStoreTests", ["VaultStore", "VaultCrypto", "VaultFormat", "VaultFiles"]),
        tests(
            "VaultRecordsTests", ["VaultRecords", "VaultCrypto", "VaultFormat", "VaultFiles", grdb]),
        tests(
            "VaultIndexTests",
            ["VaultIndex", "VaultCrypto", "VaultFormat", "VaultFiles", "CSealedFiles", grdb]),
        // Measures the index against the same inserts into plain SQLite.
        .executableTarget(
            name: "index-bench",
            dependencies: ["VaultIndex", "VaultCrypto", "VaultFormat", "VaultFiles", grdb],
            path: "Tests/IndexBench", swiftSettings: settings),
        tests(
            "VaultServerTests",
            [
                "VaultServer", "VaultSharing", "VaultCrypto", "VaultFormat", "VaultFiles", nio[0],
                "TestProcesses", "lighttight",
            ]),
        tests(
            "VaultSharingTests", ["VaultSharing", "VaultCrypto", "VaultFormat", "VaultFiles"]),
        tests("VaultAuditTests", ["VaultAudit", "VaultCrypto", "VaultFormat"]),
        tests(
            "VaultKitTests",
            [
                "VaultKit", "VaultKeys", "VaultSharing", "VaultStore", "VaultRecords", "VaultAudit",
                "VaultIndex",
                "VaultCrypto", "VaultFormat", "VaultFiles", "PictureSamples",
                "lighttight-imager",
                "lighttight-samples",
            ]),
        // Starts programs and says how they ended.
        .target(name: "TestProcesses", path: "Tests/TestProcesses", swiftSettings: settings),
        // Pictures that no honest program writes, and what breaks honest ones.
        .target(name: "PictureSamples", path: "Tests/PictureSamples", swiftSettings: settings),
        // Tries what the imager must not do, from inside its cage.
        .executableTarget(name: "cage-probe", dependencies: ["CCage"], path: "Tests/CageProbe"),
        // Makes a log as long as the benchmark wants it.
        .executableTarget(
            name: "long-log", dependencies: ["VaultKit", "VaultFormat"], path: "Tests/LongLog",
            swiftSettings: settings),
        tests("ImagerReadingTests", ["ImagerReading", "VaultFormat", "PictureSamples"]),
        tests(
            "VaultImagingTests",
            [
                "VaultImaging", "VaultStripping", "VaultFormat", "PictureSamples", "TestProcesses",
                "lighttight-imager",
                "lighttight-samples", "cage-probe",
            ]),
        tests(
            "CommandTests",
            [
                "VaultCommands", "VaultKit", "VaultFormat", "TestProcesses", "lighttight",
                "lighttight-imager", "lighttight-samples",
            ],
            exclude: ["Transcripts", "Terminal", "Links"]),
        // Drives the program itself, as an attacker, a crash or a broken disk would.
        tests(
            "FaultTests",
            [
                "PictureSamples", "TestProcesses", "lighttight", "lighttight-imager",
                "lighttight-samples", grdb,
            ]),
    ]
)
