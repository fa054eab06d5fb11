/// Reads a file of RFC 4180 to the letter.
struct CSVReader {
    struct Malformed: Error {
        let line: Int
        let reason: String
    }

    static func rows(_ bytes: [UInt8]) throws -> [[String]] {
        var rows: [[String]] = []
        var cells: [String] = []
        var cell: [UInt8] = []
        var place = 0
        func malformed(_ reason: String) -> Malformed { Malformed(line: rows.count + 1, reason: reason) }
        func peek(_ distance: Int = 0) -> UInt8? { place + distance < bytes.count ? bytes[place + distance] : nil }
        while place < bytes.count {
            cell = []
            if peek() == UInt8(ascii: "\"") {
                place += 1
                while true {
                    guard let byte = peek() else { throw malformed("a quote is not closed") }
                    place += 1
                    guard byte == UInt8(ascii: "\"") else {
                        cell.append(byte)
                        continue
                    }
                    guard peek() == UInt8(ascii: "\"") else { break }
                    cell.append(byte)
                    place += 1
                }
            } else {
                while let byte = peek(), byte != UInt8(ascii: ","), byte != UInt8(ascii: "\r") {
                    guard byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\n") else {
                        throw malformed("an open cell has a quote or a line's end")
                    }
                    cell.append(byte)
                    place += 1
                }
            }
            cells.append(String(decoding: cell, as: UTF8.self))
            if peek() == UInt8(ascii: ",") {
                place += 1
                if peek() == UInt8(ascii: "\r") { cells.append("") } else { continue }
            }
            guard peek() == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") else {
                throw malformed("a line has another end")
            }
            place += 2
            rows.append(cells)
            cells = []
        }
        return rows
    }
}
