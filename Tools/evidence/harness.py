"""A server of Verdict to be tested, and what every test of the evidence needs."""

import atexit
import base64
import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

VERDICT = os.environ["VERDICT_BINARY"]
API = "/api/v1/governance"


def say(text):
    print(text, flush=True)


#: What failed on threads beside the main one, where an exit ends only the thread.
FAILURES = []


def require(condition, text):
    if not condition:
        FAILURES.append(text)
        sys.exit(f"FAILED: {text}")


def join(threads):
    """Waits for threads, and fails as they did."""
    for thread in threads:
        thread.join(60)
    require(not FAILURES, "; ".join(FAILURES))


class Server:
    """`verdict serve` on a free port."""

    def __init__(self, data, *arguments):
        self.data = data
        self.errors = open(f"{data}.log", "ab")
        self.process = subprocess.Popen(
            [VERDICT, "serve", "--port", "0", "--data", data, "--queue-capacity", "0", *arguments],
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        require(match, f"the server did not start: see {data}.log")
        self.port = int(match[1])
        self.address = f"http://127.0.0.1:{self.port}"
        atexit.register(self.kill)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path, connection=None):
        connection = connection or self.connect()
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()

    def enqueue(self, decision_id, connection=None):
        connection = connection or self.connect()
        body = json.dumps({"decision_id": decision_id, "risk_level": "high", "action_type": "block_ip",
                           "target": "192.0.2.7", "reasoning": "a port scan", "confidence": 0.9})
        connection.request("POST", f"{API}/test/enqueue", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status

    def enqueue_many(self, ids, connections=8):
        """Many at once, over several connections."""
        ids = list(ids)

        def part(number):
            connection = self.connect()
            for decision_id in ids[number::connections]:
                require(self.enqueue(decision_id, connection) == 200, f"{decision_id} is refused")

        threads = [threading.Thread(target=part, args=(number,)) for number in range(connections)]
        for thread in threads:
            thread.start()
        join(threads)

    def proof(self, position, connection=None):
        status, body = self.get(f"/api/v1/evidence/events/{position}.tlog-proof", connection)
        require(status == 200, f"no proof of event {position}: {status} {body}")
        return Proof(body.decode())

    def checkpoint(self):
        status, body = self.get("/checkpoint")
        require(status == 200, f"no checkpoint: {status} {body}")
        return body.decode()

    @property
    def key(self):
        return run("keys", "show", "--data", self.data)[1].strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        require(self.process.wait(20) == 0, f"the server did not stop well: see {self.data}.log")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)


class Proof:
    """A tlog-proof, taken apart by the words of the specification."""

    def __init__(self, text):
        self.text = text
        head, self.note = text.split("\n\n", 1)
        lines = head.split("\n")
        require(lines[0] == "c2sp.org/tlog-proof@v1", "the first line of a proof")
        require(lines[1].startswith("extra ") and lines[2].startswith("index "), "the lines of a proof")
        self.entry = base64.b64decode(lines[1][6:])
        self.index = int(lines[2][6:])
        self.hashes = [base64.b64decode(line) for line in lines[3:]]


def head(note):
    """Size and root of a checkpoint, before anybody has verified it."""
    lines = note.split("\n")
    return int(lines[1]), lines[2]


def run(*arguments):
    """Runs `verdict` to its end: exit status and output."""
    done = subprocess.run([VERDICT, *arguments], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def tamper(data, *statements):
    """Changes a closed log as root would: without its triggers, and without leaving a write-ahead log."""
    database = sqlite3.connect(f"{data}/events.db", isolation_level=None)
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        database.execute(statement)
    for _, sql in triggers:
        database.execute(sql)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def copied(data, to):
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(data, to)
    for name in os.listdir(to):
        if name.startswith("views.db") or name == "verdict.lock":
            os.remove(f"{to}/{name}")
    return to


def wait_until(condition, text, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        require(time.monotonic() < deadline, f"it never came: {text}")
        time.sleep(0.02)


def quote(text):
    return urllib.parse.quote(text, safe="")
