"""Runs scenarios with a kill or a fault at every call to a file; see Tools/crash --help."""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait

import loop
import machine
import trace
from attempt import Attempt
from plan import points
from scenarios import SCENARIOS
from promises import Broken, require


def say(text):
    print(text, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="Tools/crash")
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--sample", nargs=2, type=int, metavar=("SEED", "N"))
    parser.add_argument("--limit", type=int, default=2)
    parser.add_argument("--loop", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


class Workshop:
    """A folder with a place for everything."""

    def __init__(self):
        self.path = os.path.realpath(tempfile.mkdtemp(prefix="verdict-crash-"))
        self.number = 0
        self.turn = threading.Lock()

    def place(self, name):
        with self.turn:
            self.number += 1
            return f"{self.path}/{name}-{self.number}"

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def enumerate_calls(scenario, workshop, traces):
    """Prepares a scenario and sees which calls it makes."""
    folder = workshop.place(f"{scenario.name}-prepared")
    os.makedirs(folder)
    snapshot = (f"{folder}/data", scenario.prepare(f"{folder}/data"))
    place = workshop.place(scenario.name)
    lines = f"{folder}/lines"
    open(lines, "w").close()
    struck = f"{place}/copies" if scenario.strikes_copies else f"{place}/data"
    tracer = trace.tracer(f"{folder}/traced", struck, f"{place}/page", lines) if traces else ()
    attempt = Attempt(scenario, snapshot, place, trace=lines, tracer=tracer)
    try:
        attempt.act()
        attempt.recover()
    finally:
        attempt.close()
    calls = trace.calls_seen(lines, attempt.begin, attempt.end)
    require(calls, "it touches no file")
    if traces:
        trace.compare(f"{folder}/traced", lines, struck)
    shutil.rmtree(place)
    return snapshot, calls


#: Points of a scenario's sample that take the place of such as are not reached.
SPARE_POINTS = 3


def chosen(every, limit, sample, number):
    """Of the same things that happen to the same file, so many, spread evenly; or a sample, and what is spare."""
    if sample:
        drawn = random.Random(sample[0] * 1000 + number).sample(every, min(sample[1] + SPARE_POINTS, len(every)))
        return drawn[:sample[1]], drawn[sample[1]:]
    groups = defaultdict(list)
    for point in every:
        groups[point.call.operation, point.call.path, point.action, point.error].append(point)
    some = []
    for group in groups.values():
        step = max(1, (len(group) - 1) / max(1, limit - 1))
        some += [group[round(place * step)] for place in range(min(limit, len(group)))]
    return some, []


def attempt_point(scenario, snapshot, point, workshop, keeps):
    """None where the point was survived, False where it was not reached, else what is wrong."""
    wrong = False
    # Timers may have their work done a little earlier or later.
    for _ in range(3):
        folder = workshop.place(scenario.name)
        attempt = Attempt(scenario, snapshot, folder, point)
        try:
            attempt.act()
            if attempt.was_struck:
                attempt.recover()
                wrong = None
        except Exception as error:
            wrong = f"{point}: {error if isinstance(error, Broken) else repr(error)}" + (f" ({folder})" if keeps else "")
        finally:
            attempt.close()
        if not (keeps and wrong):
            shutil.rmtree(folder, ignore_errors=True)
        if wrong is not False:
            break
    return wrong


def run_scenarios(scenarios, options, workshop):
    """Prints a line a scenario; returns what went wrong."""
    traces = not options.sample and trace.is_permitted()
    if not options.sample and not traces:
        say("strace may not trace here: the list of calls is the shim's alone.")
    by_name = {scenario.name: scenario for scenario in scenarios}
    wrong, tallies, unreached = [], {}, []
    with ThreadPoolExecutor(options.workers) as pool:
        prepared = {pool.submit(enumerate_calls, scenario, workshop, traces): (number, scenario)
                    for number, scenario in enumerate(scenarios)}
        running, spares = {}, {}

        def attempt(point, snapshot):
            tallies[point.scenario][2] += 1
            running[pool.submit(attempt_point, by_name[point.scenario], snapshot, point, workshop, options.keep)] = (
                point, snapshot)

        for future in as_completed(prepared):
            number, scenario = prepared[future]
            try:
                snapshot, calls = future.result()
            except Exception as error:
                wrong.append(f"{scenario.name}, with nothing wrong: {error!r}")
                continue
            every = list(points(scenario.name, calls))
            some, spares[scenario.name] = chosen(every, options.limit, options.sample, number)
            tallies[scenario.name] = [len(calls), len(every), 0, 0]
            for point in some:
                attempt(point, snapshot)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                point, snapshot = running.pop(future)
                outcome = future.result()
                if outcome is None:
                    tallies[point.scenario][3] += 1
                elif outcome is False:
                    unreached.append(point)
                    if spares[point.scenario]:
                        attempt(spares[point.scenario].pop(), snapshot)
                else:
                    wrong.append(outcome)
                    say(f"WRONG: {outcome}")
    for name, (calls, every, tried, survived) in sorted(tallies.items()):
        say(f"{name:24} {calls:5} calls, {every:5} points, {tried:5} tried, {survived:5} survived")
    for point in unreached:
        say(f"not reached: {point}")
    totals = [sum(column) for column in zip(*tallies.values())] or [0] * 4
    say(f"{totals[0]} calls, {totals[1]} points, {totals[2]} tried, {totals[3]} survived, {len(unreached)} not reached")
    return wrong


def main():
    options = arguments()
    known = [scenario.name for scenario in SCENARIOS] + [name for name, _ in machine.TRIALS]
    if options.list:
        say("\n".join(known))
        return 0
    strangers = set(options.scenario) - set(known)
    if strangers:
        say(f"There is no scenario {', '.join(sorted(strangers))}; there are {', '.join(known)}.")
        return 2
    begin = time.monotonic()
    workshop = Workshop()
    try:
        if options.loop:
            seed = options.seed if options.seed is not None else random.randrange(1_000_000)
            wrong = loop.run(workshop.place("loop"), options.loop, seed, say)
        else:
            wanted = [scenario for scenario in SCENARIOS if not options.scenario or scenario.name in options.scenario]
            wrong = run_scenarios(wanted, options, workshop) if wanted else []
            wrong += machine.run_trials(workshop, options.scenario, say)
    finally:
        if not options.keep:
            workshop.remove()
        else:
            say(f"kept: {workshop.path}")
    for sentence in wrong:
        say(f"WRONG: {sentence}")
    say(f"{'all is well' if not wrong else f'{len(wrong)} wrong'}, {time.monotonic() - begin:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
