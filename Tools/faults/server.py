"""A `verdict` that runs under the shim, and one who talks to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import urllib.parse

from promises import API, SANITIZER, VERDICT, Broken, require

SHIM = os.environ["VERDICT_SHIM"]
#: Longer than a start, a stop or an answer may take on a busy machine.
PATIENCE_SECONDS = 30


def environment(folder=None, page=None, trace=None, tracer=()):
    """The environment of a `verdict`; with a folder and a page, under the shim, unless a tracer takes care of that."""
    values = {"PATH": "/usr/bin:/bin", "VERDICT_PASSWORD_COST": "4"} | SANITIZER
    if page and not tracer:
        values |= {"LD_PRELOAD": SHIM, "VERDICT_FAULT_FOLDER": folder, "VERDICT_FAULT_CONTROL": page.path}
        if trace:
            values["VERDICT_FAULT_TRACE"] = trace
    return values


class NotStarted(Exception):
    """The server has ended before it listened."""


class Server:
    """`verdict serve` on a free port."""

    def __init__(self, data, log, page=None, trace=None, tracer=(), arguments=()):
        """`tracer` is a command that the server is run by."""
        self.data, self.log = data, log
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(
                [*tracer, VERDICT, "serve", "--port", "0", "--data", data, *arguments], stdout=subprocess.PIPE,
                stderr=errors, stdin=subprocess.DEVNULL, text=True, env=environment(data, page, trace, tracer), cwd="/")
        self.is_traced = bool(tracer)
        watch = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not match:
            self.process.wait()
            raise NotStarted(self.ending())
        self.port = int(match[1])

    def tail(self):
        """The last lines of what it has said."""
        with open(self.log, errors="replace") as file:
            return " | ".join(file.read().split("\n")[-6:])[-800:]

    def ending(self):
        """How it ended, once it has."""
        code = self.process.returncode
        return f"signal {-code}" if code < 0 else f"status {code}: {self.tail()}"

    @property
    def identifier(self):
        """The number of its process, also where that is run by a tracer."""
        if self.is_traced:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
                return int(file.read().split()[0])
        return self.process.pid

    @property
    def has_ended(self):
        return self.process.poll() is not None

    def end_by(self, number):
        """Sends a signal, and waits for the end."""
        os.kill(self.identifier, number)
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.kill(self.identifier, signal.SIGKILL)
            self.process.wait()
            raise Broken(f"it does not end within {PATIENCE_SECONDS} s: {self.tail()}") from None

    def stop(self):
        """Asks it to stop, which it has to do well."""
        code = self.end_by(signal.SIGTERM)
        require(code == 0, f"asked to stop, it ends with {self.ending()}")

    def kill(self):
        if not self.has_ended:
            self.end_by(signal.SIGKILL)


class Answer:
    def __init__(self, status, body):
        self.status, self.body = status, body

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def __str__(self):
        return f"{self.status} {self.body[:300]}"


class Client:
    """One connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def ask(self, method, path, body=None, headers=()):
        """None where the connection broke."""
        try:
            self.connection.request(method, path, body, dict(headers))
            response = self.connection.getresponse()
            return Answer(response.status, response.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body, key=None):
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return self.ask("POST", path, json.dumps(body), headers)

    def close(self):
        self.connection.close()


def quote(text):
    return urllib.parse.quote(text, safe="")


def run(*arguments, data, folder=None, page=None, trace=None, tracer=(), text=None):
    """Runs `verdict` to its end: its status and what it said. The shim looks at a folder, by itself that of the data."""
    done = subprocess.run(
        [*tracer, VERDICT, *arguments, "--data", data], capture_output=True, text=True, input=text, cwd="/",
        timeout=PATIENCE_SECONDS, env=environment(folder or data, page, trace, tracer), check=False)
    return done.returncode, done.stdout + done.stderr
