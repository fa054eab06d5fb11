"""The programs that are measured, and the load on them."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
BINARIES = os.environ["VERDICT_BINARIES"]
GOVERNANCE = "/api/v1/governance"


def compiled(source, output, *flags):
    """What the C compiler makes of a file that lies here; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return None
    subprocess.run([compiler, "-O2", "-o", output, f"{HERE}/{source}", *flags], check=True)
    return output


class Program:
    """A program that says on which port it listens."""

    def __init__(self, *command, environment=None):
        begin = time.monotonic()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})})
        for line in self.process.stdout:
            if match := re.search(r"listens on (?:http://127\.0\.0\.1:)?(\d+)", line):
                self.port = int(match[1])
                break
        else:
            raise SystemExit(f"{' '.join(command)} did not start")
        #: Seconds from its start to its first answer.
        self.start_seconds = time.monotonic() - begin

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path):
        with urllib.request.urlopen(self.url(path), timeout=60) as answer:
            return answer.read().decode()

    def answers(self, path):
        """Whether a request is answered with 2xx."""
        try:
            self.get(path)
            return True
        except urllib.error.HTTPError:
            return False

    def post(self, path, body):
        request = urllib.request.Request(
            self.url(path), json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def metric(self, name):
        match = re.search(rf"^{name} (\S+)", self.get("/metrics"), re.M)
        return float(match[1]) if match else 0.0

    @property
    def memory_mebibytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def verdict(data, environment=None):
    return Program(
        f"{BINARIES}/verdict", "serve", "--port", "0", "--data", data, "--queue-capacity", "0", environment=environment)


def bare():
    return Program(f"{BINARIES}/VerdictBench", "bare")


def bench(*arguments):
    """What VerdictBench prints."""
    return subprocess.run(
        [f"{BINARIES}/VerdictBench", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def load(url, script, connections, seconds, *arguments):
    """Runs wrk; a rate, and times in milliseconds."""
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{HERE}/{script}.lua", url, "--", *arguments],
        capture_output=True, text=True, check=True, env={**os.environ, "VERDICT_WRK_REPORT": f"{HERE}/report.lua"}).stdout
    return json.loads(re.search(r"^RESULT (.*)$", output, re.M)[1])


def session(server, operator="bench"):
    return server.post(f"{GOVERNANCE}/session/create", {"operator_id": operator})["session_id"]


def fill(server, count):
    """Enqueues decisions named bench-1, bench-2, … until so many wait."""
    while (waiting := json.loads(server.get(f"{GOVERNANCE}/health"))["queue_size"]) < count:
        load(server.url(GOVERNANCE), "enqueue-named", 64, 2 if waiting else 1, str(waiting))
    return waiting
