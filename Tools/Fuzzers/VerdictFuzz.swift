import Foundation

/// The program of Tools/fuzz-parsers: libFuzzer, which hands what it makes up to the parser that `VERDICT_FUZZ_TARGET`
/// names.
@main
enum VerdictFuzz {
    static let target: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["VERDICT_FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            complain("VERDICT_FUZZ_TARGET names no parser: '\(name)'. Tools/fuzz-parsers --list names them.")
            exit(EXIT_FAILURE)
        }
        return target
    }()

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(runDriver(&count, &arguments, takeFuzzedInput))
    }
}

/// What libFuzzer calls (`fuzzer/FuzzerInterface.h`).
@_cdecl("LLVMFuzzerTestOneInput")
public func takeFuzzedInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        do {
            try await VerdictFuzz.target.read(bytes)
        } catch {
            // The fuzzer keeps whatever makes a program abort.
            complain("\(VerdictFuzz.target.name): \(error)")
            abort()
        }
        done.signal()
    }
    done.wait()
    return 0
}

private func complain(_ sentence: String) {
    FileHandle.standardError.write(Data("\(sentence)\n".utf8))
}

/// libFuzzer's main function under another name: the package manager insists on one of ours.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ take: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
