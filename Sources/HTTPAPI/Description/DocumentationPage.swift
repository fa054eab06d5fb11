import Crypto
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The document as one page of HTML that loads nothing, and can be read without its script.
struct DocumentationPage: Sendable {
    private let html: [UInt8]
    private let securityPolicy: String

    init(of document: JSON) {
        let style = String(decoding: PackageResources.documentation_css, as: UTF8.self)
        let script = String(decoding: PackageResources.documentation_js, as: UTF8.self)
        html = Array(Self.text(of: document, style: style, script: script).utf8)
        // The page may run its own script and no other, and talk to its own server and to nobody else.
        securityPolicy = """
            default-src 'none'; style-src '\(Self.hash(style))'; script-src '\(Self.hash(script))'; connect-src 'self'; \
            img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            """
    }

    var response: Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: securityPolicy]
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: html)))
    }

    /// Content Security Policy Level 3, section 2.3.1.
    private static func hash(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Array(text.utf8))).base64EncodedString()
    }

    // MARK: Parts

    private static func text(of document: JSON, style: String, script: String) -> String {
        let title = HTMLText.escaped(document["info"]?["title"]?.stringValue ?? "")
        let version = HTMLText.escaped(document["info"]?["version"]?.stringValue ?? "")
        let groups = groups(of: document)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <link rel="icon" href="data:,">
            <style>\(style)</style>
            </head>
            <body>
            <nav>\(navigation(groups))</nav>
            <main>
            <h1>\(title) <small>\(version)</small></h1>
            \(HTMLText.paragraphs(document["info"]?["description"]?.stringValue ?? ""))
            <p>In the examples <code>$server</code> is where this page comes from and <code>$token</code> an access token or a
            credential. <a href="/openapi.json">The same as an OpenAPI 3.1 document</a></p>
            <form id="credentials" hidden><label>Token <input type="password" name="token" autocomplete="off" \
            placeholder="stays in this page"></label></form>
            \(groups.map { section($0, document) }.joined(separator: "\n"))
            \(schemas(of: document))
            </main>
            <script>\(script)</script>
            </body>
            </html>

            """
    }

    /// Operations by tag, in the order of the document.
    private struct Group {
        let name: String
        let meaning: String
        let operations: [DescribedOperation]
    }

    private static func groups(of document: JSON) -> [Group] {
        let operations = DescribedOperation.all(in: document)
        return (document["tags"]?.arrayValue ?? []).map { tag in
            let name = tag["name"]?.stringValue ?? ""
            return Group(
                name: name, meaning: tag["description"]?.stringValue ?? "",
                operations: operations.filter { $0.tag == name })
        }
    }

    private static func navigation(_ groups: [Group]) -> String {
        let lists = groups.map { group in
            let items = group.operations.map { operation in
                """
                <li><a href="#\(HTMLText.escaped(operation.operationID))"><b class="\(operation.method)">\
                \(operation.method)</b> \(HTMLText.escaped(operation.path))</a></li>
                """
            }
            return "<h2>\(HTMLText.escaped(group.name))</h2><ul>\(items.joined(separator: "\n"))</ul>"
        }
        return lists.joined(separator: "\n") + "<h2><a href=\"#schemas\">Schemas</a></h2>"
    }

    private static func section(_ group: Group, _ document: JSON) -> String {
        """
        <section>
        <h2>\(HTMLText.escaped(group.name))</h2>
        <p>\(HTMLText.line(group.meaning))</p>
        \(group.operations.map { $0.html(in: document) }.joined(separator: "\n"))
        </section>
        """
    }

    private static func schemas(of document: JSON) -> String {
        let members = document["components"]?["schemas"]?.objectValue?.members ?? []
        let items = members.map { member in
            let name = HTMLText.escaped(member.key)
            return """
                <details id="schema-\(name)"><summary><code>\(name)</code> \(SchemaText.line(member.value))</summary>
                \(SchemaText.members(member.value))</details>
                """
        }
        return "<section id=\"schemas\">\n<h2>Schemas</h2>\n\(items.joined(separator: "\n"))\n</section>"
    }
}

extension HTTPField.Name {
    static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy")!
    static let xContentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
}
