"""Going on with a run, or beginning it anew: whether that can be done now, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helm.adapters.tui.effects import StartRun
from helm.adapters.tui.model import Change, Dialog, Model
from helm.adapters.tui.telling import Telling
from helm.app.wording import counted
from helm.domain.events import Outcome
from helm.domain.run import Run


def busy(model: Model) -> str:
    """Say why helm can begin no run now; nothing where it can."""
    if model.live:
        return "a run is under way; stop it first, or let it end"
    return "a run is about to begin" if model.starting else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """A run that one may want to go on with, as far as it is known.

    `folder` is that of its spec, where a run of it from here would go on from this one.
    """

    run: Run
    folder: Path | None
    under_way: bool

    @classmethod
    def of(cls, telling: Telling) -> Resting:
        """Take the run that is shown; its end may be known before nothing more comes of it."""
        progress, run = telling.progress, telling.progress.run
        ended = progress.over or run.outcome is not None or run.halt is not None
        return cls(run=run, folder=telling.where.folder, under_way=not ended)

    def refusal(self, model: Model, *, anew: bool = False) -> str:
        """Say why it cannot be gone on with, or begun anew; nothing where it can."""
        if self.run.outcome is Outcome.ACCEPTED and not anew:
            return "the run was accepted: nothing remains"
        if self.under_way:
            return "the run is under way"
        if self.run.outcome is Outcome.ABANDONED and not anew:
            return "this run was given up for a newer one"
        if self.folder is None:
            why = "its spec has a newer run, is gone, or is of another work tree"
            return f"this run cannot go on from here: {why}"
        return busy(model)

    def going_on(self) -> Change:
        """Resume a run that has halted; of one that is exhausted, begin another with the rest."""
        return self._started(resume=self.run.outcome is None)

    def anew(self) -> Change:
        """Begin another run, which takes nothing from this one."""
        return self._started(fresh=True)

    def question(self, name: str) -> Change:
        """Ask before the run is gone on with that goes by this name."""
        run = self.run
        if run.outcome is None:
            lines = (
                f"{name} goes on in attempt {max(run.attempt, 1)} of {run.settings.max_attempts};",
                f"its {run.role} is called anew.",
            )
        else:
            left = counted(len(run.remaining_tasks), "task")
            lines = (f"{name} is over;", f"a new run begins with what remains: {left}.")
        dialog = Dialog(
            title="go on with the run?",
            lines=lines,
            yes="go on",
            no="leave it",
            on_yes=self.going_on().effects,
        )
        return Change(dialog=dialog)

    def _started(self, *, resume: bool = False, fresh: bool = False) -> Change:
        if self.folder is None:
            return Change()
        return Change(effects=(StartRun(folder=self.folder, resume=resume, fresh=fresh),))
