import Glibc

/// The clock on the wall. For what people read; nothing depends on its going forward.
enum Wall {
    /// Seconds since 1970.
    static var seconds: Int64 { Int64(time(nil)) }
}
