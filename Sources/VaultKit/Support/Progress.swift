/// How far something is. Files and bytes only grow; totals are known from the start or `nil`.
package struct Progress: Sendable, Hashable {
    package var files = 0
    package var bytes: UInt64 = 0
    package var totalFiles: Int?
    package var totalBytes: UInt64?

    package init(totalFiles: Int? = nil, totalBytes: UInt64? = nil) {
        self.totalFiles = totalFiles
        self.totalBytes = totalBytes
    }
}

/// Asked between files and between blocks of large files; `true` ends the work cleanly.
package typealias StopSign = @Sendable () -> Bool
