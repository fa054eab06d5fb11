-- The read models: derived from the log, thrown away and built again when this file changes.
CREATE TABLE checkpoint (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,                    -- the last event that every table below has seen
    event_id BLOB                                 -- its id: the proof that these views belong to this log
) STRICT;
INSERT INTO checkpoint VALUES (1, 0, NULL);

-- Times are microseconds since 1970 UTC. JSON and numbers stand as their author wrote them.
CREATE TABLE decisions (
    submitted_position INTEGER PRIMARY KEY,       -- first in, first out inside a lane; rows are appended in this order
    decision_id        TEXT    NOT NULL,
    version            INTEGER NOT NULL,          -- of its stream
    queue_rank         INTEGER NOT NULL,          -- of its risk level: 0 critical, 1 high, 2 medium, 3 low
    automation_level   TEXT    NOT NULL,
    status             TEXT    NOT NULL,
    queued             INTEGER NOT NULL,          -- 1 while somebody has to act
    submitted_by       TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    requested_at       INTEGER NOT NULL,          -- when the question arose, as its author says; else created_at
    updated_at         INTEGER NOT NULL,
    sla_deadline       INTEGER,
    sla_warn_at        INTEGER,
    sla_warned         INTEGER NOT NULL DEFAULT 0,
    due_at             INTEGER,                   -- when the SLA clock has something to say; null for never
    action_type        TEXT    NOT NULL,
    action_params      TEXT    NOT NULL,
    reasoning          TEXT    NOT NULL,
    confidence         TEXT    NOT NULL,
    threat_score       TEXT    NOT NULL,
    threat_type        TEXT    NOT NULL,
    target             TEXT    NOT NULL,
    recommended_action TEXT    NOT NULL,
    metadata           TEXT    NOT NULL,
    rejections         INTEGER NOT NULL DEFAULT 0,
    escalated_to       TEXT,
    moved_position     INTEGER,                   -- of the event that first took it out of pending, while it waits
    escalation_reason  TEXT,
    resolved_at        INTEGER,                   -- of the last operator action, escalations included
    resolved_by        TEXT,
    resolved_position  INTEGER,
    operator_decision  TEXT,                      -- approve, reject, escalate
    operator_notes     TEXT,
    named_actions      TEXT,                      -- JSON array of the actions named with the answer
    execution_result   TEXT,
    execution_error    TEXT
) STRICT;
CREATE UNIQUE INDEX decisions_by_id ON decisions (decision_id);
CREATE INDEX decisions_in_queue_order ON decisions (queue_rank, submitted_position, status) WHERE queued = 1;
CREATE INDEX decisions_unanswered ON decisions (queue_rank, requested_at, submitted_position) WHERE queued = 1 AND operator_decision IS NULL;
CREATE INDEX decisions_by_request ON decisions (requested_at);
CREATE INDEX decisions_by_deadline ON decisions (sla_deadline) WHERE queued = 1;
CREATE INDEX decisions_newest_first ON decisions (status, queue_rank, resolved_position) WHERE queued = 0;
CREATE INDEX decisions_due ON decisions (due_at) WHERE due_at IS NOT NULL;

-- One row per status and lane, so that counting never scans.
CREATE TABLE decision_counts (
    status     TEXT    NOT NULL,
    queue_rank INTEGER NOT NULL,
    queued     INTEGER NOT NULL,
    answered   INTEGER NOT NULL,                  -- 1 once a person has said something about it
    count      INTEGER NOT NULL,
    PRIMARY KEY (status, queue_rank, queued, answered)
) STRICT, WITHOUT ROWID;

