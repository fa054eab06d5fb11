"""Kills a server at random for any time: at a random moment, or at a random call to a file."""

import os
import random
import signal
import threading
import time

from check import check
from plan import CHANGING, Page
from record import Record, day
from promises import Broken, require
from server import Client, Server

CLIENTS = 6


class Caller:
    """Works through days of an operator, and repeats what has no answer."""

    def __init__(self, name, record):
        self.name, self.record, self.days, self.commands, self.failure = name, record, 0, [], None

    def run(self, port):
        client = Client(port)
        try:
            while True:
                if not self.commands:
                    self.days += 1
                    self.commands = day(f"{self.name}-{self.days}", 6)
                if not self.record.do(self.commands[0], client):
                    return
                self.commands.pop(0)
        except Exception as error:
            self.failure = error
        finally:
            client.close()


def run(folder, seconds, seed, say):
    """Returns what is wrong."""
    chance = random.Random(seed)
    say(f"seed {seed}")
    os.makedirs(folder)
    page = Page(f"{folder}/page")
    callers = [Caller(f"caller-{number}", Record()) for number in range(CLIENTS)]
    kills, deadline = 0, time.monotonic() + seconds
    server = Server(f"{folder}/data", f"{folder}/log", page)
    try:
        while time.monotonic() < deadline:
            live(server, page, callers, chance)
            kills += 1
            server = Server(f"{folder}/data", f"{folder}/log", page)
            look(server, callers)
            if kills % 20 == 0:
                say(f"{kills} kills, {sum(len(caller.record.acknowledged) for caller in callers)} acknowledged")
        server.stop()
    except Exception as error:
        return [f"after {kills} kills, seed {seed}: {error if isinstance(error, Broken) else repr(error)}"]
    finally:
        server.kill()
        page.close()
    say(f"{kills} kills survived, {sum(len(caller.record.acknowledged) for caller in callers)} commands acknowledged")
    return []


def live(server, page, callers, chance):
    """One life of the server, from its start to its kill."""
    if chance.random() < 0.5:
        page.arm(sorted(CHANGING), "*", chance.randrange(1, 3000), chance.choice(["kill", "kill halfway"]))
    threads = [threading.Thread(target=caller.run, args=(server.port,)) for caller in callers]
    for thread in threads:
        thread.start()
    end = time.monotonic() + chance.uniform(0.01, 1.5)
    while time.monotonic() < end and not server.has_ended:
        time.sleep(0.005)
    page.disarm()
    if not server.has_ended:
        server.kill()
    require(server.process.returncode == -signal.SIGKILL, f"it ends with {server.ending()}")
    for thread in threads:
        thread.join()
    for caller in callers:
        if caller.failure:
            raise caller.failure


def look(server, callers):
    """What all of them were told, together."""
    everybody = Record()
    for caller in callers:
        everybody.acknowledged |= caller.record.acknowledged
        everybody.open |= caller.record.open
        everybody.refused |= caller.record.refused
    client = Client(server.port)
    check(server, client, everybody)
    client.close()
