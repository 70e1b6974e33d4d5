"""The event log in one SQLite file: rows that are only ever added, and proof that they were.

An event is a row of `events`, its body JSON, its place (`run_id`, `seq`). That place is also the
lock: whoever appends says which seq comes next, and is refused if the run has gone on meanwhile.
Triggers in the file refuse change, deletion and gaps, whoever asks. The `digest` of a row is of
its columns and of the row before it in its run, so that a row changed behind the triggers' back is
found and named. What an agent printed lies in `output`, beside the `OutputCaptured` that tells its
length and digest, because it is large and may be emptied one day.

Many processes share the file. All that write take the gate first, a lock on a file beside it: a
queue that is shorter than SQLite's own busy waiting, and that no two checkpoints pass at once.
Readers take nothing: in WAL mode they see the last commit while the next one is written.

`log` is the adapter of the port, and `listing` its sums of runs; `logfile` opens the file and
notices when it is gone; `gate` is the queue; `schema` brings a file up to date; `packing` is the
form of output; `failures` turns SQLite's words into ours; `engine` is the one place that names the
library. `queries` asks questions of users from within a `cage`, and says in a `complaint` what is
wrong with them; `archive` takes whole runs out and in; `upkeep` cares for the whole log, and
`inspection` tells whether its file is as helm made it.
"""
