/// What a slot's bundle holds, so what its holder can do. Spec 02 §10.
package enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    case owner
    case manager
    case desk
    case depositor
    case auditor
    case keeper

    package init(from decoder: any Decoder) throws { self = try decoder.known("role") }

    /// Whether a slot of this role signs deposits so that it counts. Spec 08 §4.
    package var signsDeposits: Bool {
        switch self {
        case .owner, .manager, .depositor: true
        case .desk, .auditor, .keeper: false
        }
    }

    /// The keys in a bundle of this role, ascending: exactly these.
    package var bundle: [BundleKey] {
        switch self {
        case .owner: [.root]
        case .manager: [.wrap, .tag, .desk, .index, .erasure, .deposit]
        case .desk: [.desk]
        case .auditor: [.audit]
        case .depositor, .keeper: []
        }
    }
}

/// The number under which a key stands in a bundle. Spec 02 §10.
package enum BundleKey: UInt8, Hashable, Sendable, CaseIterable {
    case root = 1
    case wrap = 2
    case tag = 3
    case desk = 4
    case index = 5
    case erasure = 6
    case audit = 7
    case deposit = 8
}
