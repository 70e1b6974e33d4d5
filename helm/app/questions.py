"""Questions that are worth asking a log, to begin with; the docs show the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, in words and in SQL, which a shell takes as it is in double quotes."""

    words: str
    sql: str

    def command(self, program: str = "helm query") -> str:
        """Write the command that asks it; `program` is another that takes SQL as its last word."""
        return f'{program} "{self.sql}"'


QUESTIONS = (
    Question(
        words="What did each spec cost?",
        sql="""\
SELECT spec_id, COUNT(*) AS runs, SUM(attempts) AS attempts,
  ROUND(SUM(seconds) / 60, 1) AS minutes,
  SUM(input_tokens + output_tokens) AS tokens
FROM runs GROUP BY spec_id ORDER BY tokens DESC, minutes DESC""",
    ),
    Question(
        words="Which tasks come back most often?",
        sql="""\
SELECT task.value AS task, COUNT(*) AS times,
  COUNT(DISTINCT run_id) AS runs
FROM verdicts, json_each(remaining_tasks) AS task
GROUP BY task.value ORDER BY times DESC, task LIMIT 20""",
    ),
    Question(
        words="Which commands of the agents fail most often?",
        sql="""\
SELECT text AS command, SUM(exit_code <> 0) AS failed,
  COUNT(*) AS times
FROM activity WHERE activity = 'command_finished'
GROUP BY text HAVING failed > 0 ORDER BY failed DESC, command LIMIT 20""",
    ),
    Question(
        words="Which ok rests on no command that succeeded, as far as the agent tells?",
        sql="""\
SELECT run_id, attempt, given_at FROM verdicts
WHERE status = 'ok' AND NOT EXISTS (
  SELECT 1 FROM activity WHERE activity.run_id = verdicts.run_id
  AND activity.launch = verdicts.launch AND activity.exit_code = 0)
ORDER BY given_at DESC LIMIT 20""",
    ),
    Question(
        words="How many attempts does each model need?",
        sql="""\
SELECT COALESCE(worker_model, 'its own choice') AS worker,
  COUNT(*) AS runs, ROUND(AVG(attempts), 1) AS attempts,
  ROUND(100 * AVG(outcome = 'accepted')) AS percent_accepted
FROM runs WHERE finished_at IS NOT NULL
GROUP BY worker_model ORDER BY percent_accepted DESC, attempts""",
    ),
    Question(
        words="Which runs were there in the last week?",
        sql="""\
SELECT run_id, spec_id, outcome, attempts, date(started_at) AS day
FROM runs WHERE started_at >= date('now', '-7 days') ORDER BY run_id DESC""",
    ),
)
