"""What every trial has in common: a bystander, and what must be as it was before."""

import json
import os
import subprocess
import sys
import time

from promises import Broken, require
from site_of import settle

#: The attackers and the bystander share the machine with the server: so much longer an answer may take.
ALLOWANCE_MILLISECONDS = 10
#: What the allocator may keep of an attack, for the next one.
MEMORY_ALLOWANCE_MEGABYTES = 64
#: The databases are read by as many connections as are needed at once, which stay open: six of them, with their logs and indexes.
FILES_ALLOWANCE = 24


class Bystander:
    """A process of its own, which no attacker can keep from measuring."""

    count = 0

    def __init__(self, server):
        Bystander.count += 1
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bystander.py")
        self.process = subprocess.Popen(
            [sys.executable, script, str(server.port), f"bystander-{Bystander.count}"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        require(self.process.stdout.readline() == "ready\n", "the bystander cannot even begin")

    def end(self):
        said, _ = self.process.communicate("", timeout=120)
        return json.loads(said)


def percentile_99(values):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else float("inf")


class Run:
    """One server, and the trials that it goes through."""

    def __init__(self, server, random, size, judges_latency):
        """`size` is the share of the full number of attackers."""
        self.server, self.random, self.size, self.judges_latency = server, random, size, judges_latency
        #: Events that a trial has the log grow by itself.
        self.expected_events = 0
        #: What is in use before a trial; one that fills the allocator once on purpose may raise it.
        self.memory_before = 0
        self.remarks = []

    def scaled(self, number, least=1):
        return max(least, int(number * self.size))

    def remark(self, text):
        self.remarks.append(text)

    def quiet(self, seconds):
        """The p99 of both requests while nothing else happens, in milliseconds."""
        bystander = Bystander(self.server)
        time.sleep(seconds)
        return {kind: percentile_99(values) for kind, values in bystander.end()["milliseconds"].items()}

    def attempt(self, trial, quiet_seconds):
        """Runs a trial. Returns a line about it; raises `Broken`."""
        server = self.server
        quiet = self.quiet(quiet_seconds)
        # What was made for the measurement is gone again.
        time.sleep(0.2)
        before = server.descriptors(), server.connections()
        first_memory = self.memory_before = server.memory_megabytes()
        figures = server.figures()
        self.expected_events, self.remarks = 0, []
        bystander = Bystander(server)
        begin = time.monotonic()
        try:
            trial(self)
            server.require_alive()
        except Exception:
            bystander.end()
            raise
        took = time.monotonic() - begin
        # An attack that is over too soon tells nothing of how it is to live with it.
        heard = bystander.end()
        require(not heard["wrong"], f"the bystander is not served: {heard['wrong'][:3]}")
        busy = {kind: percentile_99(values) for kind, values in heard["milliseconds"].items()}
        memory = self.require_as_before(before, figures, heard["granted"])
        delays = ", ".join(f"{kind} {quiet[kind]:.1f} -> {busy[kind]:.1f}" for kind in busy)
        if self.judges_latency:
            for kind in busy:
                require(
                    busy[kind] < 2 * quiet[kind] + ALLOWANCE_MILLISECONDS,
                    f"a bystander waits too long: p99 in ms {delays}")
        remarks = "".join(f"; {remark}" for remark in self.remarks)
        return f"{took:5.1f} s, p99 ms {delays}, memory {first_memory:.0f} -> {memory:.0f} MB{remarks}"

    def require_as_before(self, before, figures, granted):
        server = self.server
        wait = 2 * server.idle_seconds + 20
        fits = settle(wait, lambda: server.connections() <= before[1])
        require(fits, f"{wait} s later {server.connections()} sockets are open, {before[1]} were before")
        files = server.descriptors() - server.connections(), before[0] - before[1]
        require(files[0] <= files[1] + FILES_ALLOWANCE, f"{files[0]} files are open, {files[1]} were before")
        settle(10, lambda: server.memory_megabytes() <= self.memory_before + MEMORY_ALLOWANCE_MEGABYTES)
        memory = server.memory_megabytes()
        require(
            memory <= self.memory_before + MEMORY_ALLOWANCE_MEGABYTES,
            f"{memory:.0f} MB are in use, {self.memory_before:.0f} were before; {MEMORY_ALLOWANCE_MEGABYTES} more are allowed")
        after = server.figures()
        grown = after["verdict_log_position"] - figures["verdict_log_position"]
        expected = granted + self.expected_events
        require(grown == expected, f"the log has grown by {grown:.0f} events, {expected} were granted")
        failures = 'verdict_http_requests_total{status="5xx"}'
        require(after[failures] == figures[failures], f"{after[failures] - figures[failures]:.0f} answers were 5xx")
        status, _ = server.get("/health")
        require(status == 200, f"/health is answered {status}")
        return memory


__all__ = ["Broken", "Run"]
