import EventLog
import Foundation

/// A file of settings: a JSON object whose members are named like the settings.
struct SettingsFile: Sendable {
    /// More than any settings file needs; a wrong path (a log, a device) shall not fill the memory.
    private static let sizeBytesMax = 1_048_576

    let path: String
    let values: [String: String]

    /// - Throws: `SettingsError`.
    init(path: String, settings: [Setting]) throws(SettingsError) {
        let bytes = try Self.read(path)
        let json: JSON
        do throws(JSONError) {
            json = try JSONParser.parse(bytes)
        } catch {
            throw .fileNotJSON(path: path, reason: error.description)
        }
        guard case .object(let object) = json else { throw .fileNotAnObject(path: path) }
        let known = settings.map(\.name)
        var values: [String: String] = [:]
        for member in object.members {
            guard known.contains(member.key) else {
                throw .fileUnknownMember(path: path, member: member.key, known: known)
            }
            guard let text = Self.text(of: member.value) else {
                throw .fileMemberUnusable(path: path, member: member.key)
            }
            values[member.key] = text
        }
        self.path = path
        self.values = values
    }

    private static func read(_ path: String) throws(SettingsError) -> Data {
        do {
            let file = try FileDescriptorReader(path: path)
            var bytes = Data()
            while let more = try file.read(upTo: 65_536) {
                bytes.append(contentsOf: more)
                guard bytes.count <= sizeBytesMax else {
                    throw SettingsError.fileUnreadable(path: path, reason: "it is longer than \(sizeBytesMax) bytes")
                }
            }
            return bytes
        } catch let error as SettingsError {
            throw error
        } catch {
            throw .fileUnreadable(path: path, reason: String(describing: error))
        }
    }

    /// The value as it would be written after a flag; nil for what no flag could say.
    private static func text(of value: JSON) -> String? {
        switch value {
        case .string(let text): return text
        case .number(let number): return number.text
        case .bool(let truth): return String(truth)
        case .array(let elements):
            let texts = elements.compactMap(\.stringValue)
            guard texts.count == elements.count, !texts.contains(where: { $0.contains(",") }) else { return nil }
            return texts.joined(separator: ",")
        case .null, .object: return nil
        }
    }
}
