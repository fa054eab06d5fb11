-- What a file of read models says of itself, whatever it holds.
CREATE TABLE slot (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    generation  INTEGER NOT NULL, -- of two finished files the one with the higher number is live
    is_complete INTEGER NOT NULL  -- 1 once everything up to its checkpoint was written and synced
) STRICT;
INSERT INTO slot VALUES (1, 0, 0);
