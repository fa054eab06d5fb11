/// The form of a witness's signature on a checkpoint (C2SP tlog-cosignature, `cosignature/v1`).
package enum Cosignature {
    private static let timeSizeBytes = 8

    /// What is signed: a header, the time, and the text of the checkpoint.
    static func message(_ text: String, at time: UInt64) -> String {
        "cosignature/v1\ntime \(time)\n\(text)"
    }

    static func bytes(_ time: UInt64, _ signature: [UInt8]) -> [UInt8] {
        (0..<timeSizeBytes).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) } + signature
    }

    static func parts(of bytes: [UInt8]) -> (time: UInt64, signature: ArraySlice<UInt8>)? {
        guard bytes.count > timeSizeBytes else { return nil }
        let time = bytes.prefix(timeSizeBytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard time <= UInt64(Int64.max) else { return nil }
        return (time, bytes.dropFirst(timeSizeBytes))
    }

    /// When the witness says that it has signed, in seconds since 1970; nil where the signature is too short to say it.
    package static func time(of signature: NoteSignature) -> Int64? {
        parts(of: signature.bytes).map { Int64($0.time) }
    }
}
