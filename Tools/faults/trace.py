"""Which calls a scenario makes: seen by the shim, and once more by strace, so that none is missed."""

import re
import subprocess
from collections import Counter

from plan import Call
from promises import Broken
from server import SHIM

#: What strace calls the operations of plan.py. Anything else that could change a file is in `STRANGERS`.
SYSTEM_CALLS = {
    "open": None, "openat": None, "creat": "create", "mkdir": "mkdir", "mkdirat": "mkdir", "unlink": "unlink",
    "unlinkat": "unlink", "rmdir": "unlink", "rename": "rename", "renameat": "rename", "renameat2": "rename",
    "link": "create", "linkat": "create", "symlink": "create", "symlinkat": "create", "write": "write",
    "pwrite64": "write", "writev": "write", "ftruncate": "truncate", "truncate": "truncate", "fsync": "sync",
    "fdatasync": "sync", "flock": "lock", "chmod": "mode", "fchmod": "mode", "fchmodat": "mode", "fchown": "mode",
    "mmap": "map", "read": "read", "pread64": "read",
}
STRANGERS = ("pwritev", "pwritev2", "preadv", "preadv2", "readv", "fallocate", "copy_file_range", "sendfile", "splice",
             "sync_file_range", "msync", "chown", "fchownat", "lchown", "utimensat", "openat2", "setxattr", "fsetxattr",
             "sync", "syncfs", "io_uring_enter", "mknod", "mknodat")


def is_permitted():
    """Whether this machine lets one process trace another."""
    try:
        done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def tracer(output, data, page, lines):
    """The command that traces another one, which runs under the shim."""
    return ("strace", "-f", "-y", "-qq", "-o", output, "-e", "trace=" + ",".join((*SYSTEM_CALLS, *STRANGERS)),
            "-E", f"LD_PRELOAD={SHIM}", "-E", f"VERDICT_FAULT_FOLDER={data}",
            "-E", f"VERDICT_FAULT_CONTROL={page}", "-E", f"VERDICT_FAULT_TRACE={lines}")


def calls_seen(path, begin, end):
    """The calls that the shim has written down between two places of its file, numbered."""
    numbers, calls = Counter(), []
    with open(path) as file:
        file.seek(begin)
        text = file.read(end - begin)
    for line in text.splitlines():
        operation, name = line.split("\t")
        numbers[operation, name] += 1
        calls.append(Call(operation, name, numbers[operation, name]))
    return calls


def compare(traced, lines, data):
    """Every call that strace has seen on the folder was seen by the shim too."""
    by_strace, by_shim = Counter(), Counter()
    with open(traced, errors="replace") as file:
        for line in file:
            match = re.match(r"\d+ +(\w+)\((.*)", line)
            if not match or not touches(match[1], match[2], data):
                continue
            name = match[1]
            if "O_NONBLOCK|O_CLOEXEC|O_DIRECTORY" in match[2]:
                # What opendir(3) does inside the C library, where the shim does not stand.
                continue
            if name in ("open", "openat"):
                by_strace["create" if re.search("O_CREAT|O_TRUNC", match[2]) else "open"] += 1
            else:
                by_strace[SYSTEM_CALLS.get(name, name)] += 1
    with open(lines) as file:
        by_shim.update(line.split("\t")[0] for line in file)
    if by_strace != by_shim:
        raise Broken(f"the shim does not see what strace sees: {dict(by_shim)} instead of {dict(by_strace)}")


def touches(name, arguments, data):
    """Whether the call is about a file of the folder."""
    pattern = re.escape(data) + r'(/[^">]*)?[">]'
    if name.startswith(("rename", "link")):
        return bool(re.search(pattern, arguments.split(", ", 1)[-1]))
    if name in ("write", "read", "pwrite64", "pread64", "writev"):
        # What is written may look like anything.
        arguments = arguments.split(", ", 1)[0]
    return bool(re.search(pattern, arguments))


