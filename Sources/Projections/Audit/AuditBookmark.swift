/// The last entry of a page: the next page begins behind it.
package struct AuditBookmark: Sendable, Hashable {
    package let place: AuditPlace
    /// Its decision, where entries are in the order of decisions; nil for what is about none.
    package let decisionID: String?
    /// Its lane, where entries are in the order of risk: 0 is shown first.
    package let lane: Int

    package init(place: AuditPlace, decisionID: String? = nil, lane: Int = 0) {
        self.place = place
        self.decisionID = decisionID
        self.lane = lane
    }
}
