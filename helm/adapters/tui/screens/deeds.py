"""What can be done with a spec, on whichever screen it is shown."""

from __future__ import annotations

from collections.abc import Iterator

from helm.adapters.tui.badges import SIGNS
from helm.adapters.tui.effects import Edit, OpenRun, ReadHistory, ReadSpecs, StartRun
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model
from helm.adapters.tui.screens.history import HistoryScreen
from helm.adapters.tui.screens.resuming import busy
from helm.adapters.tui.spec_list import Entry
from helm.app.specs import BODY_NAME, UNWRITTEN, Badge, InvalidSpec
from helm.app.standing import Standing
from helm.app.wording import age, counted, in_words


def refusal(model: Model, entry: Entry | None, action: str) -> str:
    """Say why something cannot be done with a spec now; nothing where it can."""
    match action:
        case "live":
            return "" if _living(model, entry) else "no run is under way"
        case "run" | "history" | "edit" if entry is None:
            return none_selected(model)
        case "run":
            return _not_to_run(model, entry) if entry else ""
        case "history" if entry and not _path(model, entry):
            return "it has not been run yet; H on the specs shows the runs of all"
        case _:
            return ""


def none_selected(model: Model) -> str:
    """Say why there is no spec to do anything with."""
    reading = model.specs is None and not model.unread
    return "the specs are still being read" if reading else "no spec is selected"


def done_with(model: Model, entry: Entry | None, action: str) -> Change:
    """Do something with a spec, or with none; nothing where the action is none of these."""
    match action:
        case "live":
            return live(model, entry)
        case "graph":
            return graph(entry.folder.name if entry else "")
        case "reload":
            return Change(say="reading", effects=(ReadSpecs(),))
        case "run" if entry:
            return run(model, entry)
        case "history" if entry:
            return history_of(_path(model, entry))
        case "edit" if entry:
            return Change(effects=(Edit(path=entry.folder / BODY_NAME),))
        case _:
            return NOTHING


def graph(selected: str) -> Change:
    """Show what depends on what."""
    from helm.adapters.tui.screens.graph import GraphScreen  # noqa: PLC0415  it opens specs, too

    return Change(over=GraphScreen(selected=selected))


def history_of(path: str | None) -> Change:
    """Show the runs of the spec at `path`, or of all."""
    return Change(over=HistoryScreen(path=path), effects=(ReadHistory(path=path),))


def live(model: Model, entry: Entry | None) -> Change:
    """Watch a run that another helm carries on: of this spec, or else of any."""
    run_ids = _living(model, entry)
    return Change(effects=(OpenRun(run_id=run_ids[0]),)) if run_ids else NOTHING


def run(model: Model, entry: Entry) -> Change:
    """Run a spec, after a question where that may not be what is wanted."""
    refused = _not_to_run(model, entry)
    if refused or isinstance(entry, InvalidSpec):
        return Change(say=refused)
    start = StartRun(folder=entry.folder)
    doubts = tuple(_doubts(model, entry))
    if not doubts:
        return Change(effects=(start,))
    dialog = Dialog(
        title=f"run {entry.folder.name}?", lines=doubts, yes="run", no="leave it", on_yes=(start,)
    )
    return Change(dialog=_resuming(dialog, start) if entry.resumable else dialog)


def _not_to_run(model: Model, entry: Entry) -> str:
    if isinstance(entry, InvalidSpec):
        return entry.reason
    if entry.running and not model.live:
        return "it is being run, by another helm; l shows it"
    if entry.spec.draft:
        return f"it is {UNWRITTEN}: {entry.spec.draft}"
    return busy(model)


def _living(model: Model, entry: Entry | None) -> list[str]:
    found = [each for each in (entry, *(model.specs or ())) if isinstance(each, Standing)]
    return [each.last.run_id for each in found if each.running and each.last]


def _resuming(dialog: Dialog, start: StartRun) -> Dialog:
    """Offer to go on with the last run; to give it up for a new one stays possible."""
    return Dialog(
        title=dialog.title,
        lines=dialog.lines,
        yes="resume",
        on_yes=(StartRun(folder=start.folder, resume=True),),
        other="run anew",
        on_other=(start,),
        no=dialog.no,
    )


def _doubts(model: Model, entry: Standing) -> Iterator[str]:
    if entry.badge is Badge.DONE:
        yield "It is done already, and has not changed since."
    if entry.last and entry.resumable:
        cause = f" ({in_words(entry.last.cause)})" if entry.last.cause else ""
        yield (
            f"Its last run {entry.outcome}{cause} in attempt {max(entry.last.attempts, 1)}, "
            f"{age(entry.last.updated_at, model.now)}. It can go on from there; "
            "a new run gives it up."
        )
    if entry.unmet:
        yield f"It depends on {counted(len(entry.unmet), 'spec')} not done:"
        for name in entry.unmet:
            yield from _standing_of(model, name)


def _standing_of(model: Model, name: str) -> Iterator[str]:
    """Say where those stand that a dependency means."""
    found = named(model, name)
    if not found:
        yield f"  ? {name}: there is no such spec"
    for each in found:
        if each.badge is not Badge.DONE:
            yield f"  {SIGNS[each.badge]} {each.badge}  {each.folder.name}"


def named(model: Model, name: str) -> list[Entry]:
    """Find the specs that go by a name: of the folder, or in the metadata."""
    return [each for each in model.specs or () if name in names_of(each)]


def names_of(entry: Entry) -> set[str]:
    """Give the names by which others may depend on a spec."""
    folder = entry.folder.name
    return {folder, entry.spec.id} if isinstance(entry, Standing) else {folder}


def _path(model: Model, entry: Entry) -> str | None:
    """Name a spec as the log does; nothing where no run of it is known."""
    dossier = model.dossiers.get(entry.folder.name)
    if dossier and dossier.runs:
        return dossier.path
    return entry.last.path if isinstance(entry, Standing) and entry.last else None
