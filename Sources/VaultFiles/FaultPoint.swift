/// The places where a test can make the disk fail or the power go: every call that changes a file
/// passes one, and other rooms name theirs ("records commit begin"). In a release there is nothing
/// here to pass.
package enum FaultPoint {
    #if FAULTS
        /// Passes a point; does what the installed plan says for it.
        package static func hit(_ name: StaticString) throws(FileError) {
            guard let action = FaultPlan.next(name) else { return }
            switch action {
            case .kill, .torn: FaultPlan.killNow()
            case .fail(let code): throw FileError(call: name, errno: code)
            // There are no halves of anything but a write.
            case .short: throw .noSpace
            case .stop: preconditionFailure("who stops goes on")
            }
        }

        /// Passes a point at which bytes are written: returns what to do after half of them.
        static func hitWrite(_ name: StaticString) throws(FileError) -> HalfWrite? {
            guard let action = FaultPlan.next(name) else { return nil }
            switch action {
            case .kill: FaultPlan.killNow()
            case .fail(let code): throw FileError(call: name, errno: code)
            case .torn: return .kill
            case .short: return .noSpace
            case .stop: preconditionFailure("who stops goes on")
            }
        }

        enum HalfWrite {
            case kill, noSpace

            func afterHalf() -> FileError {
                if self == .kill { FaultPlan.killNow() }
                return .noSpace
            }
        }
    #else
        @inlinable package static func hit(_ name: StaticString) throws(FileError) {}
    #endif
}
