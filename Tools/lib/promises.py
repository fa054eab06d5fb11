"""What the tools that put the program to the test have in common: which program, and how they say that it failed."""

import os

VERDICT = os.environ["VERDICT_BINARY"]
API = "/api/v1/governance"
#: What Tools/test --sanitize has to say to the programs that its tests start.
SANITIZER = {name: os.environ[name] for name in ("ASAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}


class Broken(Exception):
    """A promise of the product that was not kept, in a sentence."""


def require(condition, sentence):
    if not condition:
        raise Broken(sentence)
