internal import Glibc

/// The time in seconds since 1970, as a server takes it: the later of the system's clock and of its own
/// steady one, so that nothing which was past comes back while it runs. Spec 11 §7.
package struct ServerClock: Sendable {
    private let wall: @Sendable () -> Int64
    private let steady: @Sendable () -> Int64
    private let offset: Int64

    /// - Parameters:
    ///   - wall: what the system's clock says.
    ///   - steady: seconds of a clock that is never set, whatever it counts from.
    package init(
        wall: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> Int64
    ) {
        self.wall = wall
        self.steady = steady
        offset = wall() - steady()
    }

    /// The machine's; its steady clock goes on while the machine sleeps.
    package static func system() -> ServerClock {
        ServerClock(wall: { seconds(CLOCK_REALTIME) }, steady: { seconds(CLOCK_BOOTTIME) })
    }

    package var now: Int64 { max(wall(), steady() + offset) }

    private static func seconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Both clocks exist since Linux 2.6.39.
        clock_gettime(clock, &time)
        return Int64(time.tv_sec)
    }
}