-- The answers of people, and the time that they took: from the question to the last answer, in milliseconds, a year at most.
CREATE TABLE answer_counts (
    answer        TEXT PRIMARY KEY,               -- approve, reject, escalate
    count         INTEGER NOT NULL,
    response_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many decisions were submitted in each minute since 1970, so that the rate of late costs two look-ups.
CREATE TABLE submissions (
    minute INTEGER PRIMARY KEY,
    count  INTEGER NOT NULL
) STRICT;

-- The same by the time at which the questions arose.
CREATE TABLE requests (
    minute INTEGER PRIMARY KEY,
    count  INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    session_id     TEXT PRIMARY KEY,
    operator_id    TEXT    NOT NULL,
    operator_name  TEXT    NOT NULL,
    operator_role  TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    opened_position INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    last_active_at INTEGER NOT NULL,
    closed_at      INTEGER,
    close_reason   TEXT,
    ip_address     TEXT,
    user_agent     TEXT,
    metadata       TEXT    NOT NULL,
    approved       INTEGER NOT NULL DEFAULT 0,
    rejected       INTEGER NOT NULL DEFAULT 0,
    escalated      INTEGER NOT NULL DEFAULT 0,
    review_time    INTEGER NOT NULL DEFAULT 0     -- microseconds, summed over its reviews
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_open ON sessions (expires_at) WHERE closed_at IS NULL;

CREATE TABLE operators (
    operator_id      TEXT PRIMARY KEY,
    operator_name    TEXT    NOT NULL,            -- as of the last session
    operator_role    TEXT    NOT NULL,
    sessions         INTEGER NOT NULL DEFAULT 0,
    open_sessions    INTEGER NOT NULL DEFAULT 0,
    open_since_sum   INTEGER NOT NULL DEFAULT 0,  -- sum of the creation times of the open ones, in milliseconds since 2020
    closed_duration  INTEGER NOT NULL DEFAULT 0,  -- microseconds, summed over the closed ones
    approved         INTEGER NOT NULL DEFAULT 0,
    rejected         INTEGER NOT NULL DEFAULT 0,
    escalated        INTEGER NOT NULL DEFAULT 0,
    review_time      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE escalations (
    position         INTEGER PRIMARY KEY,
    event_id         TEXT    NOT NULL,
    decision_id      TEXT    NOT NULL,
    type             TEXT    NOT NULL,
    occurred_at      INTEGER NOT NULL,
    from_role        TEXT    NOT NULL,
    to_role          TEXT    NOT NULL,
    requested_target TEXT,
    reason           TEXT    NOT NULL,
    rule_id          TEXT,
    notify           TEXT    NOT NULL             -- JSON array of the channels that the rule names
) STRICT;
CREATE INDEX escalations_of_decision ON escalations (decision_id, position);

CREATE TABLE escalation_counts (
    type  TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The caller's key, and where the events of its first use stand.
CREATE TABLE idempotency_keys (
    idempotency_key TEXT PRIMARY KEY,
    request_hash    TEXT    NOT NULL,
    first_position  INTEGER NOT NULL,
    last_position   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Users and their logins: folds of their streams. Secrets stand here as in the log: hashed or sealed.
CREATE TABLE users (
    username                TEXT PRIMARY KEY,
    email                   TEXT    NOT NULL,
    full_name               TEXT    NOT NULL,
    role                    TEXT    NOT NULL,
    rank                    TEXT    NOT NULL,
    is_active               INTEGER NOT NULL,
    password_hash           TEXT,
    has_well_known_password INTEGER NOT NULL,
    credential_hash         TEXT,
    second_factor           TEXT,                 -- JSON: the sealed secret, the hashes of the backup codes, the last step
    pending_second_factor   TEXT,
    tokens_valid_from       INTEGER,
    created_at              INTEGER NOT NULL,
    last_login              INTEGER,
    version                 INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE logins (
    login_id     TEXT PRIMARY KEY,
    username     TEXT    NOT NULL,
    opened_at    INTEGER,
    expires_at   INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    refreshed_at INTEGER,
    is_closed    INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_by_end ON logins (expires_at);

-- Events that a projection could not take, with the reason. They stop nothing else.
CREATE TABLE dead_letters (
    projection       TEXT    NOT NULL,
    position         INTEGER NOT NULL,
    reason           TEXT    NOT NULL,
    skipped_position INTEGER,                     -- of the event by which somebody set it aside; null while it is open
    skipped_reason   TEXT,
    skipped_by       TEXT,
    PRIMARY KEY (projection, position)
) STRICT, WITHOUT ROWID;
