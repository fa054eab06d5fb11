"""What befalls the whole machine: disks that are full, fail or are read-only, clocks that jump, a second server."""

import errno
import os
import signal
import subprocess
import time
from collections import Counter

from attempt import strike_all
from check import check, log_of, wait_until_ready
from plan import CHANGING, Page
from record import ENQUEUE, Command, Record, day
from promises import API, Broken, require
from server import PATIENCE_SECONDS, Client, NotStarted, Server

YEAR_AND_MORE_SECONDS = 400 * 24 * 3600


class NotPossible(Exception):
    """This machine does not let us try, and why."""


class Site:
    """A directory with a server, and who talks to it."""

    def __init__(self, folder):
        self.data, self.log = f"{folder}/data", f"{folder}/log"
        os.makedirs(folder, exist_ok=True)
        self.page = Page(f"{folder}/page")
        self.record = Record()
        self.server = self.client = None
        self.days = 0

    def start(self, data=None):
        self.server = Server(data or self.data, self.log, self.page)
        self.client = Client(self.server.port)

    def grant(self, commands):
        for command in commands:
            require(self.record.do(command, self.client), f"'{command}' is not granted")

    def next_day(self, decisions=3):
        self.days += 1
        return day(f"day-{self.days}", decisions)

    def expect_reads(self):
        """What is asked of the views is answered as ever."""
        for path in ("/health/live", "/metrics", f"{API}/pending?limit=5", f"{API}/decision/day-1-0"):
            answer = self.client.get(path)
            require(answer and answer.status == 200, f"{path} is answered {answer}")

    def expect_refusals(self, name):
        """What asks for a change is refused; returns the wishes."""
        commands = [Command(ENQUEUE, f"{name}-{number}", f"{name}-{number}", padding=20_000) for number in range(300)]
        refused = []
        for command in commands:
            granted = self.record.do(command, self.client)
            require(granted is not None, f"'{command}' has no answer")
            if not granted:
                refused.append(command)
                require(command.key in self.record.refused, f"'{command}' is not told that nothing was changed")
            if len(refused) == 3:
                break
        require(len(refused) == 3, f"after {len(commands)} requests nothing is refused")
        require(self.client.get("/readyz").status == 503, "it says that it is ready")
        return refused

    def expect_recovery(self, refused=()):
        wait_until_ready(self.client)
        check(self.server, self.client, self.record)
        self.grant([*refused, *self.next_day()])
        check(self.server, self.client, self.record)

    def restart(self, end=signal.SIGTERM):
        code = self.server.end_by(end)
        require(end == signal.SIGKILL or code == 0, f"asked to stop, it ends with {self.server.ending()}")
        self.start(self.server.data)
        check(self.server, self.client, self.record)

    def close(self):
        if self.server:
            self.server.kill()
        self.page.close()


class SmallDisk:
    """A file system of a few megabytes, in the mount namespace of this run."""

    def __init__(self, path, megabytes):
        self.path, self.filler = path, f"{path}/filler"
        os.makedirs(path)
        self._mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", path)

    def _mount(self, *arguments):
        if os.environ.get("VERDICT_MAY_MOUNT") != "1":
            raise NotPossible("it needs the right to mount a file system (root, in a mount namespace of its own)")
        done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotPossible(f"mounting a file system is not permitted: {done.stderr.strip()}")

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file:
            for size in (65_536, 4096, 1):
                try:
                    while file.write(b"Z" * size):
                        pass
                except OSError:
                    pass

    def free(self):
        os.remove(self.filler)

    def set_read_only(self, is_read_only):
        self._mount("-o", f"remount,{'ro' if is_read_only else 'rw'}", self.path)

    def remove(self):
        subprocess.run(["umount", "-l", self.path], capture_output=True, check=False)


# MARK: Disks

def full_disk(folder):
    """503 while there is no room, reads go on, and it recovers without a restart."""
    disk = SmallDisk(f"{folder}/disk", 8)
    site = Site(folder)
    site.data = f"{disk.path}/data"
    try:
        site.start()
        site.grant(site.next_day())
        disk.fill()
        refused = site.expect_refusals("full")
        site.expect_reads()
        disk.free()
        site.expect_recovery(refused)
        disk.fill()
        site.expect_refusals("full-again")
        # However the process ends while the disk is full, the next one finds everything.
        site.server.kill()
        start_on_bad_disk(site)
        disk.free()
        if site.server.has_ended:
            site.start()
        site.expect_recovery()
        site.restart()
    finally:
        site.close()
        disk.remove()


def start_on_bad_disk(site):
    """It starts, or says why it does not."""
    try:
        site.start()
    except NotStarted as ending:
        require("signal" not in str(ending).split(":")[0] and "rror" in str(ending), f"it ends with {ending}")


def read_only_disk(folder):
    """A start on a disk that cannot be written says so, and changes nothing."""
    disk = SmallDisk(f"{folder}/disk", 16)
    site = Site(folder)
    site.data = f"{disk.path}/data"
    try:
        site.start()
        site.grant(site.next_day())
        site.server.stop()
        disk.set_read_only(True)
        start_on_bad_disk(site)
        require(site.server.has_ended, "it starts on a read-only disk")
        with open(site.log) as file:
            require("ead-only" in file.read(), f"it does not name the reason: {site.server.tail()}")
        disk.set_read_only(False)
        site.start()
        site.expect_recovery()
    finally:
        site.close()
        disk.remove()


