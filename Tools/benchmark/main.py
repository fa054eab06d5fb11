"""Everything that Tools/bench measures, in one run, each beside its ceiling."""

import argparse
import json
import os
import platform
import re
import resource
import signal
import tempfile
import threading
import time

from peers import UmaDB
from processes import GOVERNANCE, bare, bench, compiled, fill, load, session, verdict
from watchers import Watchers

CONNECTIONS = (1, 16, 64, 256)


class Table:
    """Rows of figures, printed as they come."""

    def __init__(self):
        self.rows = []

    def add(self, name, figures, note=""):
        self.rows.append({"name": name, "note": note, **figures})
        print(f"{name:<44} {text_of(figures):<70} {note}".rstrip(), flush=True)

    def rate(self, name):
        return next((row["rate"] for row in self.rows if row["name"] == name), None)

    def markdown(self):
        lines = ["| | requests/s | p50 ms | p99 ms | p99.9 ms | |", "|---|---|---|---|---|---|"]
        for row in self.rows:
            if "rate" in row:
                figures = f"{row['rate']:,.0f} | {row['p50']:.2f} | {row['p99']:.1f} | {row['p999']:.1f}"
                lines.append(f"| {row['name']} | {figures} | {row['note']} |")
        lines.append("")
        lines += [f"- {row['name']}: {text_of(row)} {row['note']}".rstrip() for row in self.rows if "rate" not in row]
        return "\n".join(lines) + "\n"


def text_of(figures):
    if "rate" in figures:
        wrong = figures["not_2xx"] + figures["broken"]
        return (f"{figures['rate']:>9,.0f}/s  p50 {figures['p50']:.2f}  p99 {figures['p99']:.1f}"
                f"  p99.9 {figures['p999']:.1f} ms" + (f"  {wrong} WITHOUT AN ANSWER OF 2xx" if wrong else ""))
    return ", ".join(f"{key} {value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{key} {value}"
                     for key, value in figures.items() if key not in ("name", "note"))


