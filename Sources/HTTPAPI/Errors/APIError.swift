import EventLog
import HTTPTypes
import Hummingbird

/// An answer that is no success, in the shape that the clients of these doors know: `{"detail": …}`.
struct APIError: Error {
    let status: HTTPResponse.Status
    let detail: Detail
    let headers: HTTPFields

    enum Detail {
        case sentence(String)
        case issues([ValidationIssue])
    }

    init(_ status: HTTPResponse.Status, detail: String, headers: HTTPFields = [:]) {
        self.status = status
        self.detail = .sentence(detail)
        self.headers = headers
    }

    /// 422 with all that is wrong with the input.
    init(_ issues: [ValidationIssue]) {
        status = .unprocessableContent
        detail = .issues(issues)
        headers = [:]
    }

    var response: Response {
        Response.object(status, headers: headers, write)
    }

    /// Writes the members of the body.
    func write(to writer: inout JSONWriter) {
        switch detail {
        case .sentence(let sentence): writer.member("detail", sentence)
        case .issues(let issues):
            writer.array("detail") { writer in
                for issue in issues { issue.write(to: &writer) }
            }
        }
    }
}
