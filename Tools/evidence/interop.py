"""A log of 2,000 events before verifiers that others wrote: what is right is accepted, what is changed is refused."""

import argparse
import base64
import random
import tempfile

import aics_tlog

from harness import Server, head, require, run, say
from verifiers import all_of_them

EVENTS = 2000
SIZES = 20
CHANGES = 10_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--go", required=True, help="the program made of sumdb/main.go")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--work", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        test(f"{work}/data", all_of_them(arguments.go), arguments.seed)


def test(data, verifiers, seed):
    say(f"seed {seed}")
    server = Server(data)
    key = server.key
    notes = grow(server)
    proofs = every_proof(server)
    for verifier in verifiers:
        accepted = sum(verifier.includes(p.note, key, p.index, p.entry, p.hashes) for p in proofs)
        require(accepted == EVENTS, f"{verifier.name} accepts {accepted} of {EVENTS} proofs")
        say(f"{verifier.name}: accepts all {EVENTS} inclusion proofs")
    consistency(server, notes, key, verifiers)
    audit(server, notes[-1])
    own_check(server, proofs, key)
    changed(random.Random(seed), proofs, notes, key, verifiers)
    server.stop()


def grow(server):
    """Enqueues all events, and keeps a checkpoint of every size at which somebody asked."""
    notes = []
    for step in range(SIZES):
        first = step * EVENTS // SIZES
        # Sizes of all shapes: not only round ones.
        last = EVENTS if step == SIZES - 1 else (step + 1) * EVENTS // SIZES + step % 3
        done = head(notes[-1])[0] if notes else 0
        server.enqueue_many(f"event-{number}" for number in range(done, max(last, done + 1, first)))
        notes.append(server.proof(max(last, done + 1)).note)
    require(head(notes[-1])[0] == EVENTS, f"the log has {head(notes[-1])[0]} events")
    require(len({head(note)[0] for note in notes}) == SIZES, "there are not 20 sizes")
    return notes


def every_proof(server):
    connection = server.connect()
    return [server.proof(position, connection) for position in range(1, EVENTS + 1)]


def consistency(server, notes, key, verifiers):
    """Proofs are made by others too, out of the tiles as they are served."""
    reader = aics_tlog.HttpTileReader([server.address + "/"])
    tried = 0
    for old in notes:
        for new in notes:
            old_size, size = head(old)[0], head(new)[0]
            if old_size > size:
                continue
            hashes = aics_tlog.consistency_proof_from_tiles(reader, old_size, size, tile_size=EVENTS)
            tried += 1
            for verifier in verifiers:
                # Go's verifier has nothing to say about a tree and itself.
                if old_size == size and "sumdb" in verifier.name:
                    continue
                require(verifier.continues(old, new, key, hashes),
                        f"{verifier.name} does not accept that {size} continues {old_size}")
                if old_size < size:
                    require(not verifier.continues(new, old, key, hashes), f"{verifier.name} goes back in time")
    say(f"all verifiers: accept the consistency of {tried} pairs of {SIZES} sizes")


def audit(server, note):
    size, root = head(note)
    report = aics_tlog.audit_tiles(
        aics_tlog.HttpTileReader([server.address + "/"]), size, base64.b64decode(root), entries=True)
    say(f"aics-tlog walks all tiles and entries: {report}")


def own_check(server, proofs, key):
    path = f"{server.data}/one.tlog-proof"
    with open(path, "w") as file:
        file.write(proofs[1234].text)
    status, output = run("check", path, "--key", key)
    require(status == 0, output)
    say(f"verdict check: {output.strip()}")


def meaning(note, key, index, entry, hashes):
    """What the bytes stand for, read as generously as anybody might: bytes that differ only here are no change.

    Base 64 is the generous part: the last digit has bits that mean nothing, and metamorphic-log reads an equals sign
    anywhere as a digit of value 0, as `A` is."""

    def decoded(text):
        try:
            return base64.b64decode(text.replace("=", "A") + "A" * (-len(text) % 4), validate=True)
        except ValueError:
            return text

    text, _, signatures = note.rpartition("\n\n")
    signatures = [tuple(decoded(word) for word in line.split(" ")) for line in signatures.split("\n")]
    name, _, rest = key.partition("+")
    key_id, _, public = rest.partition("+")
    return text, signatures, name, key_id.lower(), decoded(public), index, entry, hashes


def changed(random_, proofs, notes, key, verifiers):
    refused = {verifier.name: 0 for verifier in verifiers}
    kinds = {}
    while sum(kinds.values()) < CHANGES:
        proof = random_.choice(proofs)
        case = [proof.note, key, proof.index, proof.entry, proof.hashes]
        kind = random_.choice(["checkpoint", "key", "index", "entry", "proof"])
        changed_case = list(case)
        if kind == "checkpoint":
            changed_case[0] = one_character(random_, proof.note)
        elif kind == "key":
            changed_case[1] = one_character(random_, key)
        elif kind == "index":
            changed_case[2] = int(other_digit(random_, str(proof.index)))
        elif kind == "entry":
            changed_case[3] = one_byte(random_, proof.entry)
        else:
            place = random_.randrange(len(proof.hashes))
            changed_case[4] = list(proof.hashes)
            changed_case[4][place] = one_byte(random_, proof.hashes[place])
        if meaning(*changed_case) == meaning(*case):
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        for verifier in verifiers:
            require(not verifier.includes(*changed_case), f"{verifier.name} accepts a changed {kind}: {changed_case}")
            refused[verifier.name] += 1
    for name, count in refused.items():
        say(f"{name}: refuses all {count} changes of one byte ({', '.join(f'{k} {n}' for k, n in sorted(kinds.items()))})")


def one_byte(random_, bytes_):
    place = random_.randrange(len(bytes_))
    value = random_.choice([value for value in range(256) if value != bytes_[place]])
    return bytes_[:place] + bytes([value]) + bytes_[place + 1:]


def one_character(random_, text):
    """A byte is changed; not all verifiers can even be asked about bytes that are no text."""
    while True:
        try:
            return one_byte(random_, text.encode()).decode()
        except UnicodeDecodeError:
            continue


def other_digit(random_, text):
    place = random_.randrange(len(text))
    digit = random_.choice([digit for digit in "0123456789" if digit != text[place]])
    return text[:place] + digit + text[place + 1:]


if __name__ == "__main__":
    main()
