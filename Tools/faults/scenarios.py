"""What a server does while something goes wrong. To add one, write a row of the table at the end."""

import os
import shutil
import signal
import struct
from dataclasses import dataclass
from typing import Callable

from record import ENQUEUE, Command, Record, day
from promises import API, require
from server import Client, NotStarted, Server, run

#: SQLite writes its log back when it has so many pages.
CHECKPOINT_PAGES = 1000
#: A tile of the evidence is full with so many events.
TILE_EVENTS = 256


@dataclass(frozen=True)
class Scenario:
    name: str
    #: Makes the data directory at that path, or leaves it out; returns who was told what about it.
    prepare: Callable
    #: What is done under the shim: see `Attempt` in attempt.py.
    act: Callable
    #: Whether what goes wrong goes wrong where copies are made, instead of in the data directory.
    strikes_copies: bool = False


# MARK: Preparing

def nothing(data):
    return Record()


def furnished(data, log, decisions=5, end=signal.SIGTERM, until=None):
    """A directory with some history, left in that way; `until` says when there is enough of it."""
    record = Record()
    server = Server(data, log)
    client = Client(server.port)
    for command in day("before", decisions):
        require(record.do(command, client), f"'{command}' is not granted while all is well")
    number = 0
    while until and not until(data, client):
        command = Command(ENQUEUE, f"filler-{number}", f"filler-{number}")
        require(record.do(command, client), f"'{command}' is not granted while all is well")
        number += 1
    if end is not signal.SIGKILL:
        client.get(f"{API.removesuffix('governance')}evidence/events/1.tlog-proof")
    client.close()
    server.end_by(end)
    return record


def stopped(data):
    return furnished(data, f"{data}.log")


def killed(data):
    return furnished(data, f"{data}.log", end=signal.SIGKILL)


def without(*names):
    """Stopped, and then somebody has removed files."""
    def prepare(data):
        record = stopped(data)
        for name in os.listdir(data):
            if name.startswith(names):
                path = os.path.join(data, name)
                (shutil.rmtree if os.path.isdir(path) else os.remove)(path)
        return record
    return prepare


def pages_in_log(data, name):
    """How many pages stand in a write-ahead log since it was written back: the index of the log says it."""
    with open(f"{data}/{name}-shm", "rb") as file:
        return struct.unpack_from("=I", file.read(20), 16)[0]


def nearly_due(name):
    """A directory whose file of that name is written back after a few more commands."""
    def is_due(data, _):
        return CHECKPOINT_PAGES - 40 <= pages_in_log(data, name) < CHECKPOINT_PAGES

    def prepare(data):
        return furnished(data, f"{data}.log", end=signal.SIGKILL, until=is_due)
    return prepare


def nearly_full_tile(data):
    def is_near(_, client):
        return events_of(client) >= TILE_EVENTS - 5
    return furnished(data, f"{data}.log", until=is_near)


def backed_up(data):
    """A backup, in the place of a data directory."""
    record = stopped(f"{data}.source")
    status, output = run("backup", data, "--rate", "0", data=f"{data}.source")
    require(status == 0, f"the backup ends with {status}: {output}")
    return record


def events_of(client):
    for line in client.get("/metrics").body.split("\n"):
        if line.startswith("verdict_log_position"):
            return int(float(line.split()[-1]))
    return 0


# MARK: Acting

def start(attempt):
    attempt.arm()
    attempt.start()


def serve(prefix, decisions=4):
    def act(attempt):
        attempt.start()
        attempt.arm()
        attempt.do(day(prefix, decisions))
        attempt.ask_for_proof()
    return act


def fill(attempt):
    attempt.start()
    attempt.arm()
    attempt.do([Command(ENQUEUE, f"more-{number}", f"more-{number}") for number in range(12)])
    attempt.ask_for_proof()


def log_in(attempt):
    attempt.start()
    attempt.arm()
    attempt.log_in()


def stop(attempt):
    attempt.start()
    attempt.do(day("last", 1))
    attempt.arm()
    attempt.stop()


def command(*arguments, text=None):
    """Another command of `verdict`, beside no server."""
    def act(attempt):
        attempt.arm()
        attempt.run(*arguments, text=text)
    return act


def back_up(attempt):
    """A copy is whole, or none: one that says that it is whole can be restored, another one is made again."""
    target, restored = f"{attempt.copies}/backup", f"{attempt.folder}/restored"
    arguments = ("backup", target, "--rate", "0")

    def repeat():
        if not os.path.exists(f"{target}/backup.json"):
            shutil.rmtree(target, ignore_errors=True)
            status, output = run(*arguments, data=attempt.data)
            require(status == 0, f"the backup, made again, ends with {status}: {output}")
        outcome = run("restore", target, data=restored)
        attempt.data = restored
        return outcome
    attempt.arm()
    attempt.run(*arguments, repeat=repeat)


def restore(attempt):
    """A restored directory is whole, or no server takes it for one."""
    backup, restored = attempt.data, f"{attempt.copies}/restored"

    def repeat():
        attempt.data = restored
        if os.path.exists(f"{restored}/events.db"):
            return 0, ""
        shutil.rmtree(restored, ignore_errors=True)
        return run("restore", backup, data=restored)
    attempt.arm()
    attempt.run("restore", backup, data=restored, repeat=repeat)


SCENARIOS = [
    Scenario("first-start", nothing, start),
    Scenario("start", stopped, start),
    Scenario("start-after-kill", killed, start),
    Scenario("start-without-views", without("views"), start),
    Scenario("start-without-audit-index", without("audit"), start),
    Scenario("start-without-evidence", without("evidence/"), start),
    Scenario("append", stopped, serve("append")),
    Scenario("log-in", stopped, log_in),
    Scenario("checkpoint-of-log", nearly_due("events.db"), fill),
    Scenario("checkpoint-of-views", nearly_due("views.db"), fill),
    Scenario("tile", nearly_full_tile, fill),
    Scenario("shutdown", stopped, stop),
    Scenario("rotate-keys", stopped, command("rotate-keys")),
    Scenario("new-origin", stopped, command("keys", "rotate")),
    Scenario(
        "user-add", stopped,
        command("user", "add", "bob", "--email", "bob@example.org", "--full-name", "Bob", "--role", "analyst",
                text="correct horse battery staple\n")),
    Scenario("backup", stopped, back_up, strikes_copies=True),
    Scenario("restore", backed_up, restore, strikes_copies=True),
]
