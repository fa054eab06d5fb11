import EventLog
import Hummingbird
import Logging
import NIOCore

/// What is known of a request beside its own bytes.
struct FrontContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// The name of the request, as it stands in every line of the log about it.
    let id: String
    /// Who asks, where authentication is required.
    var principal: Principal?

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
        id = source.logger[metadataKey: "hb.request.id"]?.description ?? ""
    }

    /// The address of the other side.
    var remoteAddress: String? { channel.remoteAddress?.ipAddress }

    /// A path parameter as its sender meant it.
    func pathParameter(_ name: String) throws -> String {
        guard let text = PathParameter.decoded(try parameters.require(name)) else {
            throw APIError(.notFound, detail: "Not Found")
        }
        return text
    }
}
