-- The audit index: derived from the log, thrown away and built again when this file changes.
CREATE TABLE checkpoint (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,                    -- the last event that every table below has seen
    event_id BLOB                                 -- its id: the proof that this index belongs to this log
) STRICT;
INSERT INTO checkpoint VALUES (1, 0, NULL);

-- Times are microseconds since 1970 UTC. The numbers that stand for words are those of AuditCodes.swift.

-- Whoever acts, once: ai, human or system, and the name.
CREATE TABLE actors (
    actor      INTEGER PRIMARY KEY,
    actor_type INTEGER NOT NULL,
    actor_id   TEXT    NOT NULL,
    UNIQUE (actor_id, actor_type)
) STRICT;

-- Sessions and logins, once.
CREATE TABLE sessions (
    session    INTEGER PRIMARY KEY,
    session_id TEXT    NOT NULL UNIQUE
) STRICT;

-- What decisions are aimed at, once.
CREATE TABLE targets (
    target INTEGER PRIMARY KEY,
    name   TEXT    NOT NULL UNIQUE
) STRICT;

-- One row a decision.
CREATE TABLE subjects (
    submitted_position INTEGER PRIMARY KEY,
    decision_id        TEXT    NOT NULL UNIQUE,
    target             INTEGER NOT NULL,
    action_type        TEXT    NOT NULL,
    risk_level         INTEGER NOT NULL,
    automation_level   INTEGER NOT NULL,
    created_at         INTEGER NOT NULL,
    sla_deadline       INTEGER,
    status             INTEGER NOT NULL,          -- as of the last event
    sla_position       INTEGER                    -- of the event that met or missed the deadline
) STRICT;

-- At least one row an event, of every kind: so a time leads to a position. A submission has two: made, and queued.
CREATE TABLE entries (
    place            INTEGER PRIMARY KEY,         -- the position times four, and the number of the entry of that event
    recorded_at      INTEGER NOT NULL,
    late_by          INTEGER NOT NULL,            -- by how much an earlier event has a later time: the clock was set back
    event_type       INTEGER NOT NULL,
    actor_type       INTEGER NOT NULL,            -- as the contract names it; `actor` is who is behind it
    actor            INTEGER NOT NULL,
    session          INTEGER,
    subject          INTEGER,                     -- submitted_position of the decision
    target           INTEGER,
    risk_level       INTEGER,
    automation_level INTEGER,
    status           INTEGER,                     -- of the decision after the event
    tags             INTEGER NOT NULL,            -- bits
    sla              INTEGER,                     -- 0 where the event met the deadline, 1 where it missed it
    sla_month        INTEGER,                     -- then the month: year times twelve, and 0 for January
    waited           INTEGER,                     -- microseconds since the question, for what was said about it
    reason           TEXT                         -- free text: comment, reason or error
) STRICT;
CREATE INDEX entries_of_subject ON entries (subject) WHERE subject IS NOT NULL;
-- Questions are queued by the system alone, nearly as many as there are: a look through the entries finds them soon.
CREATE INDEX entries_of_actor ON entries (actor) WHERE event_type <> 1;
CREATE INDEX entries_of_session ON entries (session) WHERE session IS NOT NULL;
CREATE INDEX entries_of_target ON entries (target) WHERE target IS NOT NULL;
-- Questions made, queued and approved are most of the log: a look through it finds them soon.
CREATE INDEX entries_of_rare_type ON entries (event_type) WHERE event_type >= 3;
-- The time of the log (recorded_at + late_by) never goes back, so it finds a place without an index. The others are few.
CREATE INDEX entries_that_are_late ON entries (recorded_at) WHERE late_by > 0;
CREATE INDEX entries_of_sla ON entries (sla_month, risk_level, sla) WHERE sla IS NOT NULL;
CREATE INDEX entries_that_missed ON entries (sla) WHERE sla = 1;

-- How many entries there are of each type, so that counting them all never scans.
CREATE TABLE entry_counts (
    event_type INTEGER PRIMARY KEY,
    count      INTEGER NOT NULL
) STRICT;

-- How many deadlines were met and missed in each month: months that are asked for whole are not counted again.
CREATE TABLE sla_counts (
    sla_month  INTEGER NOT NULL,
    risk_level INTEGER NOT NULL,
    sla        INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (sla_month, risk_level, sla)
) STRICT, WITHOUT ROWID;

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
