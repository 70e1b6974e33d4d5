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

-- Few events of a run are not output or activity, and all of the views but one read only those.
-- The order of the columns is that of the unique index, so that a planner without statistics
-- prefers this one; `milestones` repeats the condition, so that it may.
CREATE INDEX events_milestones ON events (run_id, seq, kind)
WHERE kind NOT IN ('OutputCaptured', 'ActivityReported');

CREATE VIEW milestones AS
SELECT * FROM events WHERE kind NOT IN ('OutputCaptured', 'ActivityReported');

-- One row a run. The subqueries stand in the outer SELECT, so that a query pays only for the
-- columns that it names.
--   outcome   accepted, exhausted or abandoned; halted (it can be resumed); else open
--   cause     of the halt that the run stands at, or was abandoned at
--   seconds   the time of its agents, added up; not the time from its start to its end, in which
--             a halted run may have waited for days
--   *_model   those in force now: a RunResumed carries all settings anew; NULL is the agent's own
--   *_tokens  of the launches whose agent told them; NULL where none did, never 0 for unknown
CREATE VIEW runs AS
SELECT
    run_id,
    json_extract(start, '$.spec.workspace') AS workspace,
    json_extract(start, '$.spec.id') AS spec_id,
    json_extract(start, '$.spec.name') AS spec_name,
    COALESCE(
        json_extract(finish, '$.outcome'),
        CASE last_turn WHEN 'RunHalted' THEN 'halted' ELSE 'open' END
    ) AS outcome,
    CASE last_turn WHEN 'RunHalted' THEN json_extract(last_turn_body, '$.cause') END AS cause,
    attempts,
    started_at,
    finished_at,
    seconds,
    json_extract(settings, '$.settings.worker.model') AS worker_model,
    json_extract(settings, '$.settings.verifier.model') AS verifier_model,
    input_tokens,
    output_tokens
FROM (
    SELECT
        run.run_id,
        run.body AS start,
        run.recorded_at AS started_at,
        (
            SELECT COUNT(*) FROM milestones
            WHERE run_id = run.run_id AND kind = 'AttemptStarted'
        ) AS attempts,
        (
            SELECT body FROM milestones
            WHERE run_id = run.run_id AND kind = 'RunFinished'
        ) AS finish,
        (
            SELECT recorded_at FROM milestones
            WHERE run_id = run.run_id AND kind = 'RunFinished'
        ) AS finished_at,
        (
            SELECT kind FROM milestones
            WHERE run_id = run.run_id AND kind IN ('RunHalted', 'RunResumed')
            ORDER BY seq DESC LIMIT 1
        ) AS last_turn,
        (
            SELECT body FROM milestones
            WHERE run_id = run.run_id AND kind IN ('RunHalted', 'RunResumed')
            ORDER BY seq DESC LIMIT 1
        ) AS last_turn_body,
        (
            SELECT body FROM milestones
            WHERE run_id = run.run_id AND kind IN ('RunStarted', 'RunResumed')
            ORDER BY seq DESC LIMIT 1
        ) AS settings,
        (
            SELECT SUM(json_extract(body, '$.seconds')) FROM milestones
            WHERE run_id = run.run_id AND kind IN ('WorkerFinished', 'VerifierFinished')
        ) AS seconds,
        (
            SELECT SUM(json_extract(body, '$.usage.input_tokens')) FROM milestones
            WHERE run_id = run.run_id AND kind IN ('WorkerFinished', 'VerifierFinished')
        ) AS input_tokens,
        (
            SELECT SUM(json_extract(body, '$.usage.output_tokens')) FROM milestones
            WHERE run_id = run.run_id AND kind IN ('WorkerFinished', 'VerifierFinished')
        ) AS output_tokens
    FROM events AS run
    WHERE run.seq = 0
);

-- One row an attempt. Its events are those up to the next AttemptStarted (`ends`). An attempt that
-- was halted has several launches: their seconds are added up, report and ending are the last's.
CREATE VIEW attempts AS
SELECT
    run_id,
    attempt,
    started_at,
    (
        SELECT COUNT(*) FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends
            AND kind IN ('WorkerLaunched', 'VerifierLaunched')
    ) AS launches,
    (
        SELECT json_extract(body, '$.ending') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'WorkerFinished'
        ORDER BY seq DESC LIMIT 1
    ) AS worker_ending,
    (
        SELECT SUM(json_extract(body, '$.seconds')) FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'WorkerFinished'
    ) AS worker_seconds,
    (
        SELECT json_extract(body, '$.report') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'WorkerFinished'
        ORDER BY seq DESC LIMIT 1
    ) AS worker_report,
    (
        SELECT json_extract(body, '$.ending') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'VerifierFinished'
        ORDER BY seq DESC LIMIT 1
    ) AS verifier_ending,
    (
        SELECT SUM(json_extract(body, '$.seconds')) FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'VerifierFinished'
    ) AS verifier_seconds,
    (
        SELECT json_extract(body, '$.status') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'VerdictGiven'
    ) AS status
