-- Logs can be merged: every log gets a name of its own, runs that came from another are known as
-- such, and whoever empties output leaves a note.

CREATE TABLE log_identity (
    id TEXT NOT NULL CHECK (length(id) = 16)
) STRICT;

INSERT INTO log_identity VALUES (lower(hex(randomblob(8))));

CREATE TRIGGER log_identity_is_never_changed BEFORE UPDATE ON log_identity
BEGIN SELECT RAISE(ABORT, 'the log is append-only: its name is never changed'); END;

CREATE TRIGGER log_identity_is_never_deleted BEFORE DELETE ON log_identity
BEGIN SELECT RAISE(ABORT, 'the log is append-only: its name is never deleted'); END;

CREATE TRIGGER log_identity_is_one BEFORE INSERT ON log_identity
BEGIN SELECT RAISE(ABORT, 'the log is append-only: it has a name already'); END;

-- A run that was merged into this log. `origin` is the id of the log that recorded it.
CREATE TABLE imports (
    run_id      TEXT NOT NULL PRIMARY KEY CHECK (run_id <> ''),
    origin      TEXT NOT NULL CHECK (length(origin) = 16),
    imported_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER imports_are_never_changed BEFORE UPDATE ON imports
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an import is never changed'); END;

CREATE TRIGGER imports_are_never_deleted BEFORE DELETE ON imports
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an import is never deleted'); END;

CREATE TRIGGER imports_are_never_replaced BEFORE INSERT ON imports
WHEN EXISTS (SELECT 1 FROM imports WHERE run_id = NEW.run_id)
    OR NEW.rowid BETWEEN 0 AND (SELECT MAX(rowid) FROM imports)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an import is never replaced'); END;

-- A run whose output was emptied: when, how many rows of `output`, how many bytes those had held.
CREATE TABLE prunings (
    position  INTEGER PRIMARY KEY CHECK (position > 0),
    run_id    TEXT    NOT NULL,
    pruned_at TEXT    NOT NULL,
    chunks    INTEGER NOT NULL CHECK (chunks >= 0),
    bytes     INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;

CREATE TRIGGER prunings_are_never_changed BEFORE UPDATE ON prunings
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a pruning is never changed'); END;

CREATE TRIGGER prunings_are_never_deleted BEFORE DELETE ON prunings
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a pruning is never deleted'); END;

CREATE TRIGGER prunings_are_never_replaced BEFORE INSERT ON prunings
WHEN NEW.position BETWEEN 0 AND (SELECT MAX(position) FROM prunings)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a pruning is never replaced'); END;

-- The runs, in the order of their ids, which is that of time.
CREATE INDEX events_first ON events (run_id) WHERE seq = 0;

-- The runs of a spec are asked for in one work tree, and in all.
DROP INDEX events_by_spec;

CREATE INDEX events_by_spec ON events (
    json_extract(body, '$.spec.path'), json_extract(body, '$.spec.workspace')
) WHERE seq = 0;

-- As before, and three things more: an imported run's `workspace` begins with the id of the log that
-- it came from, `path` is the spec's folder there, and `updated_at` the time of the latest event.
DROP VIEW runs;

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
    COALESCE(
        (SELECT origin || '/' FROM imports WHERE imports.run_id = told.run_id), ''
    ) || json_extract(start, '$.spec.workspace') AS workspace,
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
    output_tokens,
    json_extract(start, '$.spec.path') AS path,
    updated_at
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
        ) AS output_tokens,
        (
            SELECT recorded_at FROM events
            WHERE run_id = run.run_id
            ORDER BY seq DESC LIMIT 1
        ) AS updated_at
    FROM events AS run
    WHERE run.seq = 0
) AS told;
