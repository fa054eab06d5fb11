/// What a command says beside its result, on standard error: its standard output can be kept in a file.
enum Explanation {
    @Sendable static func say(_ sentence: String) {
        LogOutput.standardError.write(Array("\(sentence)\n".utf8))
    }
}