FROM (
    SELECT
        start.run_id,
        start.seq AS begins,
        json_extract(start.body, '$.attempt') AS attempt,
        start.recorded_at AS started_at,
        COALESCE(
            (
                SELECT MIN(seq) FROM milestones
                WHERE run_id = start.run_id AND seq > start.seq AND kind = 'AttemptStarted'
            ),
            9223372036854775807
        ) AS ends
    FROM milestones AS start
    WHERE start.kind = 'AttemptStarted'
) AS this;

-- One row a verdict; `remaining_tasks` is a JSON array.
CREATE VIEW verdicts AS
SELECT
    run_id,
    json_extract(body, '$.attempt') AS attempt,
    json_extract(body, '$.launch') AS launch,
    recorded_at AS given_at,
    json_extract(body, '$.status') AS status,
    json_extract(body, '$.remaining_tasks') AS remaining_tasks,
    json_extract(body, '$.commentary') AS commentary
FROM milestones
WHERE kind = 'VerdictGiven';

-- One row an ActivityReported; `changes` is a JSON array of {path, kind}. The attempt is read from
-- AttemptStarted, because the body of a launch holds the whole prompt.
CREATE VIEW activity AS
SELECT
    it.run_id,
    it.seq,
    it.recorded_at,
    (
        SELECT CASE kind WHEN 'WorkerLaunched' THEN 'worker' ELSE 'verifier' END FROM milestones
        WHERE run_id = it.run_id AND seq < it.seq
            AND kind IN ('WorkerLaunched', 'VerifierLaunched')
        ORDER BY seq DESC LIMIT 1
    ) AS role,
    (
        SELECT json_extract(body, '$.attempt') FROM milestones
        WHERE run_id = it.run_id AND seq < it.seq AND kind = 'AttemptStarted'
        ORDER BY seq DESC LIMIT 1
    ) AS attempt,
    json_extract(it.body, '$.launch') AS launch,
    json_extract(it.body, '$.activity') AS activity,
    json_extract(it.body, '$.text') AS text,
    json_extract(it.body, '$.exit_code') AS exit_code,
    json_extract(it.body, '$.changes') AS changes
FROM events AS it
WHERE it.kind = 'ActivityReported';

-- One row a launch and channel on which something was captured. `sha256` is of all that the agent
-- wrote there, and stands in the event that ended the launch: NULL where helm did not see the end.
CREATE VIEW transcripts AS
SELECT
    run_id,
    (
        SELECT CASE kind WHEN 'WorkerLaunched' THEN 'worker' ELSE 'verifier' END FROM milestones
        WHERE run_id = this.run_id AND seq < first_seq
            AND kind IN ('WorkerLaunched', 'VerifierLaunched')
        ORDER BY seq DESC LIMIT 1
    ) AS role,
    (
        SELECT json_extract(body, '$.attempt') FROM milestones
        WHERE run_id = this.run_id AND seq < first_seq AND kind = 'AttemptStarted'
        ORDER BY seq DESC LIMIT 1
    ) AS attempt,
    launch,
    channel,
    bytes,
    chunks,
    (SELECT recorded_at FROM events WHERE run_id = this.run_id AND seq = first_seq) AS first_at,
    (SELECT recorded_at FROM events WHERE run_id = this.run_id AND seq = last_seq) AS last_at,
    (
        SELECT json_extract(body, '$.' || channel || '.sha256') FROM milestones
        WHERE run_id = this.run_id AND seq > last_seq
            AND kind IN ('WorkerFinished', 'VerifierFinished')
            AND json_extract(body, '$.launch') = this.launch
    ) AS sha256
FROM (
    SELECT
        run_id,
        json_extract(body, '$.launch') AS launch,
        json_extract(body, '$.channel') AS channel,
        SUM(json_extract(body, '$.length')) AS bytes,
        COUNT(*) AS chunks,
        MIN(seq) AS first_seq,
        MAX(seq) AS last_seq
    FROM events
    WHERE kind = 'OutputCaptured'
    GROUP BY run_id, json_extract(body, '$.launch'), json_extract(body, '$.channel')
) AS this;
