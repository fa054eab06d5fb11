"""Counts the instructions that a request costs the real server, and compares them with what is recorded beside this file.

Noise on the machine does not touch them but in one way: what follows a command in batches, by the clock, makes smaller ones
where everything is slow (seen: 8 % more for enqueue). So what seems worse is counted once more, and the lower count stands."""

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
#: What follows a command at its own time (views, audit index, evidence) has done so by then, and counts.
SETTLING_SECONDS = 4


class Counted:
    """A server whose instructions are counted."""

    def __init__(self, binary, folder):
        self.folder = folder
        # valgrind does not read Swift's debugging information.
        stripped = f"{folder}/verdict"
        subprocess.run(["strip", "-g", "-o", stripped, binary], check=True)
        self.process = subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out", stripped,
             "serve", "--port", "0", "--data", f"{folder}/data", "--queue-capacity", "0", "--log-level", "notice"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if match := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                break
        else:
            sys.exit("The server did not start under valgrind.")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(match[1]), timeout=120)

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

    def count(self, operation, first):
        """Instructions in one request, the mean of many; `operation` sends the request of that number."""
        self.control("-i", "on")
        for number in range(first, first + WARMING):
            operation(number)
        time.sleep(SETTLING_SECONDS)
        self.control("-z")
        for number in range(first + WARMING, first + WARMING + COUNTED):
            operation(number)
        time.sleep(SETTLING_SECONDS)
        before = set(os.listdir(self.folder))
        self.control("-d")
        self.control("-i", "off")
        dump = max((set(os.listdir(self.folder)) - before), key=lambda name: os.path.getmtime(f"{self.folder}/{name}"))
        with open(f"{self.folder}/{dump}", errors="replace") as file:
            totals = re.findall(r"^(?:totals|summary): (\d+)", file.read(), re.M)
        os.remove(f"{self.folder}/{dump}")
        return int(totals[-1]) / COUNTED

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def measure(binary):
    with tempfile.TemporaryDirectory() as folder:
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
                figures[name] = round(server.count(operation, 0))
                print(f"{name:<18} {figures[name]:>12,} instructions a request", flush=True)
            return figures
        finally:
            server.stop()


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
    if is_worse and recorded["conditions"] == where:
        print(*sentences, "Once more:", sep="\n", flush=True)
        again = measure(options.binary)
        sentences, is_worse = compare(recorded, {name: min(found[name], again[name]) for name in found}, where)
    print(*sentences, sep="\n")
    if is_worse:
        sys.exit(1)
    print(f"No request costs more than {100 * TOLERANCE:.0f} % above the record.")


if __name__ == "__main__":
    main()
