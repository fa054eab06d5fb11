"""What callers asked of a server and what they were told: the ledger outside of the ledger."""

from promises import API, require

SESSION, ENQUEUE, APPROVE, REJECT, ESCALATE = "session", "enqueue", "approve", "reject", "escalate"

#: The event that stands in the log for each.
EVENTS = {
    SESSION: "session.opened.v1", ENQUEUE: "decision.submitted.v1", APPROVE: "decision.approved.v1",
    REJECT: "decision.rejected.v1", ESCALATE: "decision.escalated.v1",
}


class Command:
    """One wish, with a key of its own, so that it can be repeated until it is granted."""

    def __init__(self, kind, subject, key, padding=0):
        self.kind, self.subject, self.key, self.padding = kind, subject, key, padding

    def __str__(self):
        return f"{self.kind} {self.subject}"

    def send(self, client, session):
        if self.kind == SESSION:
            return client.post(f"{API}/session/create", {"operator_id": self.subject}, self.key)
        if self.kind == ENQUEUE:
            body = {"decision_id": self.subject, "risk_level": "high", "action_type": "block_ip",
                    "target": "192.0.2.7", "reasoning": "x" * self.padding + " a port scan", "confidence": 0.9}
            return client.post(f"{API}/test/enqueue", body, self.key)
        body = {"session_id": session}
        if self.kind == REJECT:
            body["reason"] = "no"
        if self.kind == ESCALATE:
            body["escalation_reason"] = "too big for me"
        return client.post(f"{API}/decision/{self.subject}/{self.kind}", body, self.key)


def day(prefix, decisions=2):
    """A little of everything: the commands of an operator."""
    commands = [Command(SESSION, f"{prefix}@host", f"{prefix}-session")]
    courses = [[APPROVE], [ESCALATE, REJECT], [REJECT], [ESCALATE, ESCALATE, APPROVE], []]
    for number in range(decisions):
        name = f"{prefix}-{number}"
        for place, kind in enumerate([ENQUEUE, *courses[number % len(courses)]]):
            commands.append(Command(kind, name, f"{name}-{place}"))
    return commands


class Record:
    """Which commands were acknowledged, refused, or left without an answer."""

    def __init__(self):
        self.acknowledged = {}
        #: Told that nothing was changed, and not repeated since.
        self.refused = {}
        #: Nobody knows.
        self.open = {}
        self.session = None

    def do(self, command, client):
        """Asks once. True if it is granted, False if it is refused, None if there was no answer."""
        answer = command.send(client, self.session)
        self.refused.pop(command.key, None)
        if answer is None:
            self.open[command.key] = command
            return None
        if answer.status == 200:
            if command.kind == SESSION:
                self.session = answer.json["session_id"]
            self.open.pop(command.key, None)
            self.acknowledged[command.key] = command
            return True
        require(answer.status == 503, f"'{command}' is answered {answer}")
        if "nothing was changed" in answer.body or "shutting down" in answer.body:
            if command.key not in self.open:
                self.refused[command.key] = command
        else:
            require("not certain" in answer.body, f"'{command}' is answered {answer}")
            self.open[command.key] = command
        return False
