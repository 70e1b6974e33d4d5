-- The event log of helm: one append-only table of events, the bytes that agents wrote beside it,
-- and views for people. Never edited once released: a change is a further file.

PRAGMA application_id = 0x68656C6D; -- "helm", so that no other program's database is taken for a log

CREATE TABLE events (
    position       INTEGER PRIMARY KEY CHECK (position > 0), -- the order of the whole log
    run_id         TEXT    NOT NULL CHECK (run_id <> ''),
    seq            INTEGER NOT NULL CHECK (seq >= 0),        -- the order within the run: 0, 1, 2 ...
    kind           TEXT    NOT NULL CHECK (kind <> ''),
    schema_version INTEGER NOT NULL CHECK (schema_version >= 1),
    recorded_at    TEXT    NOT NULL,                         -- UTC; to be shown, never to order by
    body           TEXT    NOT NULL CHECK (json_valid(body)),
    digest         TEXT    NOT NULL CHECK (length(digest) = 64),
    UNIQUE (run_id, seq)
) STRICT;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted'); END;

-- REPLACE deletes the old row without asking the trigger above, unless recursive_triggers is on.
-- A position that is left to SQLite is negative here.
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
WHEN NEW.seq <> COALESCE((SELECT MAX(seq) + 1 FROM events WHERE run_id = NEW.run_id), 0)
    OR NEW.position BETWEEN 0 AND (SELECT MAX(position) FROM events)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: not the next event of this run'); END;

-- The bytes of an OutputCaptured. They may be emptied one day (data NULL): length and digest stay,
-- in the event.
CREATE TABLE output (
    run_id TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    codec  TEXT    NOT NULL CHECK (codec IN ('raw', 'zlib')),
    data   BLOB,
    PRIMARY KEY (run_id, seq),
    FOREIGN KEY (run_id, seq) REFERENCES events (run_id, seq)
) STRICT;

CREATE TRIGGER output_is_only_ever_emptied BEFORE UPDATE ON output
WHEN NEW.data IS NOT NULL OR NEW.run_id IS NOT OLD.run_id OR NEW.seq IS NOT OLD.seq
    OR NEW.codec IS NOT OLD.codec OR NEW.rowid IS NOT OLD.rowid
BEGIN SELECT RAISE(ABORT, 'the log is append-only: output is only ever emptied'); END;

CREATE TRIGGER output_is_never_deleted BEFORE DELETE ON output
BEGIN SELECT RAISE(ABORT, 'the log is append-only: output is never deleted'); END;

CREATE TRIGGER output_is_never_replaced BEFORE INSERT ON output
WHEN EXISTS (SELECT 1 FROM output WHERE run_id = NEW.run_id AND seq = NEW.seq)
    OR NEW.rowid BETWEEN 0 AND (SELECT MAX(rowid) FROM output)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: output is never replaced'); END;

-- The runs of a spec, newest first.
CREATE INDEX events_by_spec ON events (
    json_extract(body, '$.spec.workspace'), json_extract(body, '$.spec.path')
) WHERE seq = 0;
