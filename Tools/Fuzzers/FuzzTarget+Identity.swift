import EventLog
import Identity

extension FuzzTarget {
    static let identity = [
        FuzzTarget(name: "token") { bytes in
            let authority = TokenAuthority(keys: SigningKeys(current: Array("a key of thirty-two bytes or more".utf8)))
            let now = Timestamp(microseconds: 1_768_478_400_000_000)
            _ = try? await authority.claims(of: String(decoding: bytes, as: UTF8.self), at: now)
        },
        FuzzTarget(name: "password-hash") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let hash = PasswordHash(text: text) else { return }
            try require(PasswordHash(text: hash.text)?.text == hash.text, "\(text) is written \(hash.text)")
        },
        FuzzTarget(name: "email-address") { bytes in
            _ = try? EmailAddress(String(decoding: bytes, as: UTF8.self))
        },
        FuzzTarget(name: "base32") { bytes in
            guard let read = Base32.bytes(String(decoding: bytes, as: UTF8.self)) else { return }
            try require(Base32.bytes(Base32.text(read)) == read, "written again it is something else")
        },
    ]
}