def failing(error, operations):
    """A disk that fails all of that at once while it is used, and is well again."""
    def trial(folder):
        site = Site(folder)
        try:
            site.start()
            site.grant(site.next_day())
            strike_all(site.page, operations, error=error)
            refused = site.expect_refusals("failing")
            if "read" not in operations:
                site.expect_reads()
            site.page.disarm()
            site.expect_recovery(refused)
            strike_all(site.page, operations, error=error)
            site.expect_refusals("failing-again")
            site.server.end_by(signal.SIGTERM)
            require(site.server.process.returncode >= 0, f"it ends with {site.server.ending()}")
            start_on_bad_disk(site)
            site.page.disarm()
            if site.server.has_ended:
                site.start()
            site.expect_recovery()
            site.restart()
        finally:
            site.close()
    return trial


def failing_syncs(folder):
    """When only syncs fail, nobody knows what a loss of power would leave, and nobody is told more than is known."""
    site = Site(folder)
    try:
        site.start()
        site.grant(site.next_day())
        strike_all(site.page, ["sync"], error=errno.EIO)
        wish = Command(ENQUEUE, "unsure", "unsure")
        require(site.record.do(wish, site.client) is False, "it is granted without a sync")
        require(wish.key in site.record.open, "it is said to be sure while no sync succeeds")
        site.server.kill()
        site.page.disarm()
        site.start()
        check(site.server, site.client, site.record)
        site.expect_recovery([wish])
    finally:
        site.close()


# MARK: Clocks

def clock(folder):
    """The clock of the machine jumps: deadlines pass once, nothing is lost, and the order is that of the log."""
    site = Site(folder)
    try:
        site.start()
        for seconds in (0, YEAR_AND_MORE_SECONDS, 0, -YEAR_AND_MORE_SECONDS, 0, 60, 0):
            site.page.set_clock(seconds)
            site.grant(site.next_day(5))
            check_after_clock(site)
        # Further than before: some of the deadlines were set while the clock was ahead.
        site.page.set_clock(2 * YEAR_AND_MORE_SECONDS)
        wait_for_deadlines(site)
        check_after_clock(site)
        for seconds in (-2 * YEAR_AND_MORE_SECONDS, 2 * YEAR_AND_MORE_SECONDS, 0):
            site.page.set_clock(seconds)
            site.restart(signal.SIGKILL if seconds < 0 else signal.SIGTERM)
            site.grant(site.next_day())
            check_after_clock(site)
    finally:
        site.close()


def check_after_clock(site):
    wait_until_ready(site.client)
    # The clock of the server may be adding events right now, which the figures have and the log had not.
    for attempt in range(20):
        try:
            check(site.server, site.client, site.record)
            break
        except Broken:
            if attempt == 19:
                raise
            time.sleep(0.2)
    said = Counter((stream, kind) for _, stream, _, kind, _, _ in log_of(site.server.data))
    for (stream, kind), count in said.items():
        once = kind in ("decision.timed_out.v1", "decision.sla_warned.v1", "session.closed.v1")
        require(not once or count == 1, f"{kind} of {stream} is said {count} times")


def wait_for_deadlines(site):
    """All decisions that wait are late by now; the server's clock says so within a second."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (count := site.client.get(f"{API}/pending?limit=0").json["by_status"].get("pending", 0)) > 0:
        require(time.monotonic() < deadline, f"{count} decisions are late, and nobody says so")
        time.sleep(0.05)


# MARK: A second server

def second_server(folder):
    """It is refused with the name of the first, which goes on."""
    site = Site(folder)
    try:
        site.start()
        site.grant(site.next_day())
        try:
            Server(site.data, f"{folder}/second").kill()
            raise Broken("a second server starts on the same directory")
        except NotStarted as ending:
            require(f"is in use by process {site.server.identifier} on " in str(ending), f"it says {ending}")
            require("status" in str(ending), f"it ends with {ending}")
        site.expect_recovery()
        site.restart(signal.SIGKILL)
    finally:
        site.close()


TRIALS = [
    ("full-disk", full_disk),
    ("read-only-disk", read_only_disk),
    ("disk-turns-read-only", failing(errno.EROFS, sorted(CHANGING))),
    ("disk-without-room", failing(errno.ENOSPC, ["create", "mkdir", "rename", "write", "truncate"])),
    ("disk-that-fails", failing(errno.EIO, sorted(CHANGING | {"open", "read", "map"}))),
    ("failing-syncs", failing_syncs),
    ("clock", clock),
    ("second-server", second_server),
]


def run_trials(workshop, names, say):
    """Those of these names, or all; returns what is wrong."""
    wrong = []
    for name, trial in TRIALS:
        if names and name not in names:
            continue
        begin = time.monotonic()
        try:
            trial(workshop.place(name))
            say(f"{name:24} well, {time.monotonic() - begin:.1f} s")
        except NotPossible as reason:
            say(f"{name:24} NOT TRIED: {reason}")
        except Exception as error:
            wrong.append(f"{name}: {error if isinstance(error, Broken) else repr(error)}")
            say(f"{name:24} WRONG")
    return wrong
