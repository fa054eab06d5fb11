"""What goes wrong at which call: the points, and the page of memory by which shim.c is told."""

import errno
import mmap
import struct
from dataclasses import dataclass

# As in shim.c.
OPERATIONS = ("open", "create", "mkdir", "unlink", "rename", "write", "truncate", "sync", "lock", "mode", "map", "read")
ACTIONS = ("nothing", "kill", "kill halfway", "fail", "cut short")

#: After these another state of the disk is possible; a kill between two of them leaves the same as one before the second.
CHANGING = {"create", "mkdir", "unlink", "rename", "write", "truncate", "sync", "lock", "mode"}
#: These ask for room.
GROWING = {"create", "mkdir", "rename", "write", "truncate"}


@dataclass(frozen=True, order=True)
class Call:
    """The n-th call of a kind to a file, while one thing is done."""
    operation: str
    path: str
    number: int

    def __str__(self):
        return f"{self.operation} {self.number} of {self.path}"


@dataclass(frozen=True, order=True)
class Point:
    """A call and what happens to it."""
    scenario: str
    call: Call
    action: str
    error: int = 0

    def __str__(self):
        what = errno.errorcode[self.error] if self.action == "fail" else self.action
        return f"{self.scenario}: {what} at {self.call}"

    @property
    def kills(self):
        return self.action.startswith("kill")


def points(scenario, calls):
    """Everything that can happen at these calls."""
    for call in calls:
        if call.operation in CHANGING:
            yield Point(scenario, call, "kill")
        yield Point(scenario, call, "fail", errno.ENOMEM if call.operation == "map" else errno.EIO)
        if call.operation in GROWING:
            yield Point(scenario, call, "fail", errno.ENOSPC)
        if call.operation == "write":
            yield Point(scenario, call, "kill halfway")
            yield Point(scenario, call, "cut short")


class Page:
    """The page that one process under the shim sees."""
    LAYOUT = "=8q256s"

    def __init__(self, path):
        self.path = path
        with open(path, "w+b") as file:
            file.truncate(mmap.PAGESIZE)
            self.memory = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def _read(self):
        return list(struct.unpack_from(self.LAYOUT, self.memory))

    def _write(self, *values):
        struct.pack_into(self.LAYOUT, self.memory, 0, *values)

    def arm(self, operations, path, first, action, error=0, count=1):
        """Strikes from the call number `first` on, counted from now."""
        mask = sum(1 << OPERATIONS.index(operation) for operation in operations)
        self._write(mask, first, count, ACTIONS.index(action), error, 0, 0, self._read()[7], path.encode())

    def arm_point(self, point):
        self.arm([point.call.operation], point.call.path, point.call.number, point.action, point.error)

    def disarm(self):
        values = self._read()
        values[3] = 0
        self._write(*values)

    def set_clock(self, seconds):
        values = self._read()
        values[7] = seconds
        self._write(*values)

    @property
    def struck(self):
        return self._read()[6]

    def close(self):
        self.memory.close()
