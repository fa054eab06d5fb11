/// Lists operations one after the other, each checked by itself: one large literal of them would take the compiler long.
@resultBuilder
enum OperationList {
    static func buildExpression(_ operation: OperationDescription) -> [OperationDescription] { [operation] }

    static func buildExpression(_ operations: [OperationDescription]) -> [OperationDescription] { operations }

    static func buildBlock(_ parts: [OperationDescription]...) -> [OperationDescription] { parts.flatMap(\.self) }
}
