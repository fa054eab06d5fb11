import EventLog
import HTTPTypes
import Hummingbird

/// The forms in which the audit is answered.
enum AuditFormat: String, Sendable, CaseIterable {
    case json, ndjson, csv, html

    /// As a program asks for it and as the answer says it.
    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv"
        case .html: "text/html"
        }
    }

    var contentType: String {
        switch self {
        case .json, .ndjson: mediaType
        case .csv: "text/csv; charset=utf-8; header=present"
        case .html: "text/html; charset=utf-8"
        }
    }

    /// The form that a request wants, of those that there are: what `format` says, else what `Accept` likes best
    /// (RFC 9110, section 12.5.1); of several that it likes as much the first.
    ///
    /// - Throws: 422 for a format that there is not, 406 where `Accept` takes none of them.
    static func wanted(by request: Request, of formats: [AuditFormat]) throws(APIError) -> AuditFormat {
        if let text = request.query("format"), !text.isEmpty {
            if let format = AuditFormat(rawValue: text.lowercased()), formats.contains(format) { return format }
            throw APIError([.notOneOf(formats.map(\.rawValue), ["query", "format"], input: .string(text))])
        }
        let accepted = request.headers[values: .accept].flatMap { $0.split(separator: ",") }
            .compactMap { AcceptedMedia($0) }
        guard let first = formats.first, !accepted.isEmpty else { return formats.first ?? .json }
        var best = (format: first, quality: 0.0)
        for format in formats {
            let quality = AcceptedMedia.quality(of: format.mediaType, among: accepted)
            if quality > best.quality { best = (format, quality) }
        }
        guard best.quality > 0 else {
            let types = formats.map(\.mediaType).joined(separator: ", ")
            throw APIError(.notAcceptable, detail: "Accept takes none of the forms that there are: \(types)")
        }
        return best.format
    }
}
