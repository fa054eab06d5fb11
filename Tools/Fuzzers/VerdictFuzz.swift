import Foundation

/// Hands what libFuzzer makes up to the parser that `VERDICT_FUZZ_TARGET` names.
@main
struct VerdictFuzz {
    private static let target: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["VERDICT_FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
            exit(name.isEmpty ? 0 : 2)
        }
        return target
    }()

    static func main() {
        _ = target
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(runDriver(&count, &arguments, take))
    }

    private static let take: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { start, count in
        let bytes = Array(UnsafeBufferPointer(start: start, count: count))
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                try await target.read(bytes)
            } catch {
                // The fuzzer keeps whatever makes a program trap.
                fatalError("\(target.name): \(error)")
            }
            done.signal()
        }
        done.wait()
        return 0
    }
}

/// libFuzzer's own main function (`fuzzer/FuzzerInterface.h`), for programs that have one already.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ take: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
