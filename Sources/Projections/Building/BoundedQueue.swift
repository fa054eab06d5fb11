import Dispatch
import Synchronization

/// Hands things from one thread to another, a few at a time: whoever is faster waits.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var ending: Result<Void, any Error>?
        var isAbandoned = false
    }

    private let state = Mutex(State())
    private let room: DispatchSemaphore
    private let filled = DispatchSemaphore(value: 0)

    init(lengthMax: Int) {
        room = DispatchSemaphore(value: lengthMax)
    }

    /// Waits for room and puts the element there; false once nobody takes any more.
    func put(_ element: Element) -> Bool {
        room.wait()
        let isWanted = state.withLock { state in
            if !state.isAbandoned { state.elements.append(element) }
            return !state.isAbandoned
        }
        filled.signal()
        return isWanted
    }

    /// Says that there is nothing more, or why not.
    func end(_ ending: Result<Void, any Error>) {
        state.withLock { $0.ending = ending }
        filled.signal()
    }

    /// Waits for an element; nil at the end.
    ///
    /// - Throws: what ended it.
    func take() throws -> Element? {
        filled.wait()
        let (element, ending) = state.withLock { state in
            (state.elements.isEmpty ? nil : state.elements.removeFirst(), state.ending)
        }
        if let element {
            room.signal()
            return element
        }
        try ending?.get()
        return nil
    }

    /// Says that nobody takes any more.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        room.signal()
    }
}
