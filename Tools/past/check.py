"""Asks a server what it would have answered at moments of the past, and folds its log by hand to compare."""

import argparse
import http.client
import json
import random
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from urllib.parse import quote

API = "/api/v1/governance"
AUDIT = "/api/v1/audit"
WAITING = {"pending", "escalated", "timeout"}
STATUSES = {
    "decision.approved.v1": "approved", "decision.rejected.v1": "rejected", "decision.escalated.v1": "escalated",
    "decision.timed_out.v1": "timeout", "decision.cancelled.v1": "cancelled", "decision.executed.v1": "executed",
    "decision.execution_failed.v1": "failed",
}
#: The words of the audit for events that are one entry each.
ENTRIES = {
    "decision.approved.v1": "decision_approved", "decision.rejected.v1": "decision_rejected",
    "decision.escalated.v1": "decision_escalated", "decision.timed_out.v1": "decision_timed_out",
    "decision.cancelled.v1": "decision_cancelled", "decision.executed.v1": "decision_executed",
    "decision.execution_failed.v1": "decision_failed", "decision.sla_warned.v1": "decision_sla_warned",
    "session.opened.v1": "session_opened", "session.closed.v1": "session_closed",
}


class Fold:
    """The record up to a position, event after event."""

    def __init__(self):
        self.position = 0
        self.status, self.risk, self.target = {}, {}, {}
        self.resolved_by = {}
        #: What asks nobody does not stand in the queue.
        self.asks = {}
        self.waiting = Counter()
        self.listed = Counter()
        self.operators = defaultdict(Counter)
        self.of_decision, self.of_target, self.of_entry = defaultdict(list), defaultdict(list), defaultdict(list)

    def take(self, position, kind, data):
        self.position = position
        decision = data.get("decision_id")
        if kind in ENTRIES:
            self.of_entry[ENTRIES[kind]].append(position)
        if kind == "session.opened.v1":
            self.operators[data["operator_id"]]["total_sessions"] += 1
        if not kind.startswith("decision."):
            return
        if kind == "decision.submitted.v1":
            self.risk[decision] = data["risk_level"]
            self.asks[decision] = data["automation_level"] != "full"
            self.target[decision] = data["context"]["action_params"].get("target")
            self._move(decision, "pending")
        elif kind in STATUSES:
            self._move(decision, STATUSES[kind])
            if kind in ("decision.approved.v1", "decision.rejected.v1"):
                self.resolved_by[decision] = data.get("operator_id")
            if data.get("operator_id"):
                self.operators[data["operator_id"]][f"total_{STATUSES[kind]}"] += 1
        self.of_decision[decision].append(position)
        self.of_target[self.target[decision]].append(position)

    def _move(self, decision, status):
        risk, before = self.risk[decision], self.status.get(decision)
        if before:
            self.listed[before, risk] -= 1
            self.waiting[risk] -= before in WAITING and self.asks[decision]
        self.status[decision] = status
        self.listed[status, risk] += 1
        self.waiting[risk] += status in WAITING and self.asks[decision]


class Broken(Exception):
    pass


def same(said, expected, what):
    if said != expected:
        raise Broken(f"{what}: {said!r} instead of {expected!r}")


