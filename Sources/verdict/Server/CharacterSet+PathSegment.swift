import Foundation

extension CharacterSet {
    /// What stands in one segment of a path as it is (RFC 3986, section 2.3); all else is percent-encoded.
    static let pathSegment = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
