import Synchronization
import VaultFiles
package import VaultFormat

/// Packs in memory, for tests and for trying things out. Nothing in it survives the process, and a
/// writer that is gone leaves nothing behind.
package final class MemoryPackStore: PackStore {
    private struct State {
        var packs: [PackName: [UInt8]] = [:]
        /// Bytes taken, packs being written included.
        var used = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// `capacity`: how many bytes it holds before it is `.full`.
    package init(capacity: Int = .max) { self.capacity = capacity }

    package func beginPack() throws(StoreError) -> any IncomingPack { MemoryIncomingPack(self) }

    package func openPack(_ name: PackName) throws(StoreError) -> any PackReader {
        guard let bytes = self[name] else { throw .missing(name) }
        return MemoryPackReader(name, bytes)
    }

    package func byteCount(of name: PackName) throws(StoreError) -> UInt64? {
        self[name].map { UInt64($0.count) }
    }

    package func forEachPack(
        _ body: (PackName, UInt64) throws(StoreError) -> Void
    ) throws(StoreError) {
        let sizes = state.withLock { $0.packs.mapValues { UInt64($0.count) } }
        for (name, count) in sizes { try body(name, count) }
    }

    package func remove(_ name: PackName) throws(StoreError) { self[name] = nil }

    package func leftovers() throws(StoreError) -> [Leftover] { [] }

    @discardableResult
    package func removeLeftovers() throws(StoreError) -> (count: Int, bytes: UInt64) { (0, 0) }

    /// The bytes of a pack. Tests set others here than the name says.
    package subscript(name: PackName) -> [UInt8]? {
        get { state.withLock { $0.packs[name] } }
        set {
            state.withLock { state in
                state.used += (newValue?.count ?? 0) - (state.packs[name]?.count ?? 0)
                state.packs[name] = newValue
            }
        }
    }

    /// Takes room for bytes that will come (or gives it back).
    fileprivate func reserve(_ count: Int) throws(StoreError) {
        try state.withLock { (state) throws(StoreError) in
            guard count <= capacity - state.used else { throw .full }
            state.used += count
        }
    }

    fileprivate func release(_ count: Int) {
        state.withLock { $0.used -= count }
    }
}

private final class MemoryIncomingPack: IncomingPack {
    private let store: MemoryPackStore
    /// Nil once it is finished.
    private let bytes = Mutex<[UInt8]?>([])

    init(_ store: MemoryPackStore) { self.store = store }

    deinit { abandon() }

    func append(_ added: UnsafeRawBufferPointer) throws(StoreError) {
        try bytes.withLock { (bytes) throws(StoreError) in
            precondition(bytes != nil, "this pack is finished")
            try store.reserve(added.count)
            bytes!.append(contentsOf: added)
        }
    }

    func cut(to byteCount: UInt64) throws(StoreError) {
        bytes.withLock { bytes in
            precondition(bytes != nil, "this pack is finished")
            precondition(byteCount <= bytes!.count, "nothing to cut there")
            store.release(bytes!.count - Int(byteCount))
            bytes!.removeSubrange(Int(byteCount)...)
        }
    }

    func makeDurable(as name: PackName) throws(StoreError) {
        bytes.withLock { bytes in
            precondition(bytes != nil, "this pack is finished")
            store.release(bytes!.count)
            store[name] = bytes
            bytes = nil
        }
    }

    func abandon() {
        bytes.withLock { bytes in
            store.release(bytes?.count ?? 0)
            bytes = nil
        }
    }
}

private final class MemoryPackReader: PackReader {
    let name: PackName
    private let bytes: [UInt8]

    init(_ name: PackName, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    var byteCount: UInt64 { UInt64(bytes.count) }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreError) -> Int {
        guard offset < byteCount else { return 0 }
        let count = min(buffer.count, bytes.count - Int(offset))
        bytes.withUnsafeBytes { bytes in
            buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(offset) + count]))
        }
        return count
    }

    func expectSequentialReading() {}
}
