import Glibc
import VaultFormat

// libFuzzer's end of it. Compiled by fuzz.sh only: no target of the package holds this file.

private let target: FuzzTarget = {
    guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name))
    else { preconditionFailure("FUZZ_TARGET names no parser") }
    return target
}()

/// What the fuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    precondition(target.read(bytes) != .lost, "what was read prints otherwise")
    return 0
}