class Run:
    def __init__(self, options, folder):
        self.options, self.folder, self.table = options, folder, Table()
        self.seconds = options.seconds

    def data(self, name):
        return f"{self.folder}/{name}"

    # MARK: Ceilings

    def probe(self, name):
        """What a sync costs on this disk."""
        times = []
        with open(self.data("probe"), "wb") as file:
            for _ in range(400):
                file.seek(0)
                file.write(b"x" * 4096)
                file.flush()
                begin = time.monotonic()
                os.fdatasync(file.fileno())
                times.append(time.monotonic() - begin)
        times.sort()
        self.sync_milliseconds = 1000 * times[200]
        self.table.add(f"a sync of 4 KiB, {name}", {"p50 ms": self.sync_milliseconds, "p99 ms": 1000 * times[396]})

    def ceilings(self):
        for connections in CONNECTIONS:
            with bare() as server:
                self.table.add(f"bare POST, {connections}", load(server.url("/hello"), "post", connections, self.seconds))
        with bare() as server:
            self.table.add("bare GET, 64", load(server.url("/hello"), "get", 64, self.seconds))

    # MARK: Commands

    def commands(self):
        for connections in CONNECTIONS:
            self.enqueue(connections)
        for connections in CONNECTIONS:
            self.approve(connections)
        for connections in CONNECTIONS:
            with verdict(self.data(f"mixed-{connections}")) as server:
                figures = load(server.url(GOVERNANCE), "mixed", connections, self.seconds, session(server))
            self.table.add(f"mixed, {connections}", figures, "3 enqueue, 1 approve, 1 get")

    def enqueue(self, connections):
        with verdict(self.data(f"enqueue-{connections}")) as server:
            figures = load(server.url(f"{GOVERNANCE}/test/enqueue"), "post", connections, self.seconds)
            batch, note = batch_of(server)
        self.table.add(f"durable enqueue, {connections}", figures, note)
        self.alone(f"SQLite alone, {max(1, round(batch))} events a commit", max(1, round(batch)))

    def alone(self, name, batch):
        shown = bench("commits", tempfile.mkdtemp(dir=self.folder), "--batch", str(batch))
        self.table.add(name, {"events/s": int(shown.split()[-2])})

    def approve(self, connections):
        with verdict(self.data(f"approve-{connections}")) as server:
            load(server.url(GOVERNANCE), "enqueue-named", 64, 2 * self.seconds + 2)
            figures = load(server.url(GOVERNANCE), "approve", connections, self.seconds, session(server))
        self.table.add(f"durable approve, {connections}", figures)

    def slow_disks(self):
        shim = compiled("slow.c", self.data("slow.so"), "-shared", "-fPIC", "-ldl")
        if not shim:
            return print("No C compiler, so no slow disks.")
        for milliseconds in (1, 5):
            slow = {"LD_PRELOAD": shim, "VERDICT_SYNC_MICROSECONDS": str(1000 * milliseconds)}
            with verdict(self.data(f"slow-{milliseconds}"), slow) as server:
                figures = load(server.url(f"{GOVERNANCE}/test/enqueue"), "post", 64, self.seconds)
                batch, note = batch_of(server)
            allowed = batch / (milliseconds + self.sync_milliseconds) * 1000
            self.table.add(
                f"durable enqueue, 64, syncs {milliseconds} ms slower", figures,
                f"{note}; {figures['rate'] / allowed:.2f} of what batch by sync time allows")

    # MARK: What is stored

    def reads(self):
        for count in (1000, 100_000):
            path = self.data(f"reads-{count}")
            with verdict(path) as server:
                opened = session(server)
                fill(server, count)
                load(server.url(GOVERNANCE), "approve", 16, 1, opened)
                where = f"with {count:,} stored"
                for name, path_of in (
                        ("GET a decision", "decision/bench-500/status"), ("GET an operator", "session/bench/stats"),
                        ("GET the first page of the queue", "pending?limit=50")):
                    figures = load(server.url(f"{GOVERNANCE}/{path_of}"), "get", 64, self.seconds)
                    self.table.add(f"{name}, 64, {where}", figures, self.of("bare GET, 64", figures))
                self.table.add(f"memory, {where}", {"MiB": server.memory_mebibytes})
                server.stop(signal.SIGKILL)
            with verdict(path) as server:
                self.table.add(f"start after kill -9, {where}", {"ms": 1000 * server.start_seconds})

    def million(self):
        path = self.data("million")
        bench("history", "--data", path, "--events", "1000000")
        self.table.add("views of 1,000,000 events built", {"text": bench("rebuild", "--data", path, "--rounds", "1")
                                                           .split("\n")[-1].removeprefix("round 1: ")})
        with verdict(path) as server:
            deadline = time.monotonic() + 300
            before, now = -1, 0
            # Its clock has to say something of every deadline that has passed, and its index to be built.
            while (before != now or server.metric("verdict_audit_lag_events") > 0) and time.monotonic() < deadline:
                time.sleep(2)
                before, now = now, server.metric("verdict_log_position")
            # The index has seen every event before it is finished, and is being finished until it answers.
            while not server.answers("/api/v1/audit/events?limit=1") and time.monotonic() < deadline:
                time.sleep(1)
            figures = load(server.url(f"{GOVERNANCE}/test/enqueue"), "post", 64, self.seconds)
            self.table.add("durable enqueue, 64, with 1,000,000 events stored", figures, self.of("durable enqueue, 64", figures))
            self.table.add("memory, with 1,000,000 events stored", {"MiB": server.memory_mebibytes})

    def logins(self):
        with verdict(self.data("hitl")) as server:
            for line in bench("hitl", "--server", server.url(""), "--seconds", "2", "--stored", "1").split("\n")[:5]:
                self.table.add("HITL", {"text": " ".join(line.split())})

    # MARK: Streams

    def streams(self):
        program = compiled("watchers.c", self.data("watchers"))
        if not program:
            return print("No C compiler, so no streams.")
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        for count in (1000, 5000, 10_000):
            with verdict(self.data(f"streams-{count}")) as server:
                path = f"{GOVERNANCE}/stream/bench?session_id={session(server)}"
                before = server.memory_mebibytes
                begin = time.monotonic()
                watchers = Watchers(program, server.port, path, count)
                watchers.open(0, count)
                opened = time.monotonic() - begin
                memory = (server.memory_mebibytes - before) * 1024 / count
                middle_one, last_one = self.fan_out(server, watchers)
                self.table.add(
                    f"one event to {count:,} streams",
                    {"p50 ms": middle(middle_one), "last p50 ms": middle(last_one),
                     "last p99 ms": last_one[int(len(last_one) * 0.99)], "KiB a stream": memory,
                     "opened a second": count / opened})
                if count == 10_000:
                    self.leave_and_return(server, watchers)
                watchers.close()

    def fan_out(self, server, watchers):
        """How long after its command was sent an event reaches the middle watcher, and the last."""
        middle_one, last_one = [], []
        for _ in range(100):
            position = int(server.metric("verdict_log_position")) + 1
            begin = time.monotonic()
            server.post(f"{GOVERNANCE}/test/enqueue", {"risk_level": "high", "target": "192.0.2.7"})
            missing, middle_time, last_time = watchers.wait_all(position, 10)
            if missing:
                raise SystemExit(f"an event did not reach {missing} of {watchers.count} streams")
            middle_one.append(1000 * (middle_time - begin))
            last_one.append(1000 * (last_time - begin))
        return sorted(middle_one), sorted(last_one)

    def leave_and_return(self, server, watchers):
        """1,000 go in the middle of a burst, and come back with what they have seen last."""
        burst, leaving = 300, 1000
        def send():
            for _ in range(burst):
                server.post(f"{GOVERNANCE}/test/enqueue", {"risk_level": "low", "target": "192.0.2.8"})
        before = int(server.metric("verdict_log_position"))
        sender = threading.Thread(target=send)
        sender.start()
        step = watchers.count // leaving
        watchers.wait(0, before + burst // 4, 60)
        watchers.drop(0, leaving, step)
        watchers.wait(1, before + burst // 2, 60)
        watchers.open(0, leaving, step)
        sender.join()
        missing, *_ = watchers.wait_all(before + burst, 120)
        self.table.add(
            f"{burst} events while 1,000 of {watchers.count:,} go and return",
            {"watchers without all of them": missing, "events twice or out of order": watchers.disorder})

    # MARK: Others

    def peers(self):
        peer = UmaDB(self.folder)
        for _ in range(2):
            theirs = peer.measure(64, self.seconds)
            self.table.add(f"UmaDB {peer.version}, one event an append, 64", theirs)
            with verdict(tempfile.mkdtemp(dir=self.folder)) as server:
                ours = load(server.url(f"{GOVERNANCE}/test/enqueue"), "post", 64, self.seconds)
            self.table.add(
                "durable enqueue in the same minute, 64", ours, f"{ours['rate'] / theirs['rate']:.2f} of UmaDB's appends")
        self.alone("SQLite alone, one transaction a request", 1)

    def of(self, name, figures):
        rate = self.table.rate(name)
        # Nothing to compare with where only some parts are measured.
        return f"{figures['rate'] / rate:.2f} of {name}" if rate else ""

    def summary(self):
        if self.options.only:
            return
        for name in ("durable enqueue", "durable approve", "mixed"):
            for connections in CONNECTIONS:
                rate = self.table.rate(f"{name}, {connections}") / self.table.rate(f"bare POST, {connections}")
                self.table.add(f"{name}, {connections}, of a bare POST", {"ratio": rate})


def middle(times):
    return times[len(times) // 2]


def batch_of(server):
    commits = server.metric("verdict_batch_size_events_count")
    batch = server.metric("verdict_batch_size_events_sum") / commits
    commit = 1000 * server.metric("verdict_commit_duration_seconds_sum") / commits
    return batch, f"{batch:.1f} events a commit, {commit:.2f} ms"


def machine():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    return f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), Linux {platform.release()}"


PARTS = ("ceilings", "commands", "slow_disks", "reads", "million", "streams", "logins")


def main():
    parser = argparse.ArgumentParser(prog="Tools/bench")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--only", action="append", choices=[*PARTS, "peers"])
    parser.add_argument("--json")
    parser.add_argument("--markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix="verdict-bench-") as folder:
        run = Run(options, os.path.abspath(folder))
        head = f"Verdict {os.environ.get('VERDICT_COMMIT', '')}, {machine()}, {options.seconds} s each, wrk on the same machine"
        print(f"{head}; the number behind a name is how many keep-alive connections there are", flush=True)
        run.probe("before")
        for part in options.only or [*PARTS, *(["peers"] if options.compare else [])]:
            getattr(run, part)()
        run.summary()
        run.probe("after")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"head": head, "rows": run.table.rows}, file, indent=1)
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write(f"{head}.\n\n{run.table.markdown()}")


main()
