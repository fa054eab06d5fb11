/// The version of this build, kept in one place so that every door says the same.
enum VerdictVersion {
    static let text = "1.0.0"
}
