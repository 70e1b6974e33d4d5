"""The ports of `helm.app.ports`, kept in memory: real behaviour, no mocks, nothing to clean up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from helm.app.codec import decode, encode, kind_of, schema_version_of
from helm.app.errors import ConcurrentAppend, FileTooLarge, RecordFailed, SpecBusy
from helm.app.ports import Holder, RunFilter, WorkTree
from helm.domain.chain import FIRST, StoredEvent, digest_after
from helm.domain.events import (
    ActivityReported,
    OutputCaptured,
    Recorded,
    RunEvent,
    timestamp,
)
from helm.domain.projections.summary import RunSummary, summary


class Chained(NamedTuple):
    """An event as a log keeps it: encoded, so that what is loaded was read back from text."""

    event: StoredEvent
    digest: str

    def recorded(self) -> Recorded:
        """Read the event as `EventLog.load` gives it."""
        run_id, seq, kind, schema_version, recorded_at, body = self.event
        return Recorded(
            run_id=run_id,
            seq=seq,
            recorded_at=datetime.fromisoformat(recorded_at),
            event=decode(kind, schema_version, body),
            digest=self.digest,
        )


@dataclass
class MemoryEventLog:
    """An event log that lives as long as the test; `store` plays a newer helm, or a vandal.

    An output that is None was pruned; `imports` names the log that each imported run came from.
    """

    stored: dict[str, list[Chained]] = field(default_factory=dict)
    outputs: dict[tuple[str, int], bytes | None] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def append(
        self,
        run_id: str,
        events: Sequence[RunEvent],
        *,
        expected_seq: int,
        recorded_at: datetime,
        output: bytes | None = None,
    ) -> list[Recorded]:
        captured = [n for n, event in enumerate(events) if isinstance(event, OutputCaptured)]
        if output is not None and len(captured) != 1:
            raise ValueError(f"output is of one OutputCaptured, but there are {len(captured)}")
        if not events:
            return []
        next_seq = len(self.stored.get(run_id, []))
        if next_seq != expected_seq:
            raise ConcurrentAppend(f"run {run_id} has {next_seq} events, not {expected_seq}")
        bodies = [encode(event) for event in events]
        for event, body in zip(events, bodies, strict=True):
            self.store(run_id, kind_of(event), body, recorded_at=recorded_at)
        new = [stored.recorded() for stored in self.stored[run_id][next_seq:]]
        if output is not None:
            self.outputs[run_id, next_seq + captured[0]] = output
            new[captured[0]] = replace(new[captured[0]], output=output)
        return new

    def store(
        self,
        run_id: str,
        kind: str,
        body: str,
        *,
        recorded_at: datetime,
        schema_version: int | None = None,
    ) -> None:
        """Store a body as it is, whoever wrote it."""
        earlier = self.stored.setdefault(run_id, [])
        event = StoredEvent(
            run_id=run_id,
            seq=len(earlier),
            kind=kind,
            schema_version=schema_version or schema_version_of(kind),
            recorded_at=timestamp(recorded_at),
            body=body,
        )
        earlier.append(
            Chained(event, digest_after(earlier[-1].digest if earlier else FIRST, event))
        )

    def load(
        self,
        run_id: str,
        kinds: Sequence[type[RunEvent]] = (),
        *,
        after: int = -1,
        limit: int | None = None,
    ) -> list[Recorded]:
        names = {kind.__name__ for kind in kinds}
        rows = self.stored.get(run_id, [])[after + 1 :]
        wanted = [row for row in rows if not names or row.event.kind in names]
        return [row.recorded() for row in wanted[:limit]]

    def outline(self, run_id: str) -> list[Recorded]:
        bulky = (OutputCaptured, ActivityReported)
        return [each for each in self.load(run_id) if not isinstance(each.event, bulky)]

    def check(self, run_id: str) -> int:
        rows = self.stored.get(run_id, [])
        digest = FIRST
        for row in rows:
            digest = digest_after(digest, row.event)
            if row.digest != digest:
                place = row.event.seq
                raise RecordFailed(f"event {place} of run {run_id} is not as it was recorded")
        return len(rows)

    def output(self, run_id: str, seq: int) -> bytes | None:
        if (run_id, seq) not in self.outputs:
            raise RecordFailed(f"the log has no output for event {seq} of run {run_id}")
        return self.outputs[run_id, seq]

    def runs(self, *, workspace: str, path: str) -> list[str]:
        wanted = (workspace, path)
        ours = (run_id for run_id in reversed(self.stored) if run_id not in self.imports)
        return [run_id for run_id in ours if self._spec_of(run_id) == wanted]

    def runs_like(self, prefix: str) -> list[str]:
        return sorted((each for each in self.stored if each.startswith(prefix)), reverse=True)

    def summaries(self, wanted: RunFilter) -> list[RunSummary]:
        found = [each for each in map(self._summary, self.runs_like("")) if each]
        return [each for each in found if _fits(each, wanted)][: wanted.limit]

    def close(self) -> None:
        pass

    def _spec_of(self, run_id: str) -> tuple[str, str]:
        spec = json.loads(self.stored[run_id][0].event.body).get("spec", {})
        return spec.get("workspace"), spec.get("path")

    def _summary(self, run_id: str) -> RunSummary | None:
        origin = self.imports.get(run_id)
        workspace, _ = self._spec_of(run_id)
        return summary(self.load(run_id), f"{origin}/{workspace}" if origin else None)


def _fits(run: RunSummary, wanted: RunFilter) -> bool:
    return (
        (wanted.run_ids is None or run.run_id in wanted.run_ids)
        and (wanted.paths is None or run.path in wanted.paths)
        and (wanted.states is None or run.state in wanted.states)
        and (wanted.since is None or run.started_at >= wanted.since)
        and (wanted.before is None or run.run_id < wanted.before)
    )


@dataclass
class MemoryFiles:
    """Files in a dictionary. A folder is there once it was `made`, or something lies in it.

    `refused` are folders in which nothing can be written, as on a full disk; `written` tells what
    was, in order, without what was there already; `links` say where symbolic links lead.
    """

    contents: dict[Path, bytes] = field(default_factory=dict)
    made: set[Path] = field(default_factory=set)
    refused: set[Path] = field(default_factory=set)
    too_large: dict[Path, int] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)
    links: dict[Path, Path] = field(default_factory=dict)

    def read(self, path: Path) -> bytes | None:
        if path in self._all_folders():
            raise RecordFailed(f"cannot read {path}: it is a folder; move it away")
        if path in self.too_large:
            raise FileTooLarge(path, self.too_large[path])
        return self.contents.get(path)

    def exists(self, path: Path) -> bool:
        return path in self.contents

    def stamp(self, path: Path) -> bytes | None:
        return self.contents.get(path)

    def behind_links(self, path: Path) -> Path:
        for link, target in self.links.items():
            if path == link or link in path.parents:
                return self.behind_links(target / path.relative_to(link))
        return path

    def is_folder(self, path: Path) -> bool:
        return path in self._all_folders()

    def folders(self, path: Path) -> list[Path]:
        return sorted(folder for folder in self._all_folders() - {path} if folder.parent == path)

    def files(self, path: Path) -> list[Path]:
        return sorted(each for each in self.contents if each.parent == path)

    def make_folder(self, folder: Path) -> bool:
        is_new = not self.is_folder(folder)
        self.make_private(folder)
        return is_new

    def make_private(self, folder: Path) -> None:
        places = {folder, *folder.parents}
        if self.refused & places or self.contents.keys() & places:
            raise RecordFailed(f"cannot make {folder}: refused; make room for it")
        self.made.add(folder)

    def write(self, path: Path, data: bytes) -> None:
        if self.read(path) == data:
            return
        self.require_writable(path.parent)
        self.contents[path] = data
        self.written.append(path)

    def create(self, path: Path, data: bytes) -> bool:
        if path in self.contents or path in self._all_folders():
            return False
        self.write(path, data)
        return True

    def remove(self, path: Path) -> None:
        if path in self.contents:
            self.require_writable(path.parent)
            del self.contents[path]
        elif self.is_folder(path):
            others = (self.contents.keys() | self.made) - {path}
            if any(each.is_relative_to(path) for each in others):
                raise RecordFailed(f"cannot remove {path}: it is not empty; see what is in it")
            self.made.remove(path)
            self.made.add(path.parent)

    def set_aside(self, path: Path) -> Path:
        if path not in self.contents:
            raise RecordFailed(f"cannot set aside {path}: there is none; see who removed it")
        self.require_writable(path.parent)
        aside, number = path.with_name(f"{path.name}.broken"), 1
        while self.contents.get(aside, self.contents[path]) != self.contents[path]:
            number += 1
            aside = path.with_name(f"{path.name}.broken.{number}")
        self.contents[aside] = self.contents.pop(path)
        return aside

    def require_writable(self, folder: Path) -> None:
        if folder not in self._all_folders() or self.refused & {folder, *folder.parents}:
            raise RecordFailed(f"cannot write in {folder}: refused; make it writable")

    def _all_folders(self) -> set[Path]:
        return {folder for path in self.contents for folder in path.parents} | {
            folder for path in self.made for folder in (path, *path.parents)
        }


@dataclass
class MemorySpecLocks:
    """Locks that all who share this object contend for; put a holder in `held` to play another."""

    held: dict[Path, Holder] = field(default_factory=dict)

    @contextmanager
    def hold(self, spec_folder: Path) -> Iterator[MemorySpecLock]:
        if spec_folder in self.held:
            holder = self.held[spec_folder]
            says = f"run {holder.run_id}, process {holder.pid}"
            raise SpecBusy(f"{spec_folder} is being run already: {says}; wait for it", holder)
        lock = MemorySpecLock(self.held, spec_folder)
        lock.name(Holder(run_id=None, pid=None, spec_path=None, workspace=None))
        try:
            yield lock
        finally:
            del self.held[spec_folder]

    def holder(self, spec_folder: Path) -> Holder | None:
        return self.held.get(spec_folder)

    def living(self) -> list[Holder]:
        return list(self.held.values())


@dataclass
class MemorySpecLock:
    """A lock held in `MemorySpecLocks`."""

    held: dict[Path, Holder]
    spec_folder: Path

    def name(self, holder: Holder) -> None:
        self.held[self.spec_folder] = holder


@dataclass
class MemoryGit:
    """A git that knows these work trees, each with all that lies in it; none is no git at all.

    Of `bare` repositories, and of tops `without_commit`, it knows the folders.
    """

    trees: list[WorkTree] = field(default_factory=list)
    bare: set[Path] = field(default_factory=set)
    without_commit: set[Path] = field(default_factory=set)

    def work_tree(self, folder: Path) -> WorkTree | None:
        around = [tree for tree in self.trees if folder.is_relative_to(tree.top)]
        return max(around, key=lambda tree: len(tree.top.parts), default=None)

    def lacks_work_tree(self, folder: Path) -> bool:
        return any(folder.is_relative_to(each) for each in self.bare)

    def has_commit(self, tree: WorkTree) -> bool:
        return tree.top not in self.without_commit

    def top(self, tree: WorkTree, workspace: str) -> Path | None:
        wanted = (tree.common_folder, workspace)
        found = (each for each in self.trees if (each.common_folder, each.workspace) == wanted)
        return next((each.top for each in found), None)
