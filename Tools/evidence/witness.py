"""A witness that others wrote signs as the log grows; then somebody changes the log as root, with its signing key. Each
change is refused by the witness, or found by `verdict verify --evidence` against what the witness keeps."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from harness import Server, copied, head, require, run, say, tamper, wait_until

EVENTS = 600
COPY = """CREATE TABLE copy AS SELECT * FROM events"""
PAYLOADS = "stream, version, type, id, recorded_at, actor, data, metadata"


def moved(mapping):
    """Statements that give events other places: the positions of a log stay gapless, its events do not stay in order."""
    return [COPY, "DELETE FROM events",
            f"INSERT INTO events SELECT {mapping}, {PAYLOADS} FROM copy ORDER BY 1", "DROP TABLE copy"]


#: What an attacker does to the log.
ATTACKS = {
    "an edited row": ["UPDATE events SET data = replace(data, '192.0.2.7', '203.0.113.9') WHERE position = 123"],
    "a dropped tail": [f"DELETE FROM events WHERE position > {EVENTS - 40}"],
    "two events in the other order": moved("CASE position WHEN 200 THEN 201 WHEN 201 THEN 200 ELSE position END"),
    "an event twice": [
        COPY, "DELETE FROM events",
        f"INSERT INTO events SELECT CASE WHEN position > 300 THEN position + 1 ELSE position END, {PAYLOADS} FROM copy",
        "INSERT INTO events SELECT 301, stream || '-again', version, type, randomblob(16), recorded_at, actor, data, "
        "metadata FROM copy WHERE position = 300",
        "DROP TABLE copy"],
    "an edited last row": [f"UPDATE events SET actor = 'agent:mallory' WHERE position = {EVENTS}"],
}


class Witness:
    """`aics-witness serve`."""

    def __init__(self, work):
        self.config = f"{work}/witness.json"
        self.tool = [sys.executable, "-m", "aics_witness"]
        self.environment = {**os.environ, "AICS_WITNESS_CONFIG": self.config}
        output = self.run("init", "--name", "witness.example/w1")
        self.key = next(word for word in output.split() if word.startswith("witness.example/w1+"))
        self.process = None

    def run(self, *arguments):
        done = subprocess.run([*self.tool, *arguments], env=self.environment, capture_output=True, text=True, timeout=60)
        require(done.returncode == 0, f"aics-witness {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def serve(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [*self.tool, "serve", "--listen", f"127.0.0.1:{port}"], env=self.environment,
            stdout=subprocess.DEVNULL, stderr=open(f"{self.config}.log", "ab"))
        wait_until(self.is_up, "the witness listens")

    def is_up(self):
        try:
            return urllib.request.urlopen(f"{self.address}/healthz", timeout=5).status == 200
        except OSError:
            return False

    def checkpoint(self, origin):
        """What the witness keeps of that log."""
        name = hashlib.sha256(origin.encode()).hexdigest()
        with urllib.request.urlopen(f"{self.address}/{name}/checkpoint", timeout=5) as response:
            return response.read().decode()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def free_port():
    import socket
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    with tempfile.TemporaryDirectory(dir=parser.parse_args().work) as work:
        witness = Witness(work)
        try:
            test(work, witness)
        finally:
            if witness.process:
                witness.stop()


def test(work, witness):
    data = f"{work}/data"
    status, key = run("keys", "make", "--origin", "example.org/verdict", "--data", data)
    require(status == 0, key)
    key = key.strip()
    witness.run("add-log", "--origin", "example.org/verdict", "--vkey", key)
    port = free_port()
    setting = f"{witness.key} http://127.0.0.1:{port}"

    # A witness that is down delays nothing.
    server = Server(data, "--witnesses", setting)
    started = time.monotonic()
    server.enqueue_many(f"early-{number}" for number in range(50))
    server.proof(50)
    require(time.monotonic() - started < 5, "the log waits for a witness that is down")
    require(server.get("/readyz")[0] == 200, "a witness that is down makes the server unready")
    say("the witness is down: 50 events and their proofs come at once, and the server is ready")

    witness.serve(port)
    older = None
    for size in range(100, EVENTS + 1, 100):
        known = head(server.checkpoint())[0]
        server.enqueue_many(f"event-{number}" for number in range(known, size))
        server.proof(size)
        wait_until(lambda: witnessed(server, witness) == size, f"a cosignature of {size}")
        if size == 300:
            server.stop()
            older = copied(data, f"{work}/older")
            server = Server(data, "--witnesses", setting)
    say(f"the witness signs as the log grows to {EVENTS} events; its signature stands on /checkpoint")
    kept = f"{work}/kept"
    with open(kept, "w") as file:
        file.write(witness.checkpoint("example.org/verdict"))
    require(head(open(kept).read())[0] == EVENTS, "the witness keeps an older checkpoint")
    status, output = run("verify", "--evidence", "--data", data, "--checkpoint", kept, "--witness", witness.key)
    require(status == 0, output)
    server.stop()

    for name, statements in ATTACKS.items():
        for is_cleaned in (False, True):
            attacked = copied(data, f"{work}/attacked")
            tamper(attacked, *statements)
            found(name, attacked, is_cleaned, kept, witness, setting)
    for is_cleaned in (False, True):
        attacked = copied(data, f"{work}/attacked")
        shutil.copy(f"{older}/events.db", f"{attacked}/events.db")
        for extra in ("events.db-wal", "events.db-shm"):
            if os.path.exists(f"{attacked}/{extra}"):
                os.remove(f"{attacked}/{extra}")
        found("a swapped-in older file", attacked, is_cleaned, kept, witness, setting)
    # The fork grows past what the witness has signed, and is signed with the right key.
    attacked = copied(data, f"{work}/attacked")
    tamper(attacked, *ATTACKS["an edited row"])
    found("a fork, signed again and longer", attacked, True, kept, witness, setting, grows_by=25)

    require(witness.checkpoint("example.org/verdict") == open(kept).read(), "the witness has signed something else")
    evidence = json.loads(witness.run("evidence"))
    say(f"the witness signed none of it, and keeps {len(evidence)} signed requests as evidence")


def witnessed(server, witness):
    """The size under the witness's signature on the checkpoint that is served; 0 without one."""
    note = server.checkpoint()
    return head(note)[0] if f"— {witness.key.split('+')[0]} " in note else 0


def found(name, attacked, is_cleaned, kept, witness, setting, grows_by=0):
    """Somebody finds the change, at least one of the two."""
    if is_cleaned:
        # Root removes all that lies beside the log but the key, and lets the server sign it again.
        shutil.rmtree(f"{attacked}/evidence")
    server = Server(attacked, "--witnesses", setting)
    if grows_by:
        server.enqueue_many(f"fork-{number}" for number in range(grows_by))
    deadline = time.monotonic() + 15
    ready, body = server.get("/readyz")
    while ready == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
        ready, body = server.get("/readyz")
    alarm = json.loads(body)["message"] if ready == 503 else None
    server.kill()
    status, output = run("verify", "--evidence", "--data", attacked, "--checkpoint", kept, "--witness", witness.key)
    require(status == 1, f"{name}: verify does not find it: {output}")
    require(alarm, f"{name}: the server raises no alarm")
    way = "all beside the key removed" if is_cleaned else "evidence left in place"
    finding = next(line for line in output.split("\n") if line.startswith("WRONG: "))
    say(f"{name} ({way}): found")
    say(f"    server: {alarm[:150]}")
    say(f"    verify: {finding[7:157]}")


if __name__ == "__main__":
    main()
