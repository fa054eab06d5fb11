"""How requests that Tools/fuzz-api makes up prove who sends them, and what they must not do."""

import json
import os
import urllib.parse
import urllib.request

import schemathesis

ADDRESS = os.environ["FUZZ_ADDRESS"]
CREDENTIALS = {"username": "admin", "password": os.environ["VERDICT_ADMIN_PASSWORD"]}
WAIT_SECONDS_MAX = 1


class Person:
    """An administrator, who may do everything that people may do."""

    def get(self, case, context):
        form = urllib.parse.urlencode(CREDENTIALS).encode()
        with urllib.request.urlopen(f"{ADDRESS}/api/auth/login", form, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def set(self, case, token, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.auth(refresh_interval=600).skip_for(path="/api/auth/logout")
class PersonWhoStays(Person):
    pass


@schemathesis.auth(refresh_interval=None).apply_to(path="/api/auth/logout")
class PersonWhoLeaves(Person):
    """Logging out voids the token with which it is asked for, so each time there is a new one."""


@schemathesis.hook
def before_call(context, case, kwargs):
    spare_own_user(case)
    shorten_wait(case)


def spare_own_user(case):
    """The user who makes the requests is never changed: without it everything else would be refused."""
    if case.path_parameters and case.path_parameters.get("username") == CREDENTIALS["username"]:
        case.path_parameters["username"] = "somebody-else"


def shorten_wait(case):
    """A request may ask to wait a minute for an answer; a second tells as much."""
    wait = str((case.query or {}).get("wait"))
    if wait.isdecimal() and int(wait) > WAIT_SECONDS_MAX:
        case.query["wait"] = WAIT_SECONDS_MAX
