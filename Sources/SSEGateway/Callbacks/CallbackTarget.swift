import AsyncHTTPClient
import NIOHTTP1

/// The URL at which the backend takes callbacks. It usually carries a secret, so it is never written anywhere.
package struct CallbackTarget: Sendable {
    let request: HTTPClient.Request

    /// Nil for what is no HTTP URL.
    package init?(url: String) {
        // One connection a callback: with one attempt and no second (sse-gateway 5.1), a kept connection that the
        // backend closes at this moment would turn into a failed callback, and it would hold up a backend that
        // wants to stop (sse-gateway 5.5).
        let headers: HTTPHeaders = ["Content-Type": "application/json", "Connection": "close"]
        guard let request = try? HTTPClient.Request(url: url, method: .POST, headers: headers) else { return nil }
        self.request = request
    }
}
