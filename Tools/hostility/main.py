"""Attacks a real server from many sides; see Tools/hostile --help."""

import argparse
import random
import resource
import sys
import time

import connections
import malformed
from promises import Broken
from site_of import Server
from trial import Run

TRIALS = {trial.__name__.replace("_", "-"): trial for trial in malformed.TRIALS + connections.TRIALS}


def arguments():
    parser = argparse.ArgumentParser(prog="Tools/hostile")
    parser.add_argument("--trial", action="append", default=[])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    if options.list:
        for name, trial in TRIALS.items():
            print(f"{name:22} {trial.__doc__}")
        return 0
    strangers = set(options.trial) - set(TRIALS)
    if strangers:
        print(f"There is no trial {', '.join(sorted(strangers))}; there are {', '.join(TRIALS)}.")
        return 2
    wanted = options.trial or list(TRIALS)
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    print(f"seed {seed}", flush=True)
    begin = time.monotonic()
    size, idle_seconds = (0.02, 1) if options.quick else (1, 5)
    wrong = 0
    server = Server(idle_seconds)
    try:
        # A quick run stands beside other work, whose delays are not the server's.
        run = Run(server, random.Random(seed), size, judges_latency=not options.quick)
        run.quiet(0.2)
        for name in wanted:
            try:
                print(f"well  {name:22} {run.attempt(TRIALS[name], quiet_seconds=0.2 if options.quick else 4)}", flush=True)
            except Exception as error:
                wrong += 1
                print(f"WRONG {name:22} {error if isinstance(error, Broken) else repr(error)}", flush=True)
                if server.process.poll() is not None:
                    server.remove()
                    server = run.server = Server(idle_seconds)
        try:
            server.stop()
        except Broken as error:
            wrong += 1
            print(f"WRONG at the end: {error}", flush=True)
    finally:
        server.remove()
    print(f"{len(wanted)} trials, {'all is well' if not wrong else f'{wrong} wrong'}, {time.monotonic() - begin:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
