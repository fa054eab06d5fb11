"""The check after everything that has gone wrong: the only place where it is made."""

import json
import re
import sqlite3
import time
from collections import Counter, defaultdict

from record import EVENTS
from promises import API, Broken, require
from server import PATIENCE_SECONDS, quote, run

#: How the product checks itself, beside a running server.
VERIFICATIONS = (["verify"],)

WAITING = {"pending", "escalated", "timeout"}
STATUSES = {"decision.approved.v1": "approved", "decision.rejected.v1": "rejected",
            "decision.escalated.v1": "escalated", "decision.timed_out.v1": "timeout",
            "decision.cancelled.v1": "cancelled", "decision.executed.v1": "executed",
            "decision.execution_failed.v1": "failed"}


def check(server, client, record):
    """Everything that was acknowledged is in the log of that server, once, nothing that was refused, nothing by halves,
    and the server shows what follows from its log."""
    for attempt in range(3):
        rows = log_of(server.data)
        check_order(rows)
        check_record(rows, record)
        try:
            check_statistics(rows, client)
            break
        except Broken:
            # The clock of the server may have spoken in between, of a deadline that has passed.
            if attempt == 2:
                raise
            time.sleep(0.2)
    for arguments in VERIFICATIONS:
        status, output = run(*arguments, data=server.data)
        if status != 0:
            # The audit index is opened, and made anew if it has to be, after the server has started to serve.
            time.sleep(0.5)
            status, output = run(*arguments, data=server.data)
        require(status == 0, f"verdict {' '.join(arguments)} ends with {status}: {output}")


def wait_until_ready(client):
    """Until it says that all is well, and shows every event; the disk is well."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        ready, metrics = client.get("/readyz"), client.get("/metrics")
        if ready and metrics and ready.status == 200 and re.search(r"^verdict_views_lag_events 0", metrics.body, re.M):
            return
        require(time.monotonic() < deadline, f"it does not recover: {ready}")
        time.sleep(0.05)


def log_of(data):
    """The log, read beside the server."""
    database = sqlite3.connect(f"file:{quote(data)}/events.db?mode=ro", uri=True, timeout=PATIENCE_SECONDS)
    try:
        findings = [row[0] for row in database.execute("PRAGMA integrity_check")]
        require(findings == ["ok"], f"the pages of the log: {findings}")
        rows = database.execute("SELECT position, stream, version, type, data, metadata FROM events ORDER BY position")
        return [(*row[:4], json.loads(row[4]), json.loads(row[5])) for row in rows]
    finally:
        database.close()


def check_order(rows):
    versions = Counter()
    for place, (position, stream, version, *_) in enumerate(rows, 1):
        versions[stream] += 1
        require(position == place, f"position {position} stands at place {place}")
        require(version == versions[stream], f"{stream} has version {version} after {versions[stream] - 1}")


def check_record(rows, record):
    found = defaultdict(list)
    for _, _, _, kind, _, metadata in rows:
        if "idempotencykey" in metadata:
            found[metadata["idempotencykey"]].append(kind)
    for key, command in record.acknowledged.items():
        require(found[key] == [EVENTS[command.kind]], f"'{command}' was acknowledged, and the log has {found[key]}")
    for key, command in record.open.items():
        require(found[key] in ([], [EVENTS[command.kind]]), f"'{command}' is there as {found[key]}")
    for key, command in record.refused.items():
        require(not found[key], f"'{command}' was refused, 'nothing was changed', and is there")
    known = record.acknowledged.keys() | record.open.keys()
    stray = [key for key, kinds in found.items() if kinds and key not in known]
    require(not stray, f"nobody asked for {stray}")


def check_statistics(rows, client):
    """What the server shows is a fold of its log, written again here."""
    statuses, operators = {}, defaultdict(Counter)
    for _, _, _, kind, data, _ in rows:
        decision = data.get("decision_id")
        if kind == "session.opened.v1":
            operators[data["operator_id"]]["total_sessions"] += 1
        elif kind == "decision.submitted.v1":
            require(decision not in statuses, f"{decision} was submitted twice")
            statuses[decision] = "pending"
        elif kind in STATUSES:
            require(statuses[decision] in WAITING or STATUSES[kind] in ("executed", "failed"),
                    f"{decision} was {STATUSES[kind]} after it was {statuses[decision]}")
            statuses[decision] = STATUSES[kind]
            if data.get("operator_id"):
                operators[data["operator_id"]][f"total_{STATUSES[kind]}"] += 1
    pending = client.get(f"{API}/pending?limit=0")
    require(pending and pending.status == 200, f"the queue is answered {pending}")
    counts = Counter(status for status in statuses.values() if status in WAITING)
    for status in WAITING:
        shown = pending.json["by_status"].get(status, 0)
        require(shown == counts[status], f"{shown} decisions are shown as {status} instead of {counts[status]}")
    require(pending.json["total_pending"] == counts.total(), f"the queue is said to have {pending.json['total_pending']}")
    for operator, folded in operators.items():
        shown = client.get(f"{API}/session/{quote(operator)}/stats")
        require(shown and shown.status == 200, f"the statistics of {operator} are answered {shown}")
        for name in ("total_sessions", "total_approved", "total_rejected", "total_escalated"):
            require(shown.json[name] == folded[name], f"{name} of {operator}: {shown.json[name]} instead of {folded[name]}")
    for decision, status in sorted(statuses.items())[-20:]:
        shown = client.get(f"{API}/decision/{quote(decision)}/status")
        require(shown and shown.json.get("status") == status, f"{decision} is shown {shown} instead of {status}")
