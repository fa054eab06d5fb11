"""One scenario, once: on a directory of its own, with one thing that goes wrong or none."""

import os
import shutil
import signal
import time

from check import check, wait_until_ready
from plan import OPERATIONS, Page
from record import ENQUEUE, Command, Record, day
from promises import API, Broken, require
from server import PATIENCE_SECONDS, Client, NotStarted, Server, run


class Died(Exception):
    """The process was killed, as was wanted."""


class Attempt:
    def __init__(self, scenario, snapshot, folder, point=None, trace=None, tracer=()):
        """`snapshot` is a prepared directory with its record; `trace` a file for all calls."""
        self.scenario, self.folder, self.point, self.trace, self.tracer = scenario, folder, point, trace, tracer
        os.makedirs(folder)
        self.data, self.log = f"{folder}/data", f"{folder}/log"
        #: Where copies are made.
        self.copies = f"{folder}/copies"
        os.makedirs(self.copies)
        self.struck_folder = self.copies if scenario.strikes_copies else self.data
        path, known = snapshot
        if os.path.exists(path):
            shutil.copytree(path, self.data)
        self.record = Record()
        self.record.acknowledged = dict(known.acknowledged)
        self.page = Page(f"{folder}/page")
        self.server = self.client = self.repeat = None
        self.begin = self.end = 0

    # MARK: What scenarios do

    def arm(self):
        """From here on things go wrong."""
        if self.trace:
            self.begin = os.path.getsize(self.trace)
        if self.point:
            self.page.arm_point(self.point)

    def start(self):
        try:
            self._start(self.page, self.trace, self.tracer)
        except NotStarted as ending:
            self._judge_end(str(ending))
            # It has refused to start: that is fine, as long as it starts once the disk is well.
            self.page.disarm()
            self._start(self.page)

    def do(self, commands):
        for command in commands:
            refusals = 0
            while not (granted := self.record.do(command, self.client)):
                if granted is None:
                    self._expect_death(f"'{command}' has no answer")
                refusals += 1
                if refusals == 2:
                    self.page.disarm()
                require(refusals < 5, f"'{command}' is refused though the disk is well")

    def ask_for_proof(self):
        """Has the evidence made up to the last event."""
        self._ask("GET", f"{API.removesuffix('governance')}evidence/events/1.tlog-proof")
        self._ask("GET", "/checkpoint")

    def log_in(self):
        answer = self._ask(
            "POST", "/api/auth/login", "username=admin&password=ChangeMe123!",
            {"Content-Type": "application/x-www-form-urlencoded"})
        token = {"Authorization": f"Bearer {answer.json.get('access_token')}"}
        self._ask("GET", "/api/auth/me", None, token)
        self._ask("POST", "/api/auth/logout", None, token)

    def stop(self):
        code = self.server.end_by(signal.SIGTERM)
        ending, self.server = self.server.ending(), None
        if code != 0:
            self._judge_end(ending)

    def run(self, *arguments, text=None, data=None, repeat=None):
        """Another command of verdict; what it leaves undone is done by repeating it, in a way of its own if need be."""
        data = data or self.data
        self.repeat = repeat or (lambda: run(*arguments, data=data, text=text))
        status, output = run(
            *arguments, data=data, folder=self.struck_folder, page=self.page, trace=self.trace, tracer=self.tracer,
            text=text)
        if status != 0:
            self._judge_end(f"signal {-status}" if status < 0 else f"status {status}: {output}")

    # MARK: How it goes on

    def act(self):
        """Does what the scenario does, up to its end or that of the process."""
        try:
            self.scenario.act(self)
        except Died:
            self._forget_server()
        if self.trace:
            self.end = os.path.getsize(self.trace)

    @property
    def was_struck(self):
        # What is done in the background may be late.
        deadline = time.monotonic() + 1.5
        while self.page.struck == 0 and self.server and not self.server.has_ended and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.page.struck > 0

    def recover(self):
        """The disk is well again: whoever lives goes on, the others are started; nothing is missing."""
        self.page.disarm()
        if self.server and self.point and self.point.kills and self.page.struck:
            # The call was counted before it killed.
            self.server.process.wait(PATIENCE_SECONDS)
        if self.server and self.server.has_ended:
            try:
                self._judge_end(self.server.ending())
            except Died:
                pass
            self._forget_server()
        if self.repeat:
            status, output = self.repeat()
            require(status == 0 or "already" in output, f"repeated, it ends with {status}: {output}")
        if self.server:
            wait_until_ready(self.client)
            # Whoever says so takes commands.
            command = Command(ENQUEUE, "meanwhile", "meanwhile")
            require(self.record.do(command, self.client), f"'{command}' is not granted though it says that it is ready")
            wait_until_ready(self.client)
            check(self.server, self.client, self.record)
            self.server.stop()
            self._forget_server()
        self._start()
        check(self.server, self.client, self.record)
        for command in [*self.record.open.values(), *day("after", 1)]:
            require(self.record.do(command, self.client), f"'{command}' is not granted though all is well")
        wait_until_ready(self.client)
        check(self.server, self.client, self.record)
        self.server.stop()
        self._forget_server()

    def close(self):
        if self.server:
            self.server.kill()
            self._forget_server()
        self.page.close()

    # MARK: Details

    def _start(self, page=None, trace=None, tracer=()):
        self.server = Server(self.data, self.log, page, trace, tracer)
        self.client = Client(self.server.port)

    def _forget_server(self):
        if self.client:
            self.client.close()
        self.server = self.client = None

    def _ask(self, *request):
        """Something that may fail while the disk does, but only as the disk's fault."""
        answer = self.client.ask(*request)
        if answer is None:
            self._expect_death(f"{request[:2]} has no answer")
        require(answer.status < 500 or answer.status == 503, f"{request[:2]} is answered {answer}")
        return answer

    def _expect_death(self, sentence):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.server.has_ended and time.monotonic() < deadline:
            time.sleep(0.01)
        require(self.server.has_ended, f"{sentence}, though the server lives")
        self._judge_end(self.server.ending())
        raise Broken(f"{sentence}: the server has ended with {self.server.ending()}")

    def _judge_end(self, ending):
        """A process may end because it was killed, or say why it ends; nothing else."""
        if self.point and self.point.kills and self.page.struck:
            require(ending == f"signal {signal.SIGKILL.value}", f"it ends with {ending}")
            raise Died
        require(self.point and self.page.struck, f"it ends with {ending} though all is well")
        require("signal" not in ending.split(":")[0] and "rror" in ending, f"it ends with {ending}")


def strike_all(page, operations=OPERATIONS, **how):
    """Everything of these kinds fails, until the page is disarmed."""
    page.arm(operations, "*", 1, "fail", count=-1, **how)
