"""UmaDB, an event store that others wrote, under as many clients as ours: one event in each append."""

import subprocess
import sys
import tempfile
import threading
import time

CLIENT = """
import sys, threading, time, uuid, umadb
url, clients, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
payload, times, lock = b"x" * 392, [], threading.Lock()
def work():
    client, mine, end = umadb.Client(url), [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        client.append([umadb.Event(event_type="decision.submitted", data=payload, tags=[f"decision/{uuid.uuid4()}"])])
        mine.append(time.monotonic() - begin)
    with lock:
        times.extend(mine)
threads = [threading.Thread(target=work) for _ in range(clients)]
begin = time.monotonic()
for thread in threads: thread.start()
for thread in threads: thread.join()
elapsed = time.monotonic() - begin
times.sort()
print(len(times) / elapsed, *(1000 * times[int(len(times) * part)] for part in (0.5, 0.99, 0.999)))
"""


class UmaDB:
    """The server and the client that its package brings, from PyPI."""

    def __init__(self, folder):
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/peer"], check=True)
        subprocess.run([f"{folder}/peer/bin/pip", "install", "--quiet", "umadb"], check=True)

    @property
    def version(self):
        shown = subprocess.run(
            [f"{self.folder}/peer/bin/pip", "show", "umadb"], capture_output=True, text=True, check=True).stdout
        return next(line.split()[1] for line in shown.splitlines() if line.startswith("Version"))

    def measure(self, clients, seconds, port=50_151):
        with tempfile.TemporaryDirectory(dir=self.folder) as data:
            server = subprocess.Popen(
                [f"{self.folder}/peer/bin/umadb", "--listen", f"127.0.0.1:{port}", "--db-path", data],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for line in server.stdout:
                if "started" in line:
                    break
            threading.Thread(target=server.stdout.read, daemon=True).start()
            try:
                output = subprocess.run(
                    [f"{self.folder}/peer/bin/python", "-c", CLIENT, f"http://127.0.0.1:{port}", str(clients), str(seconds)],
                    capture_output=True, text=True, check=True).stdout
            finally:
                server.terminate()
                server.wait()
        rate, p50, p99, p999 = map(float, output.split())
        return {"rate": rate, "p50": p50, "p99": p99, "p999": p999, "not_2xx": 0, "broken": 0}
