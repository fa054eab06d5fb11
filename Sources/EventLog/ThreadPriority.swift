import Foundation

/// How urgent the work of a thread is beside that of the others, in steps of `nice`: on Linux a thread has its own.
package enum ThreadPriority {
    /// SCHED_RESET_ON_FORK of Linux, a macro that Swift does not see.
    private static let resetOnFork: Int32 = 0x4000_0000

    /// Makes the calling thread, and those that it starts from now on, less urgent than it was.
    package static func lower(by steps: Int32) {
        _ = nice(steps)
    }

    /// Makes the calling thread more urgent, where this process may: as root, with the capability `CAP_SYS_NICE`, or within
    /// the limit on `nice`. Elsewhere nothing changes. Threads that it starts are no more urgent than usual.
    package static func raise(by steps: Int32) {
        var parameters = sched_param()
        sched_getparam(0, &parameters)
        sched_setscheduler(0, sched_getscheduler(0) | resetOnFork, &parameters)
        _ = nice(-steps)
    }
}
