"""Foreseen failures, by who must act; the command line gives each class one exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm.domain.errors import HelmError

if TYPE_CHECKING:
    from pathlib import Path

    from helm.app.ports import Holder
    from helm.app.settings import Config


class InputInvalid(HelmError):
    """The workspace, the configuration, a spec or a template is missing or wrong."""


class NotSetUp(InputInvalid):
    """The workspace in `root` is not made yet, or not made whole; `cure` says what to do."""

    def __init__(
        self,
        reason: str,
        root: Path,
        config: Config,
        cure: str = "to set it up: helm scaffold",
    ) -> None:
        super().__init__(reason, cure)
        self.root = root
        self.config = config


class WordsInvalid(InputInvalid):
    """What was said on the command line makes no sense."""


class Interrupted(HelmError):
    """Somebody asked to stop before all was done, and nothing was."""


class AgentUnavailable(HelmError):
    """The agent's program cannot be found, or cannot be executed."""


class RecordFailed(HelmError):
    """The record cannot be kept: a log or a file that cannot be read or written."""


class FileTooLarge(RecordFailed):
    """A file is larger than anything that people write by hand, and is not taken in.

    `what` says so beside its path.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.what = f"has {size} bytes, more than helm reads; shorten it"
        super().__init__(f"{path} {self.what}")
        self.size = size


class OutOfFiles(RecordFailed):
    """The system lets helm open no more files, which says nothing of the one that it asks for."""


class ConcurrentAppend(RecordFailed):
    """Somebody else appended to the run first; nothing was written."""


class Diverged(RecordFailed):
    """Event `seq` of a run is not the same in archive number `archive` (0..) and in the log."""

    def __init__(self, archive: int, run_id: str, seq: int) -> None:
        super().__init__(f"the log holds another event {seq} of run {run_id}")
        self.archive = archive
        self.run_id = run_id
        self.seq = seq


class SpecBusy(RecordFailed):
    """Another helm process runs this spec."""

    def __init__(self, message: str, holder: Holder) -> None:
        super().__init__(message)
        self.holder = holder
