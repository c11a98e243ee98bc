import Glibc
import VaultKit

/// Where `lighttight-imager` is.
enum ImagerPlace {
    /// Beside this program, else in `libexec/lighttight` beside its folder; never by PATH, where
    /// somebody else's program could stand. `nil` when it is in neither place.
    static func find() -> [UInt8]? {
        guard let program = ownPath(), let slash = program.lastIndex(of: 0x2F) else { return nil }
        let folder = Array(program[...slash])
        return ["lighttight-imager", "../libexec/lighttight/lighttight-imager"]
            .map { folder + Array($0.utf8) }
            .first { access($0.map { CChar(bitPattern: $0) } + [0], X_OK) == 0 }
    }

    /// - Throws: `failed` when it is in neither place.
    static func require() throws(VaultError) -> [UInt8] {
        guard let imager = find() else {
            throw VaultError(
                .failed, "the program that decodes pictures, lighttight-imager, is missing",
                hint: "make install puts it in its place")
        }
        return imager
    }

    private static func ownPath() -> [UInt8]? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }
}
