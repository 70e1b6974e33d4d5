"""Judging the recorded answers of verifiers anew: no model is asked, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from helm.app.identity import abbreviated
from helm.app.place import Place, Places
from helm.app.ports import EventLog, RunFilter
from helm.app.publish import beginning
from helm.app.replay import meant, own_history
from helm.domain.judging import Ruling, rejudged


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRun:
    """What the answers in one run come to now; `redact` is what people must not read of them."""

    run_id: str
    spec_id: str
    redact: tuple[str, ...]
    rulings: tuple[Ruling, ...]

    @property
    def different(self) -> list[Ruling]:
        """The answers that would be taken for something else now."""
        return [each for each in self.rulings if not each.same]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The runs of a log whose answers are to be judged, newest first."""

    places: Places
    log: EventLog
    run_ids: tuple[str, ...]

    @classmethod
    def of(cls, places: Places, word: str | None) -> Bench:
        """Take what a person means by RUN, all runs of a SPEC, or, without a word, every run.

        Those of other work trees, and imported ones, are among them. Raises `InputInvalid` for a
        word that means nothing.
        """
        found = None if word is None else meant(places, word)
        if isinstance(found, str):
            return cls(places=places, log=places.log, run_ids=(found,))
        log = found.log if isinstance(found, Place) else places.log
        wanted = RunFilter(paths=[found.path] if found else None)
        run_ids = tuple(each.run_id for each in log.summaries(wanted))
        return cls(places=places, log=log, run_ids=run_ids)

    def shown(self, run_id: str) -> str:
        """Shorten a run's id, as people are shown it."""
        return abbreviated(run_id, self.log)

    def judge(self, run_id: str) -> JudgedRun:
        """Judge the answers of one run.

        Raises `RecordFailed` for one that is damaged or of a newer helm.
        """
        told = own_history(self.places, self.log, run_id)
        started = beginning(told)
        return JudgedRun(
            run_id=run_id,
            spec_id=started.spec.id,
            redact=started.settings.redact,
            rulings=tuple(rejudged(told)),
        )
