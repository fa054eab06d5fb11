"""Measures what the evidence costs: the durable enqueue rate with and without it, in turns, and the time of a proof in a
log of a million events. Load comes from wrk."""

import argparse
import os
import random
import re
import statistics
import subprocess
import tempfile
import time

from harness import API, Server, require, say, tamper

COST_MAX = 0.10
LATENCY_MAX_SECONDS = 0.005
SCRIPT = os.path.join(os.path.dirname(__file__), "..", "load", "post.lua")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("what", choices=["cost", "latency"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        if arguments.what == "cost":
            cost(work, arguments.rounds, arguments.seconds)
        else:
            latency(work, arguments.events)


def load(server, seconds, connections=64):
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT, f"{server.address}{API}/test/enqueue"],
        capture_output=True, text=True, check=True).stdout
    require("Non-2xx" not in output, output)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def cost(work, rounds, seconds):
    rates = {"on": [], "off": []}
    # Less noisy than a rate on a machine that others use too.
    processor = {"on": [], "off": []}
    for round_ in range(rounds):
        # Whoever comes first changes from round to round, so that a slow minute hits both.
        for name in ("on", "off") if round_ % 2 == 0 else ("off", "on"):
            server = Server(f"{work}/{name}-{round_}", *([] if name == "on" else ["--no-evidence"]))
            load(server, 1)
            before = processor_seconds(server)
            rates[name].append(load(server, seconds))
            processor[name].append(1e6 * (processor_seconds(server) - before) / (rates[name][-1] * seconds))
            server.stop()
    on, off = statistics.median(rates["on"]), statistics.median(rates["off"])
    for name, values in rates.items():
        say(f"durable enqueue, evidence {name}: {min(values):,.0f} / {statistics.median(values):,.0f} / {max(values):,.0f} a second")
    for name, values in processor.items():
        say(f"processor time of the server for one, evidence {name}: {statistics.median(values):.0f} microseconds")
    say(f"the evidence costs {1 - on / off:.1%} of the durable enqueue rate (median of {rounds} rounds each)")
    require(on >= (1 - COST_MAX) * off, f"more than {COST_MAX:.0%}")


def processor_seconds(server):
    with open(f"/proc/{server.process.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latency(work, events):
    data = f"{work}/data"
    server = Server(data)
    server.enqueue("one")
    server.stop()
    fill(data, events)
    for name, meaning in (("first start", "read, and its tiles written"), ("second start", "read and compared")):
        started = time.monotonic()
        server = Server(data)
        listening = time.monotonic() - started
        server.proof(events)
        say(f"{name}: listens after {listening:.1f} s; the log of {events:,} events is {meaning} "
            f"after {time.monotonic() - started:.1f} s")
        measured(name, server, events)
        server.stop()


def fill(data, events):
    """Copies the one event until there are so many, past the server: with it the disk would be what takes the time."""
    columns = "1 + value, 'sample/' || (value / 5), 1 + value % 5, 'sample.happened.v1', randomblob(16), recorded_at, actor, data, metadata"
    tamper(data, f"""
        WITH RECURSIVE numbers(value) AS (SELECT 5 UNION ALL SELECT value + 1 FROM numbers WHERE value < {events + 3})
        INSERT INTO events SELECT {columns.replace("1 + value,", "value - 3,", 1)} FROM numbers, events WHERE position = 1""")


def measured(name, server, events, count=1000):
    random_ = random.Random(7)
    connection = server.connect()
    times = []
    for _ in range(count):
        position = random_.randint(1, events)
        started = time.perf_counter()
        status, body = server.get(f"/api/v1/evidence/events/{position}.tlog-proof", connection)
        times.append(time.perf_counter() - started)
        require(status == 200, f"no proof of {position}: {status} {body}")
    times.sort()
    median, high, last = (1000 * times[int(place * (count - 1))] for place in (0.5, 0.99, 1))
    say(f"proof of one event of {events:,}, {name}: p50 {median:.2f} ms, p99 {high:.2f} ms, max {last:.2f} ms")
    require(times[int(0.99 * (count - 1))] < LATENCY_MAX_SECONDS, f"p99 is over {1000 * LATENCY_MAX_SECONDS:.0f} ms")


if __name__ == "__main__":
    main()
