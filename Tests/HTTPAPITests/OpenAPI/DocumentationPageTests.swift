import EventLog
import HTTPTypes
import Testing

/// The page for people (hitl-api 9.4).
@Suite("Documentation page")
struct DocumentationPageTests {
    private func page() async throws -> Answer { try await FrontFixture().request(.get, "/docs") }

    @Test("is the same under all its names")
    func names() async throws {
        let front = try FrontFixture()
        let page = try await front.request(.get, "/docs")
        #expect(page.status == .ok)
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        for path in ["/api/docs", "/api/redoc"] {
            #expect(try await front.request(.get, path).text == page.text)
        }
    }

    @Test("loads nothing, and its policy would forbid it")
    func loadsNothing() async throws {
        let page = try await page()
        for part in ["src=", "@import", "url(", "//cdn", "https://"] {
            #expect(!page.text.contains(part), "\(part)")
        }
        #expect(page.text.matches(of: #/<link [^>]*>/#).map { String($0.0) } == [#"<link rel="icon" href="data:,">"#])
        let name = try #require(HTTPField.Name("Content-Security-Policy"))
        let policy = try #require(page.headers[name])
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(policy.contains("connect-src 'self'"))
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("http"))
    }

    @Test("shows every operation and every schema without its script")
    func complete() async throws {
        let text = try await page().text
        let description = try await APIDescription.open.value
        for operation in description.operations {
            #expect(text.contains(#"<details id="\#(operation.operationID)" class="operation">"#), "\(operation.name)")
        }
        for member in description.document["components"]?["schemas"]?.objectValue?.members ?? [] {
            #expect(text.contains(#"<details id="schema-\#(member.key)">"#), "\(member.key)")
        }
    }

    @Test("every link inside leads somewhere")
    func links() async throws {
        let text = try await page().text
        let identifiers = Set(text.matches(of: #/id="([^"]*)"/#).map { String($0.1) })
        for link in text.matches(of: ##/href="#([^"]*)"/##) {
            #expect(identifiers.contains(String(link.1)), "\(link.1)")
        }
    }

    @Test("has as many closing tags as opening ones")
    func balanced() async throws {
        let text = try await page().text
        for tag in ["details", "summary", "table", "tr", "td", "section", "form", "pre", "code", "p", "ul", "li", "a", "b"] {
            let opening = text.matches(of: try Regex("<\(tag)[ >]")).count
            #expect(opening == text.matches(of: try Regex("</\(tag)>")).count, "\(tag)")
            #expect(opening > 0, "\(tag)")
        }
    }
}
