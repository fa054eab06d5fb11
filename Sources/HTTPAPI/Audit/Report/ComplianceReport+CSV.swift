import Ledger

extension ComplianceReport {
    /// The report as one file of lines: the part, the row in it, the column, and the value.
    package var csv: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ cells: [ReportTable.Cell]) {
            var line = CSVLine()
            for cell in cells {
                switch cell {
                case .text(let text): line.text(text)
                case .count, .seconds, .share: line.number(cell.plain)
                }
            }
            bytes += line.finished()
        }
        add(["section", "row", "column", "value"].map { .text($0) })
        for table in tables {
            for (number, row) in table.rows.enumerated() {
                for (column, cell) in zip(table.columns, row) {
                    add([.text(table.title), .count(number + 1), .text(column), cell])
                }
            }
        }
        return bytes
    }
}
