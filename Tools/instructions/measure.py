"""Counts the instructions that a request costs the real server, and an event whoever replays the log, and compares them with
what is recorded beside this file.

Noise on the machine does not touch them, since what is done by the clock is left out of what a request costs: the audit index
and the evidence, which take events in batches that are smaller where everything is slow (seen: 620,000 to 750,000 for the same
enqueue with them; they are shown beside it, and what they do with an event counts in `rebuild` and `verify`), and what a server
does each second that is asked nothing."""

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded.json")
GOVERNANCE = "/api/v1/governance"
#: A request may cost so much more than was recorded.
TOLERANCE = 0.05
WARMING, COUNTED = 150, 300
#: What follows a command at its own time (views, audit index, evidence) has done so by then.
SETTLING_SECONDS = 4
#: A symbol that the code of no other thread has.
BY_THE_CLOCK = {"audit": "15AuditProjectionV5apply", "evidence": "0A6WriterC10writeTiles"}
REPLAYED = 1500


def stripped(binary, folder):
    """valgrind does not read Swift's debugging information."""
    path = f"{folder}/verdict"
    subprocess.run(["strip", "-g", "-o", path, binary], check=True)
    return path


class Counted:
    """A server whose instructions are counted."""

    def __init__(self, binary, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes",
             f"--callgrind-out-file={folder}/out", binary, "serve", "--port", "0", "--data", f"{folder}/data",
             "--queue-capacity", "0", "--log-level", "notice"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if match := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                break
        else:
            sys.exit("The server did not start under valgrind.")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(match[1]), timeout=120)
        #: What it does in a second that asks nothing of it.
        self.idle_rate = 0
        self.control("-i", "on")
        _, self.idle_rate = self.counted(lambda: time.sleep(SETTLING_SECONDS))

    def request(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body else {}
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"{method} {path} is answered {answer.status} {text[:200]}")
        return json.loads(text)

    def control(self, *arguments):
        subprocess.run(
            ["callgrind_control", *arguments, str(self.process.pid)], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self.folder)

    def counted(self, run):
        """Instructions while that runs and until all is quiet: of the threads that work by the clock, and of the others."""
        self.control("-z")
        begin = time.monotonic()
        run()
        time.sleep(SETTLING_SECONDS)
        seconds = time.monotonic() - begin
        before = set(os.listdir(self.folder))
        self.control("-d")
        counts = dict.fromkeys(["others", *BY_THE_CLOCK], 0)
        for dump in set(os.listdir(self.folder)) - before:
            with open(f"{self.folder}/{dump}", errors="replace") as file:
                text = file.read()
            os.remove(f"{self.folder}/{dump}")
            kind = next((kind for kind, symbol in BY_THE_CLOCK.items() if symbol in text), "others")
            counts[kind] += int(re.findall(r"^(?:totals|summary): (\d+)", text, re.M)[-1])
        counts["others"] -= self.idle_rate * seconds
        return {kind: round(count / COUNTED) for kind, count in counts.items()}, counts["others"] / seconds

    def count(self, operation):
        """Instructions in one request, the mean of many; `operation` sends the request of that number."""
        def send(numbers):
            for number in numbers:
                operation(number)

        self.control("-i", "on")
        send(range(WARMING))
        time.sleep(SETTLING_SECONDS)
        counts, _ = self.counted(lambda: send(range(WARMING, WARMING + COUNTED)))
        self.control("-i", "off")
        return counts

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def requests(binary, folder):
    """What a request of each kind costs."""
    server = Counted(binary, folder)
    try:
        session = server.request("POST", f"{GOVERNANCE}/session/create", {"operator_id": "counted"})["session_id"]
        body = {"risk_level": "high", "target": "192.0.2.7", "reasoning": "port scan from one source"}

        def enqueue(number):
            server.request("POST", f"{GOVERNANCE}/test/enqueue", {**body, "decision_id": f"counted-{number}"})

        def approve(number):
            server.request(
                "POST", f"{GOVERNANCE}/decision/counted-{number}/approve", {"session_id": session, "comment": "seen"})

        def enqueue_and_look(number):
            server.request("POST", f"{GOVERNANCE}/test/enqueue", {**body, "decision_id": f"looked-at-{number}"})
            server.request("GET", f"{GOVERNANCE}/pending?limit=50")

        operations = {
            "health": lambda _: server.request("GET", "/health"),
            "enqueue": enqueue,
            "decision": lambda number: server.request("GET", f"{GOVERNANCE}/decision/counted-{number}/status"),
            "statistics": lambda _: server.request("GET", f"{GOVERNANCE}/session/counted/stats"),
            "queue": lambda _: server.request("GET", f"{GOVERNANCE}/pending?limit=10"),
            "enqueue and queue": enqueue_and_look,
            "approve": approve,
        }
        figures = {}
        for name, operation in operations.items():
            counts = server.count(operation)
            figures[name] = counts["others"]
            later = "".join(f"; {kind} {counts[kind]:,}" for kind in BY_THE_CLOCK if counts[kind])
            print(f"{name:<18} {figures[name]:>12,} instructions a request{later}", flush=True)
            if name in ("enqueue", "approve") and not all(counts[kind] for kind in BY_THE_CLOCK):
                sys.exit(f"The threads of {' and '.join(BY_THE_CLOCK)} are not known by their symbols any more.")
        return figures
    finally:
        server.stop()


