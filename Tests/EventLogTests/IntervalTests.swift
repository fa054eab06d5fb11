import EventLog
import Testing

@Suite("Moments and intervals")
struct IntervalTests {
    @Test("intervals are made of seconds, minutes and hours")
    func units() {
        #expect(Interval.seconds(2) == Interval(microseconds: 2_000_000))
        #expect(Interval.minutes(3) == .seconds(180))
        #expect(Interval.hours(8) == .minutes(480))
        #expect(Interval.seconds(0.25) == Interval(microseconds: 250_000))
        #expect(Interval.seconds(0.000_000_6) == Interval(microseconds: 1))
        #expect(Interval.seconds(-1.5).seconds == -1.5)
    }

    @Test("moments and intervals are added, subtracted and compared")
    func arithmetic() {
        let early = Timestamp(microseconds: 10)
        let late = early + .seconds(1)
        #expect(late - early == .seconds(1))
        #expect(early - late == .seconds(-1))
        #expect(early < late)
        #expect(!(late < late))
        #expect(Interval.seconds(1) < .seconds(2))
        #expect(!(Interval.seconds(2) < .seconds(2)))
    }
}
