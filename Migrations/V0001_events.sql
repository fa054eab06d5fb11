-- The log: the only truth. Everything else is computed from it.
PRAGMA application_id = 0x56524454; -- "VRDT": tells this file from every other SQLite database

CREATE TABLE events (
    position    INTEGER PRIMARY KEY CHECK (position > 0), -- 1, 2, 3 ... over the whole log, no gaps
    stream      TEXT    NOT NULL,                         -- decision/..., session/...
    version     INTEGER NOT NULL CHECK (version > 0),     -- 1, 2, 3 ... in the stream
    type        TEXT    NOT NULL,                         -- dotted, past tense, with its schema version
    id          BLOB    NOT NULL CHECK (length(id) = 16), -- UUID version 7
    recorded_at INTEGER NOT NULL,                         -- microseconds since 1970 UTC; order is by position
    actor       TEXT    NOT NULL,                         -- who caused it
    data        TEXT    NOT NULL,                         -- the payload, JSON
    metadata    TEXT    NOT NULL,                         -- the circumstances, JSON
    UNIQUE (stream, version)
) STRICT;

CREATE TRIGGER events_are_never_updated BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only: an event is never updated');
END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted');
END;

-- REPLACE deletes without asking the trigger above, so an insert must be the next event of the log and of its stream.
CREATE TRIGGER events_are_appended BEFORE INSERT ON events
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only: an event takes the next position')
    WHERE NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events);
    SELECT RAISE(ABORT, 'the log is append-only: an event takes the next version of its stream')
    WHERE NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM events WHERE stream = NEW.stream);
END;
