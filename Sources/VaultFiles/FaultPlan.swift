import CLinux
import Glibc
import Synchronization

/// What a plan has seen pass.
package struct FaultReport: Equatable, Sendable {
    /// The names of the points, in the order they were passed; the first is number 1.
    package let names: [String]

    package var total: Int { names.count }
}

/// Which fault point does what. For tests only; one plan for the whole process.
package enum FaultPlan {
    /// Whether this build has fault points.
    package static var isAvailable: Bool {
        #if FAULTS
            true
        #else
            false
        #endif
    }

    #if FAULTS
        enum Action: Equatable {
            /// SIGKILL, before the call is made.
            case kill
            /// The call is not made and fails with this number.
            case fail(Int32)
            /// A write puts half of its bytes and fails with "no space"; any other call fails.
            case short
            /// A write puts half of its bytes, then SIGKILL; any other call is killed before.
            case torn
            /// SIGSTOP, and on with the call after a SIGCONT: so that another command runs in between.
            case stop
        }

        private struct Plan {
            /// Nothing: only counts.
            var action: Action?
            var number: Int
            /// From that point on, not only at it.
            var persists: Bool
            var names: [String] = []
        }

        private static let plan = Mutex<Plan?>(nil)
        private static let installed = Atomic<Bool>(false)
    #endif

    /// Installs a plan: "kill@17", "eio@17", "enospc@17", "short@17", "torn@17" for the 17th point
    /// from now, with "+" behind it for every point from there on; "stop@17" waits there for SIGCONT;
    /// "count" only counts.
    /// Returns false when the words are not understood or this build has no fault points; then
    /// nothing is installed.
    package static func install(_ spec: String) -> Bool {
        #if FAULTS
            guard let parsed = parse(spec) else { return false }
            plan.withLock { $0 = parsed }
            installed.store(true, ordering: .releasing)
            return true
        #else
            return false
        #endif
    }

    /// Takes the plan away; what was seen goes with it.
    package static func remove() {
        #if FAULTS
            installed.store(false, ordering: .releasing)
            plan.withLock { $0 = nil }
        #endif
    }

    /// What passed since the plan was installed.
    package static var report: FaultReport {
        #if FAULTS
            FaultReport(names: plan.withLock { $0?.names ?? [] })
        #else
            FaultReport(names: [])
        #endif
    }
}

#if FAULTS
    extension FaultPlan {
        /// Counts one point; what it must do, if anything.
        static func next(_ name: StaticString) -> Action? {
            guard installed.load(ordering: .acquiring) else { return nil }
            let action = plan.withLock { plan -> Action? in
                guard plan != nil else { return nil }
                plan!.names.append(name.description)
                let passed = plan!.names.count
                let due = plan!.persists ? passed >= plan!.number : passed == plan!.number
                return due ? plan!.action : nil
            }
            guard action != .stop else {
                raise(SIGSTOP)
                return nil
            }
            return action
        }

        static func killNow() -> Never {
            lt_kill_self()
            preconditionFailure("nobody survives SIGKILL")
        }

        private static func parse(_ spec: String) -> Plan? {
            if spec == "count" { return Plan(action: nil, number: 0, persists: false) }
            let parts = spec.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let persists = parts[1].last == "+"
            guard let number = Int(persists ? parts[1].dropLast() : parts[1]), number > 0 else {
                return nil
            }
            let action: Action
            switch parts[0] {
            case "kill": action = .kill
            case "torn": action = .torn
            case "short": action = .short
            case "stop": action = .stop
            case "eio": action = .fail(EIO)
            case "enospc": action = .fail(ENOSPC)
            default: return nil
            }
            return Plan(action: action, number: number, persists: persists)
        }
    }
#endif