class Asker:
    def __init__(self, address, log, chance):
        self.connection = http.client.HTTPConnection(address, timeout=120)
        self.chance = chance
        self.decisions = [json.loads(row[0])["decision_id"] for row in log.execute(
            "SELECT data FROM events WHERE type = 'decision.submitted.v1'")]
        self.operators = [row[0] for row in log.execute(
            "SELECT DISTINCT data ->> 'operator_id' FROM events WHERE type = 'session.opened.v1'")]
        self.asked = Counter()
        self.seconds = defaultdict(list)

    def get(self, kind, path, position):
        """The answer as of a position."""
        self.asked[kind] += 1
        while True:
            begin = time.monotonic()
            self.connection.request("GET", f"{path}{'&' if '?' in path else '?'}asOf={position}")
            response = self.connection.getresponse()
            body = json.loads(response.read())
            if response.status != 503:
                break
            # The audit index of a log that nobody has served yet is being made.
            time.sleep(1)
        self.seconds[kind].append(time.monotonic() - begin)
        if response.status == 200:
            same(response.headers["Verdict-As-Of"], str(position), f"the position of {path}")
        return response.status, body

    def ask(self, fold):
        """One question about the moment of the fold."""
        question = self.chance.choice([
            self.one_status, self.one_status, self.one_decision, self.queue, self.list, self.statistics,
            self.audit_of_decision, self.audit_of_target, self.audit_of_kind])
        question(fold, self.chance.choice(self.decisions))

    def one_status(self, fold, decision):
        status, body = self.get("status", f"{API}/decision/{quote(decision)}/status", fold.position)
        known = fold.status.get(decision)
        same((status, body.get("status")), (200, known) if known else (404, None), f"the status of {decision}")

    def one_decision(self, fold, decision):
        status, body = self.get("decision", f"{API}/decision/{quote(decision)}", fold.position)
        if decision not in fold.status:
            return same(status, 404, f"{decision} before it was submitted")
        same((body["status"], body["risk_level"], body["context"]["action_params"].get("target")),
             (fold.status[decision], fold.risk[decision], fold.target[decision]), decision)
        if fold.status[decision] in ("approved", "rejected"):
            same(body["resolution"]["resolved_by"], fold.resolved_by[decision], f"who decided {decision}")

    def queue(self, fold, _):
        status, body = self.get("queue", f"{API}/pending?limit=1000", fold.position)
        same(status, 200, "the queue")
        same({risk: count for risk, count in body["by_risk_level"].items() if count},
             {risk: count for risk, count in fold.waiting.items() if count}, "by_risk_level")
        same(body["total_pending"], fold.waiting.total(), "total_pending")
        shown = {entry["decision_id"]: entry["status"] for entry in body["decisions"]}
        same(len(shown), min(1000, fold.waiting.total()), "what the queue shows")
        same(shown, {decision: fold.status.get(decision) for decision in shown}, "the queue")

    def list(self, fold, _):
        wanted = self.chance.choice(["approved", "rejected", "executed", "escalated", "timeout", "failed", "cancelled"])
        risk = self.chance.choice(["low", "medium", "high", "critical"])
        path = f"{API}/decisions?status={wanted}&risk_level={risk}&limit=20"
        status, body = self.get("list", path, fold.position)
        same(status, 200, path)
        same(body["total"], fold.listed[wanted, risk], f"the total of {path}")
        for entry in body["decisions"]:
            decision = entry["decision_id"]
            same((fold.status.get(decision), fold.risk.get(decision)), (wanted, risk), f"{decision} in {path}")

    def statistics(self, fold, _):
        operator = self.chance.choice(self.operators)
        status, body = self.get("statistics", f"{API}/session/{quote(operator)}/stats", fold.position)
        expected = fold.operators[operator]
        for name in ("total_sessions", "total_approved", "total_rejected", "total_escalated"):
            same(body.get(name, 0) if status == 200 else 0, expected[name], f"{name} of {operator}")

    def audit(self, fold, query, expected, places_once):
        path = f"{AUDIT}/events?{query}&limit=200&sort_order={self.chance.choice(['asc', 'desc'])}"
        status, body = self.get("audit", path, fold.position)
        same(status, 200, path)
        positions = [entry["position"] for entry in body["audit_entries"]]
        if "desc" in path:
            positions.reverse()
            expected = expected[-len(set(positions)):] if positions else expected
        else:
            expected = expected[:len(set(positions))] if positions else expected
        same(sorted(set(positions)), expected, path)
        if places_once:
            same(len(positions), len(expected), path)

    def audit_of_decision(self, fold, decision):
        self.audit(fold, f"decision_id={quote(decision, safe='')}", fold.of_decision.get(decision, []), False)

    def audit_of_target(self, fold, decision):
        target = fold.target.get(decision)
        if not target or "," in target:
            return self.audit_of_decision(fold, decision)
        self.audit(fold, f"target={quote(target, safe='')}", fold.of_target[target], False)

    def audit_of_kind(self, fold, _):
        kind = self.chance.choice(list(ENTRIES.values()))
        self.audit(fold, f"event_type={kind}", fold.of_entry[kind], True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("log")
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    log = sqlite3.connect(f"file:{quote(options.log)}?mode=ro", uri=True)
    chance = random.Random(options.seed)
    asker = Asker(options.address, log, chance)
    last = log.execute("SELECT max(position) FROM events").fetchone()[0]
    # In order, so that the fold by hand reads the log once; the server is asked about every moment alike.
    moments = Counter(chance.randint(0, last) for _ in range(options.pairs))
    fold, wrong, begin = Fold(), 0, time.monotonic()
    rows = log.execute("SELECT position, type, data FROM events ORDER BY position")

    def ask(count):
        nonlocal wrong
        for _ in range(count):
            try:
                asker.ask(fold)
            except Broken as error:
                wrong += 1
                if wrong <= 20:
                    print(f"WRONG as of {fold.position}: {error}")

    ask(moments[0])
    for position, kind, data in rows:
        fold.take(position, kind, json.loads(data))
        ask(moments[position])
    print(f"{asker.asked.total()} questions about {len(moments)} moments of {last} events, seed {options.seed}, "
          f"{time.monotonic() - begin:.0f} s: {wrong} answered otherwise than the fold by hand")
    for kind, count in sorted(asker.asked.items()):
        seconds = sorted(asker.seconds[kind])
        middle, late = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
        print(f"  {kind:12} {count:6}, p50 {middle * 1000:.1f} ms, p99 {late * 1000:.1f} ms")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
