import Foundation

/// How urgent the work of a thread is beside that of the others.
package enum ThreadPriority {
    /// SCHED_RESET_ON_FORK of Linux.
    private static let resetOnFork: Int32 = 0x4000_0000

    /// Makes the calling thread, and those that it starts from now on, less urgent than the rest of the process.
    ///
    /// - Parameter steps: in steps of `nice`, up to 19.
    package static func lower(by steps: Int32) {
        // On Linux this is of the calling thread alone.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, steps)
    }

    /// Makes the calling thread more urgent than the rest of the machine, where this process may: as root, with the
    /// capability `CAP_SYS_NICE`, or within the limit on `nice`. Elsewhere nothing changes. Threads that it starts are as
    /// urgent as all others.
    ///
    /// - Parameter steps: in steps of `nice`, up to 20.
    package static func raise(by steps: Int32) {
        var parameters = sched_param()
        sched_setscheduler(0, SCHED_OTHER | resetOnFork, &parameters)
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -steps)
    }
}
