"""Thousands of clients on the event stream, in a program of their own: Python would be slower than the server."""

import subprocess


class Watchers:
    def __init__(self, program, port, path, count):
        self.process = subprocess.Popen(
            [program, str(port), path, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.count = count

    def ask(self, *command):
        print(*command, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().split()

    def open(self, first, number, step=1):
        if (opened := int(self.ask("open", first, number, step)[1])) != number:
            raise SystemExit(f"only {opened} of {number} streams were opened")

    def drop(self, first, number, step):
        self.ask("drop", first, number, step)

    def wait(self, watcher, position, seconds):
        self.ask("wait", watcher, position, int(1000 * seconds))

    def wait_all(self, position, seconds):
        """How many have not got that event, and when the middle one and the last one got theirs (by time.monotonic)."""
        said, *figures = self.ask("waitall", position, int(1000 * seconds))
        if said == "missing":
            return int(figures[0]), None, None
        return 0, *(int(microseconds) / 1_000_000 for microseconds in figures)

    @property
    def disorder(self):
        """Events that came twice or out of order."""
        return int(self.ask("disorder")[1])

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
