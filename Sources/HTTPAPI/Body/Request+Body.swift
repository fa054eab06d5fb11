import EventLog
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The whole body.
    ///
    /// - Throws: 413 where it is larger than permitted.
    func bytes(upTo sizeMax: Int) async throws -> [UInt8] {
        if let length = headers.text(of: .contentLength).flatMap({ Int($0) }), length > sizeMax {
            throw APIError.tooLarge(sizeMax)
        }
        do {
            return Array(try await body.collect(upTo: sizeMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(sizeMax)
        } catch let error as CancellationError {
            throw error
        } catch {
            // The sender broke off, or what came is no HTTP.
            throw APIError(
                .badRequest, detail: "The request body ends before its time or is malformed",
                headers: [.connection: "close"])
        }
    }

    /// Whether the body is to be read as JSON: it says so, or says nothing.
    var isJSON: Bool {
        guard let type = headers.text(of: .contentType), type != "application/json" else { return true }
        let media = type.prefix { $0 != ";" }.lowercased().trimmingSpaces
        return media == "application/json" || (media.hasPrefix("application/") && media.hasSuffix("+json"))
    }
}

extension HTTPFields {
    /// The same as the subscript, which joins even the one value that there is.
    fileprivate func text(of name: HTTPField.Name) -> String? {
        var text: String?
        for field in self where field.name == name {
            guard text == nil else { return self[name] }
            text = field.value
        }
        return text
    }
}

extension APIError {
    fileprivate static func tooLarge(_ sizeMax: Int) -> APIError {
        // Asks the sender to break off: what still comes of the body would only be thrown away.
        APIError(
            .contentTooLarge, detail: "The request body is larger than the \(sizeMax) bytes that are accepted",
            headers: [.connection: "close"])
    }
}

extension StringProtocol {
    var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
