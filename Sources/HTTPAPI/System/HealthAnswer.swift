import EventLog
import Hummingbird
import Projections

/// What is said of the health of the server.
struct HealthAnswer {
    /// A read model of which there is something to say: that it is being made, or that it could not take some events.
    struct Projection: Sendable {
        let name: String
        let phase: ViewsStatus.Phase
        /// 0 to 1.
        let progress: Double
        /// By projection.
        let deadLetters: [String: Int]
    }

    let isReady: Bool
    let message: String
    let time: Timestamp
    /// What everybody has to know who reads the log.
    var notice: String?
    var projections: [Projection] = []

    var response: Response {
        Response.object(isReady ? .ok : .serviceUnavailable) { writer in
            writer.member("status", isReady ? "healthy" : "unhealthy")
            writer.member("service", Banner.service)
            writer.member("version", Banner.version)
            writer.member("timestamp", time)
            writer.member("message", message)
            writer.object("components") { writer in
                writer.member("decision_queue", isReady)
                writer.member("operator_interface", true)
                writer.member("decision_framework", isReady)
            }
            writer.memberIfPresent("notice", notice)
            guard !projections.isEmpty else { return }
            writer.array("projections") { writer in
                for projection in projections {
                    writer.object { writer in
                        writer.member("name", projection.name)
                        writer.member("phase", projection.phase.rawValue)
                        writer.member("progress", projection.progress)
                        writer.counts("dead_letters", projection.deadLetters)
                    }
                }
            }
        }
    }
}
