import EventLog

/// One operation as the document has it, to be shown on the page.
struct DescribedOperation {
    /// In lower case, as the document has it.
    let method: String
    let path: String
    private let json: JSON

    static func all(in document: JSON) -> [DescribedOperation] {
        (document["paths"]?.objectValue?.members ?? []).flatMap { path in
            (path.value.objectValue?.members ?? []).map { method in
                DescribedOperation(method: method.key, path: path.key, json: method.value)
            }
        }
    }

    var operationID: String { text("operationId") }
    var tag: String { json["tags"]?.arrayValue?.first?.stringValue ?? "" }

    private func text(_ key: String) -> String { json[key]?.stringValue ?? "" }

    private var parameters: [JSON] { json["parameters"]?.arrayValue ?? [] }

    /// The first kind of body that is taken, with its schema.
    private var body: (type: String, schema: JSON)? {
        guard let member = json["requestBody"]?["content"]?.objectValue?.members.first else { return nil }
        return (member.key, member.value["schema"] ?? .emptyObject)
    }

    // MARK: HTML

    func html(in document: JSON) -> String {
        let sample = SchemaSample(named: document["components"]?["schemas"] ?? .emptyObject)
        return """
            <details id="\(HTMLText.escaped(operationID))" class="operation">
            <summary><b class="\(method)">\(method)</b> <code>\(HTMLText.escaped(path))</code> \
            <span>\(HTMLText.escaped(text("summary")))</span></summary>
            <p>\(HTMLText.line(text("description")))</p>
            <p class="security">\(security)</p>
            \(parameterTable)
            \(bodyText)
            \(answerTable(in: document))
            <pre>\(HTMLText.escaped(curl(sample)))</pre>
            \(form(sample))
            </details>
            """
    }

    private var security: String {
        let proofs = json["security"]?.arrayValue ?? []
        let names = proofs.map { proof in
            switch proof.objectValue?.members.first?.key {
            case "OAuth2PasswordBearer": "the token of a person"
            case "ServiceCredential": "the credential of a program"
            case "GatewaySecret": "the secret of the gateways"
            default: "nothing"
            }
        }
        return names.isEmpty ? "Wants no token." : "Wants \(names.joined(separator: ", or "))."
    }

    private var parameterTable: String {
        guard !parameters.isEmpty else { return "" }
        let rows = parameters.map { parameter in
            let need = parameter["required"] == true ? " <em>required</em>" : ""
            return """
                <tr><td>\(HTMLText.code(parameter["name"]?.stringValue ?? ""))\(need)</td>\
                <td>\(parameter["in"]?.stringValue ?? "")</td><td>\(SchemaText.line(parameter["schema"] ?? .emptyObject))</td>\
                <td>\(HTMLText.line(parameter["description"]?.stringValue ?? ""))</td></tr>
                """
        }
        return "<table><tr><th>parameter</th><th>in</th><th>value</th><th>meaning</th></tr>\(rows.joined())</table>"
    }

    private var bodyText: String {
        guard let body else { return "" }
        let types = (json["requestBody"]?["content"]?.objectValue?.members ?? []).map { HTMLText.code($0.key) }
        let need = json["requestBody"]?["required"] == true ? "required" : "not required"
        return "<p>Body (\(need)): \(SchemaText.line(body.schema)) as \(types.joined(separator: " or "))</p>"
    }

    private func answerTable(in document: JSON) -> String {
        let rows = (json["responses"]?.objectValue?.members ?? []).map { member in
            var answer = member.value
            if let reference = answer["$ref"]?.stringValue {
                answer = document["components"]?["responses"]?[SchemaReference.name(reference)] ?? answer
            }
            let content = (answer["content"]?.objectValue?.members ?? []).map { content in
                "\(SchemaText.line(content.value["schema"] ?? .emptyObject)) as \(HTMLText.code(content.key))"
            }
            return """
                <tr><td>\(HTMLText.escaped(member.key))</td><td>\(content.joined())</td>\
                <td>\(HTMLText.line(answer["description"]?.stringValue ?? ""))</td></tr>
                """
        }
        return "<table><tr><th>answer</th><th>value</th><th>meaning</th></tr>\(rows.joined())</table>"
    }

    // MARK: Examples

    private func curl(_ sample: SchemaSample) -> String {
        var words = ["curl"]
        if method != "get" { words.append("-X \(method.uppercased())") }
        words.append("\"$server\(example(of: path, sample))\(query(sample))\"")
        let proofs = json["security"]?.arrayValue ?? []
        if !proofs.isEmpty, !isSecret, !proofs.contains(.emptyObject) {
            words.append(#"-H "Authorization: Bearer $token""#)
        }
        if let body {
            let value = sample.value(of: body.schema)
            if body.type == "application/json" {
                words.append("-H 'Content-Type: application/json'")
                words.append("-d \(quoted(value.text))")
            } else {
                words += pairs(value).map { "--data-urlencode \(quoted($0))" }
            }
        }
        return words.joined(separator: " \\\n    ")
    }

    /// For a shell.
    private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: #"'\''"#))'" }

    private func pairs(_ value: JSON) -> [String] {
        (value.objectValue?.members ?? []).map { "\($0.key)=\($0.value.stringValue ?? $0.value.text)" }
    }

    private func example(of path: String, _ sample: SchemaSample) -> String {
        parameters.filter { $0["in"] == "path" }.reduce(path) { path, parameter in
            let value = sample.value(of: parameter["schema"] ?? .emptyObject)
            return path.replacing("{\(parameter["name"]?.stringValue ?? "")}", with: value.stringValue ?? value.text)
        }
    }

    /// Whether the proof stands in the query.
    private var isSecret: Bool { (json["security"]?.arrayValue ?? []).contains { $0["GatewaySecret"] != nil } }

    private func query(_ sample: SchemaSample) -> String {
        let pairs =
            parameters.filter { $0["in"] == "query" && $0["required"] == true }
            .map { "\($0["name"]?.stringValue ?? "")=…" }
            + (isSecret ? ["secret=…"] : [])
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    /// To try the operation; without a script nobody sees it.
    private func form(_ sample: SchemaSample) -> String {
        let fields = parameters.map { parameter in
            let name = HTMLText.escaped(parameter["name"]?.stringValue ?? "")
            let place = parameter["in"]?.stringValue ?? ""
            return #"<label>\#(name) <input name="\#(name)" data-in="\#(place)"></label>"#
        }
        var text = ""
        if let body {
            let value = sample.value(of: body.schema)
            let isJSON = body.type == "application/json"
            let content = isJSON ? value.text : pairs(value).joined(separator: "&")
            text =
                #"<label>body <textarea data-type="\#(body.type)" rows="4">\#(HTMLText.escaped(content))</textarea></label>"#
        }
        return """
            <form class="try" data-method="\(method.uppercased())" data-path="\(HTMLText.escaped(path))" hidden>
            \(fields.joined(separator: "\n"))\(text)
            <button>Try it</button><output></output>
            </form>
            """
    }
}
