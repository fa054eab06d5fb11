"""Kills the server at random moments while it signs: no two checkpoints of one size differ, none covers an event that is
gone, and in the end every checkpoint that anybody ever saw is one of the log."""

import argparse
import random
import sqlite3
import tempfile
import threading
import time

from harness import Server, head, join, require, run, say

KILLS = 50


class Seen:
    """Every checkpoint that anybody ever saw."""

    def __init__(self):
        self.roots = {}
        self.lock = threading.Lock()

    def add(self, note):
        size, root = head(note)
        with self.lock:
            require(self.roots.setdefault(size, root) == root, f"two checkpoints of {size} events differ")
        return size

    @property
    def largest(self):
        with self.lock:
            return max(self.roots, default=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--work", required=True)
    arguments = parser.parse_args()
    random_ = random.Random(arguments.seed)
    say(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        data = f"{work}/data"
        seen = Seen()
        for kill in range(KILLS):
            one_life(Server(data), kill, seen, random_.uniform(0.02, 0.6))
            count = sqlite3.connect(f"{data}/events.db").execute("SELECT count(*) FROM events").fetchone()[0]
            require(seen.largest <= count, f"a checkpoint covers {seen.largest} events, the log has {count}")
        status, output = run("verify", "--evidence", "--data", data)
        require(status == 0, output)
        compare(data, seen)
        say(f"{KILLS} kills, {count} events, {len(seen.roots)} checkpoints seen: each is one of the log, no two of one size differ")


def one_life(server, life, seen, seconds):
    """Asks for decisions and for proofs of the newest events until the server is killed."""
    is_over = threading.Event()

    def ask():
        connection, number = server.connect(), 0
        while not is_over.is_set():
            try:
                server.enqueue(f"life-{life}-{threading.get_ident()}-{number}", connection)
                number += 1
            except Exception:
                return

    def look():
        connection, position = server.connect(), max(1, seen.largest)
        while not is_over.is_set():
            try:
                status, body = server.get(f"/api/v1/evidence/events/{position}.tlog-proof", connection)
                if status == 200:
                    position = seen.add(body.decode().split("\n\n", 1)[1]) + 1
                status, body = server.get("/checkpoint", connection)
                if status == 200:
                    seen.add(body.decode())
            except Exception:
                return

    threads = [threading.Thread(target=ask) for _ in range(4)] + [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill()
    is_over.set()
    join(threads)


def compare(data, seen):
    """Every root that was seen is the root of as many entries, computed by somebody else's program."""
    import base64

    import aics_tlog
    server = Server(data)
    size = head(server.proof(1).note)[0]
    tree = aics_tlog.MerkleTree()
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        suffix = "" if width == 256 else f".p/{width}"
        path = f"{index % 1000:03}" if index < 1000 else f"x{index // 1000:03}/{index % 1000:03}"
        status, body = server.get(f"/tile/entries/{path}{suffix}")
        require(status == 200, f"bundle {index}: {status}")
        while body:
            length = int.from_bytes(body[:2], "big")
            tree.append(body[2:2 + length])
            body = body[2 + length:]
    for seen_size, root in seen.roots.items():
        require(base64.b64encode(tree.root(seen_size)).decode() == root, f"the checkpoint of {seen_size} is not of this log")
    server.stop()


if __name__ == "__main__":
    main()