def replays(binary, folder):
    """What an event costs whoever replays a made-up log: the difference of one twice as long."""
    counts = {"rebuild": [], "verify": []}
    for events in (REPLAYED, 2 * REPLAYED):
        data = f"{folder}/replayed-{events}"
        subprocess.run(
            [binary, "generate", "--events", str(events), "--seed", "1", "--data", data], check=True, stdout=subprocess.DEVNULL)
        for name in counts:
            done = subprocess.run(
                ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", binary, name, "--data", data],
                capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"verdict {name} ended with {done.returncode} under valgrind: {done.stdout[-500:]} {done.stderr[-500:]}")
            counts[name].append(int(re.search(r"Collected : (\d+)", done.stderr)[1]))
    figures = {name: round((longer - shorter) / REPLAYED) for name, (shorter, longer) in counts.items()}
    for name, figure in figures.items():
        print(f"{name:<18} {figure:>12,} instructions an event", flush=True)
    return figures


def measure(binary):
    with tempfile.TemporaryDirectory() as folder:
        binary = stripped(binary, folder)
        return replays(binary, folder) | requests(binary, folder)


def conditions(swift):
    return {"architecture": platform.machine(), "swift": swift}


def compare(recorded, found, where):
    """Sentences about what is not as it was recorded; whether it is worse."""
    if recorded["conditions"] != where:
        return [f"The record was made with {recorded['conditions']}, this is {where}: --record makes a new one."], True
    sentences, is_worse = [], False
    for name, figure in found.items():
        before = recorded["figures"].get(name)
        ratio = figure / before if before else None
        if ratio is None:
            sentences.append(f"{name} is not in the record: --record makes a new one.")
            is_worse = True
        elif ratio > 1 + TOLERANCE:
            sentences.append(f"{name} costs {figure:,} instructions, {100 * (ratio - 1):.1f} % more than the recorded {before:,}.")
            is_worse = True
        elif ratio < 1 - TOLERANCE:
            sentences.append(f"{name} costs {100 * (1 - ratio):.1f} % less than recorded: --record keeps that.")
    return sentences, is_worse


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--swift", required=True)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    for tool in ("valgrind", "strip"):
        if not shutil.which(tool):
            sys.exit(f"Counting instructions needs {tool}: install it (on Debian and Ubuntu: apt-get install valgrind binutils).")
    found = measure(options.binary)
    where = conditions(options.swift)
    if options.record:
        with open(RECORD, "w") as file:
            json.dump({"conditions": where, "figures": found}, file, indent=2)
            file.write("\n")
        return
    with open(RECORD) as file:
        recorded = json.load(file)
    sentences, is_worse = compare(recorded, found, where)
    print(*sentences, sep="\n")
    if is_worse:
        sys.exit(1)
    print(f"Nothing costs more than {100 * TOLERANCE:.0f} % above the record.")


if __name__ == "__main__":
    main()
