import Crypto
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Projections

/// The report as a page to print: it loads nothing and runs nothing.
package struct ComplianceReportPage: Sendable {
    package let html: [UInt8]

    private static let style = """
        body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #111; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; break-after: avoid; }
        table { border-collapse: collapse; width: 100%; } tr { break-inside: avoid; }
        th, td { border: 1px solid #999; padding: .25rem .5rem; text-align: left; overflow-wrap: anywhere; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; }
        @media print { body { margin: 0; font-size: 11px; } }
        """

    package init(_ report: ComplianceReport) {
        let tables = report.tables.map(Self.section).joined(separator: "\n")
        html = Array(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Compliance report \(HTMLText.escaped(report.start.rfc3339)) to \(HTMLText.escaped(report.end.rfc3339))</title>
            <link rel="icon" href="data:,">
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>Compliance report</h1>
            <p>From \(HTMLText.escaped(report.start.rfc3339)) to \(HTMLText.escaped(report.end.rfc3339)), computed from the \
            first \(report.figures.position) events of the log. The same period always has the same report.</p>
            \(tables)
            </body>
            </html>

            """.utf8)
    }

    private static func section(_ table: ReportTable) -> String {
        let head = table.columns.map { "<th>\(HTMLText.escaped($0))</th>" }.joined()
        let rows = table.rows.map { row in "<tr>\(row.map(cell).joined())</tr>" }.joined(separator: "\n")
        let body = rows.isEmpty ? "<p>None.</p>" : "<table>\n<tr>\(head)</tr>\n\(rows)\n</table>"
        return "<h2>\(HTMLText.escaped(table.title))</h2>\n\(body)"
    }

    private static func cell(_ cell: ReportTable.Cell) -> String {
        switch cell {
        case .text(let text): "<td>\(HTMLText.escaped(text))</td>"
        case .count(let count): "<td class=\"number\">\(count)</td>"
        case .seconds(let seconds): "<td class=\"number\">\(rounded(seconds, 1000))</td>"
        case .share(let share): "<td class=\"number\">\(rounded(share * 100, 10)) %</td>"
        }
    }

    private static func rounded(_ value: Double, _ parts: Double) -> String {
        "\((value * parts).rounded() / parts)"
    }

    var response: Response {
        let hash = Data(SHA256.hash(data: Array(Self.style.utf8))).base64EncodedString()
        var headers: HTTPFields = [.contentType: AuditFormat.html.contentType]
        headers[.contentSecurityPolicy] = """
            default-src 'none'; style-src 'sha256-\(hash)'; img-src data:; base-uri 'none'; form-action 'none'; \
            frame-ancestors 'none'
            """
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: html)))
    }
}
