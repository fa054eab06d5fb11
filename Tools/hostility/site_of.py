"""A server, what can be seen of it from outside, and connections to it."""

import http.client
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from promises import SANITIZER, VERDICT, Broken, require

#: Longer than a start, a stop or an answer may take on a busy machine.
PATIENCE_SECONDS = 60


def settle(seconds, condition):
    """Whether the condition becomes true within that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Server:
    """`verdict serve` on a free port, in a directory that goes with it."""

    def __init__(self, idle_seconds, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="verdict-hostile-")
        self.idle_seconds = idle_seconds
        with open(f"{self.folder}/log", "ab") as errors:
            self.process = subprocess.Popen(
                [VERDICT, "serve", "--port", "0", "--data", f"{self.folder}/data", "--queue-capacity", "0",
                 "--open-websocket", "--websockets-per-user", "10000", "--idle-seconds", str(idle_seconds), *arguments],
                stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, text=True, cwd="/",
                env={"PATH": "/usr/bin:/bin", "VERDICT_PASSWORD_COST": "4", "SWIFT_BACKTRACE": "enable=no"} | SANITIZER)
        watch = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        require(match, f"the server does not start: {self.said()}")
        self.port = int(match[1])

    def said(self):
        """The last lines of what it has written."""
        with open(f"{self.folder}/log", errors="replace") as file:
            return " | ".join(file.read().split("\n")[-6:])[-800:]

    def require_alive(self):
        code = self.process.poll()
        require(code is None, f"the server has ended with {code}: {self.said()}")

    def memory_megabytes(self):
        """Under a sanitizer, which keeps what was freed, nothing can be said of it: then 0."""
        if SANITIZER:
            return 0
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def connections(self):
        """How many of the descriptors are sockets."""
        count = 0
        for name in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                count += os.readlink(f"/proc/{self.process.pid}/fd/{name}").startswith("socket:")
            except OSError:
                pass
        return count

    def figures(self):
        """What /metrics says."""
        text = self.get("/metrics")[1].decode()
        return {name: float(value) for name, value in re.findall(r"^(verdict_\S+) (\S+)$", text, re.MULTILINE)}

    def get(self, path):
        return self.ask("GET", path)

    def ask(self, method, path, body=None, headers=()):
        """Status and body, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self.require_alive()
            raise Broken(f"{method} {path} is not answered: {error!r}") from None
        finally:
            connection.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE_SECONDS)
            require(code == 0, f"asked to stop, the server ends with {code}: {self.said()}")
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Broken("the server does not stop") from None

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Connections

    def connect(self, receive_bytes=None, seconds=PATIENCE_SECONDS):
        connection = socket.socket()
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(seconds)
        connection.connect(("127.0.0.1", self.port))
        return connection

    def exchange(self, request, half_close=True, seconds=10):
        """Sends bytes and gives back everything that comes, or None where the connection does not end in that time."""
        with self.connect(seconds=seconds) as connection:
            received = b""
            try:
                connection.sendall(request)
            except OSError:
                pass  # It was refused before it was whole; the answer may be there all the same.
            try:
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    received += piece
            except TimeoutError:
                return received or None
            except OSError:
                pass
            return received


def reset(connection):
    """Ends a connection as a crashed machine does: with no farewell that the other side could wait for."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def is_dropped(connection):
    """Whether the other side has ended the connection; what comes is thrown away."""
    connection.setblocking(False)
    try:
        while connection.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def statuses(received):
    """The statuses of the answers in what was received, without those that are only preliminary."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received or b"") if status != b"100"]
