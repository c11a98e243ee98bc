package import VaultFormat

/// What to put out, where and how.
package struct ExportRequest: Sendable {
    package enum Layout: String, Sendable, CaseIterable {
        /// Each occurrence at its path below the root it came from.
        case original
        /// `2026/2026-11-21/name`, by time of last modification, once a picture.
        case date
        /// All in one folder, once a picture.
        case flat
    }

    package var filter = PictureFilter()
    /// The target folder, as bytes; made when it does not exist.
    package var target: [UInt8] = []
    package var layout = Layout.original
    /// Replaces files that are there; otherwise a file of the same content is left, another one is
    /// reported and kept.
    package var overwrite = false
    /// Writes `name.lighttight.json` beside each picture, which `import` reads back.
    package var sidecar = false
    /// Takes out what is not the picture: what cannot be stripped is not exported. The time of last modification
    /// stays out too; the name does not.
    package var strip = false

    package init() {}
}

package struct ExportOutcome: Sendable {
    package enum Kind: String, Sendable {
        case exported
        /// A file of that name and content is already there.
        case present
        /// A file of that name and other content is there and was not touched.
        case kept
        case failed
    }

    /// Below the target, as bytes.
    package var path: [UInt8]
    package var kind: Kind
    package var id: RecordID
    package var byteCount: UInt64
    package var reason: String?

    package init(
        path: [UInt8], kind: Kind, id: RecordID, byteCount: UInt64, reason: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.id = id
        self.byteCount = byteCount
        self.reason = reason
    }
}

package struct ExportReport: Sendable {
    package var exported = 0
    package var present = 0
    package var kept = 0
    package var failed = 0
    package var bytes: UInt64 = 0

    package init() {}
}
