import Foundation

/// How urgent the work of a thread is beside that of the others.
package enum ThreadPriority {
    /// Makes the calling thread, and those that it starts from now on, less urgent than the rest of the process.
    ///
    /// - Parameter steps: in steps of `nice`, up to 19.
    package static func lower(by steps: Int32) {
        // On Linux this is of the calling thread alone.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, steps)
    }
}
