import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

/// The same numbers on every run, so that a failure can be had again (SplitMix64).
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    mutating func id<ID: Identifier>(_: ID.Type) throws -> ID { try ID(bytes: bytes(ID.byteCount)) }
}

/// Lends bytes. (The standard library's `withUnsafeBytes` loses the type of the error.)
func lend<Value, E: Error>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(E) -> Value
) throws(E) -> Value {
    try bytes.withUnsafeBytes { bytes in
        Result { () throws(E) in try body(bytes) }
    }.get()
}

/// The error of this room that `body` throws, or nil.
func refusal(_ body: () throws -> Void) -> AuditError? {
    do {
        try body()
        return nil
    } catch let error as AuditError {
        return error
    } catch {
        Issue.record(error)
        return nil
    }
}

extension EntryLeaf {
    init(_ bytes: [UInt8]) throws {
        self = try lend(bytes) { bytes throws(FormatError) in try EntryLeaf(parsing: bytes) }
    }
}
