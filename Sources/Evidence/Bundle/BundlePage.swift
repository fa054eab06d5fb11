import EventLog
import Transparency

/// The page in a bundle that tells a human what it is and how to check it.
struct BundlePage {
    let decisionID: String
    let events: [RecordedEvent]
    let key: VerifierKey
    let witnesses: [VerifierKey]

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <title>Evidence of the decision \(escaped(decisionID))</title>
        <style>
        body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
        td, th { text-align: left; padding: .1em 1em .1em 0; vertical-align: top }
        pre { background: #eee; padding: .7em; overflow: auto }
        </style>
        <h1>Evidence of the decision \(escaped(decisionID))</h1>
        <p>These are the events of the log that this decision is made of, with a proof for each of them. Nobody has to be
        believed: a program of your choice checks them, without a network, with these files and the key of the log.</p>
        <table>
        <tr><th>event<th>time<th>what<th>who<th>of
        \(events.map(row).joined(separator: "\n"))
        </table>
        <h2>Check it</h2>
        <p>The key of the log is</p>
        <pre>\(escaped("\(key)"))</pre>
        <p>Compare it with the one that the operator gave you <em>another way</em>, long before: a key that comes with the
        evidence proves nothing. Then, with the program <code>verdict</code>:</p>
        <pre>verdict check FILE.zip --key '\(escaped("\(key)"))'\(witnesses.map { " --witness '\(escaped("\($0)"))'" }.joined())</pre>
        <p>It says in one sentence what is proven, and ends with 0 only if all of it is.</p>
        <h2>Check it without our program</h2>
        <p>Every <code>.tlog-proof</code> is a <a href="https://c2sp.org/tlog-proof">C2SP tlog-proof</a>. Any software for it
        does this, and so can you:</p>
        <ol>
        <li>The lines below the first empty one are a signed note, the checkpoint: name of the log, number of events, root
        hash, signatures. Its signature by the key above must be right.</li>
        <li>The hash of the event is SHA-256 of a zero byte and the bytes of its <code>.json</code> file. (The line
        <code>extra</code> holds the same bytes in base 64.)</li>
        <li>The hashes above the empty line, each with SHA-256 of a one byte and the two hashes beside each other, lead from
        there to the root hash of the checkpoint, by the place in the line <code>index</code> (RFC 6962, section 2.1.1).</li>
        </ol>
        <p>A <code>.data.json</code> is a payload too long for its event, which holds its SHA-256 as
        <code>datasha256</code>.</p>
        <h2>What this proves, and what it does not</h2>
        <p>It proves that the log with that key holds these events at these places, and that none was changed since. That the
        operator shows everybody the same log is what witnesses vouch for: \(witnessSentence)</p>
        </html>

        """
    }

    private var witnessSentence: String {
        guard !witnesses.isEmpty else { return "this log has none configured." }
        return "their signatures on the checkpoint are of "
            + witnesses.map { "<code>\(escaped($0.name))</code>" }.joined(separator: ", ") + "."
    }

    private func row(_ event: RecordedEvent) -> String {
        let cells = [
            String(event.position), event.recordedAt.rfc3339, event.type, event.actor, event.stream.text,
        ]
        return "<tr>" + cells.map { "<td>\(escaped($0))" }.joined()
    }

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
    }
}
