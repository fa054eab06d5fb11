/// A parser of ours, as something that takes any bytes: it may refuse them, and it may not crash.
struct FuzzTarget: Sendable {
    /// A property that does not hold.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    /// The folder of its corpus has the same name.
    let name: String
    /// - Throws: `Broken` where what was read contradicts itself or another reader. A refusal is no error.
    let read: @Sendable ([UInt8]) async throws -> Void

    static let all: [FuzzTarget] =
        json + log + payloads + http + gateway + transparency + identity + imports + backup

    static func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
        if !condition { throw Broken(description: sentence()) }
    }
}
