/// The totals of an operator while a file is built.
final class HeldOperator {
    let key: [UInt8]
    var name: [UInt8]
    var role: [UInt8]
    var sessions = 0
    var openSessions = 0
    var openSinceSum: Int64 = 0
    var closedDuration: Int64 = 0
    var counts = AnswerCounts()

    init(key: [UInt8], name: [UInt8], role: [UInt8]) {
        self.key = key
        self.name = name
        self.role = role
    }
}
