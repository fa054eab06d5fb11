import EventLog
import Testing

@testable import verdict

@Suite("Users in columns")
struct UserTableTests {
    @Test("the columns are as wide as what stands in them, and an empty cell is a dash")
    func columns() {
        let users: [JSON] = [
            [
                "username": "admin", "email": "a@b.org", "full_name": "", "role": "admin", "rank": "ciso",
                "is_active": true, "is_2fa_enabled": true, "last_login": "2026-01-15T12:00:00Z",
            ],
            [
                "username": "Ängström", "email": "", "full_name": "threats", "role": "service", "rank": "",
                "is_active": false, "is_2fa_enabled": false, "last_login": nil,
            ],
        ]
        #expect(
            UserTable.text(of: users) == """
                NAME      ROLE     RANK  ACTIVE  2FA  LAST LOGIN            EMAIL    FULL NAME
                admin     admin    ciso  yes     yes  2026-01-15T12:00:00Z  a@b.org  -
                Ängström  service  -     no      no   -                     -        threats
                """)
    }

    @Test("without users there is the head")
    func none() {
        #expect(UserTable.text(of: []).hasPrefix("NAME  ROLE  RANK"))
    }
}
