"""Verifiers that others wrote, behind one shape: each says whether it accepts a checkpoint with an entry in it, or two
checkpoints with a proof that the second continues the first."""

import base64
import json
import subprocess

import aics_tlog
import metamorphic_log


class Metamorphic:
    name = "metamorphic-log 0.1.11"

    def includes(self, note, key, index, entry, hashes):
        try:
            metamorphic_log.checkpoint_verify_inclusion(note, [key], index, aics_tlog.leaf_hash(entry), hashes)
            return True
        except Exception:
            return False

    def continues(self, old_note, note, key, hashes):
        try:
            metamorphic_log.checkpoint_verify_consistency(old_note, note, [key], hashes)
            return True
        except Exception:
            return False


class Aics:
    name = "aics-tlog 0.2.1"

    def _checkpoint(self, note, key):
        parsed, log = aics_tlog.parse_note(note), aics_tlog.parse_vkey(key)
        result = aics_tlog.verify_checkpoint(parsed, log, expected_origin=log.name)
        if not result.ok:
            raise ValueError(result)
        return aics_tlog.parse_checkpoint(parsed.text)

    def includes(self, note, key, index, entry, hashes):
        try:
            checkpoint = self._checkpoint(note, key)
            return aics_tlog.verify_leaf_inclusion(entry, index, checkpoint.size, hashes, checkpoint.root)
        except Exception:
            return False

    def continues(self, old_note, note, key, hashes):
        try:
            old, new = self._checkpoint(old_note, key), self._checkpoint(note, key)
            return aics_tlog.verify_consistency(old.size, new.size, old.root, new.root, hashes)
        except Exception:
            return False


class Go:
    """golang.org/x/mod/sumdb, in a process that answers a line for a line."""

    name = "golang.org/x/mod/sumdb 0.7.0"

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _ask(self, question):
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline() == b"true\n"

    @staticmethod
    def _text(bytes_):
        return base64.b64encode(bytes_).decode()

    def includes(self, note, key, index, entry, hashes):
        return self._ask({
            "note": self._text(note.encode()), "key": self._text(key.encode()), "index": index,
            "entry": self._text(entry), "hashes": [self._text(hash_) for hash_ in hashes]})

    def continues(self, old_note, note, key, hashes):
        return self._ask({
            "old": self._text(old_note.encode()), "note": self._text(note.encode()), "key": self._text(key.encode()),
            "hashes": [self._text(hash_) for hash_ in hashes]})


def all_of_them(go_program):
    return [Metamorphic(), Aics(), Go(go_program)]
