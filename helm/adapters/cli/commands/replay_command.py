"""`helm replay`: what people read, rebuilt from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.console import Console
from helm.adapters.cli.options import Database
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors
from helm.app.terminal_text import harmless, one_line
from helm.domain.errors import HelmError
from helm.domain.redaction import redacted

if TYPE_CHECKING:
    from helm.app.judging import JudgedRun
    from helm.app.replay import Rebuilt, Replay, Skipped, Target
    from helm.app.runner import Runner
    from helm.domain.judging import Judgement, Ruling

app = command_app()

_Subject = TypeVar("_Subject")
_Result = TypeVar("_Result")

_EXAMPLES = (
    ("helm replay spec-03", "write metadata.json and the report anew"),
    ("helm replay --all --check", "show what differs from the log"),
    ("helm replay 01KG9Z5T --to old", "the files of an older run, elsewhere"),
    ("helm replay --all --judge", "would today's rules judge the same?"),
)

_WHAT = "what is to be replayed? Say: helm replay RUN, helm replay SPEC, or helm replay --all"


@app.command(epilog=epilog(_EXAMPLES, (*exits.LOOKING, exits.NOT_ACCEPTED)))
def replay(
    ctx: typer.Context,
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|SPEC",
            help="A spec's path, folder name or prefix; or a run's id, prefix, or `latest`.",
        ),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every spec of this work tree that the log knows.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing; show a diff, and exit with 1 if there is one."
        ),
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Write there instead.")
    ] = None,
    judge: Annotated[
        bool,
        typer.Option(
            "--judge",
            help="Write nothing; judge the recorded answers by the rules of today, and exit "
            "with 1 if a verdict is another one.",
        ),
    ] = False,
    db: Database = None,
) -> None:
    """Rebuild metadata.json and implementation-report.md from the log alone.

    Keys of metadata.json that helm does not own stay as they are.
    """
    if (word is None) is not everything:
        fail("--all is every spec; leave RUN and SPEC out" if everything else _WHAT, exits.USAGE)
    if judge and (check or to):
        fail("--judge writes nothing; leave --check and --to out", exits.USAGE)
    with one_line_errors():
        runner = ctx.obj.compose(here(), database=db)
        code = _judge(runner, word) if judge else _rebuild(runner, word, to, check=check)
    raise typer.Exit(code)


class _Deeds:
    """One thing after another: what fails is told, and the gravest exit code is kept.

    Among `many` there may be some with nothing to do; a single one was asked for by its name.
    """

    def __init__(self, console: Console, *, many: bool) -> None:
        self.console = console
        self.many = many
        self.code = exits.ACCEPTED

    def worsen(self, code: int) -> None:
        self.code = max(self.code, code)

    def tell(self, reason: str, code: int) -> None:
        grave = "" if code else "warning: "
        self.console.line(f"helm: {grave}{one_line(reason)}", error=True)
        self.worsen(code)

    def done(
        self, deed: Callable[[_Subject], _Result], subjects: Iterable[_Subject]
    ) -> Iterator[_Result]:
        """Do it to each, and give what came of those with which it did not fail."""
        for subject in subjects:
            try:
                yield deed(subject)
            except HelmError as error:
                self.tell(str(error), exits.code_of_error(error))


def _rebuild(runner: Runner, word: str | None, into: Path | None, *, check: bool) -> int:
    from helm.adapters.cli.pager import paged  # noqa: PLC0415
    from helm.app.replay import Replay  # noqa: PLC0415  pydantic is loaded to replay, not to help

    rebuilding = Replay(runner.places, into=into)
    targets = list(rebuilding.targets()) if word is None else [rebuilding.target(word)]
    if not targets:
        log = harmless(str(runner.places.log_path), colour=False)
        Console.standard().line(f"no runs of this work tree in {log} yet")
        return exits.ACCEPTED
    if not check:
        return _write(_Deeds(Console.standard(), many=word is None), rebuilding, targets)
    with paged() as console:
        return _compare(_Deeds(console, many=word is None), rebuilding, targets)


def _write(deeds: _Deeds, rebuilding: Replay, targets: Iterable[Target | Skipped]) -> int:
    console, unchanged = deeds.console, 0
    for rebuilt in _rebuilt(deeds, rebuilding.write, targets):
        for each in rebuilt.projections:
            unchanged += each.right
            if not each.right:
                kept = "  (what stood there cannot be read, and is kept beside it)"
                console.line(f"wrote      {_shown(each.path)}{kept if each.broken else ''}")
            elif not deeds.many:
                console.line(f"unchanged  {_shown(each.path)}")
    if deeds.many and unchanged:
        console.line(f"unchanged  {_counted(unchanged, 'file')}")
    return deeds.code


def _compare(deeds: _Deeds, rebuilding: Replay, targets: Iterable[Target | Skipped]) -> int:
    from helm.adapters.cli.diff import print_diff  # noqa: PLC0415

    console, right = deeds.console, 0
    for rebuilt in _rebuilt(deeds, rebuilding.check, targets):
        if rebuilt.outdated:
            console.line(
                f"{_shown(rebuilt.projections[-1].path)}: written in report format "
                f"{rebuilt.report_format}, this helm writes {rebuilt.format_now}; "
                "helm replay without --check rewrites it"
            )
        for each, name in zip(rebuilt.projections, rebuilt.names, strict=True):
            right += each.right
            if not each.right:
                deeds.worsen(exits.NOT_ACCEPTED)
                print_diff(console, name, each.found, each.text)
    if deeds.code == exits.ACCEPTED:
        console.line(f"{_counted(right, 'file')} compared, nothing differs from the log")
    return deeds.code


def _rebuilt(
    deeds: _Deeds,
    deed: Callable[[Target], Rebuilt | Skipped],
    targets: Iterable[Target | Skipped],
) -> Iterator[Rebuilt]:
    from helm.app.replay import Skipped  # noqa: PLC0415

    def found_of(target: Target | Skipped) -> Rebuilt | Skipped:
        return target if isinstance(target, Skipped) else deed(target)

    for found in deeds.done(found_of, targets):
        if isinstance(found, Skipped):
            deeds.tell(found.reason, exits.ACCEPTED if deeds.many else exits.INPUT)
        else:
            yield found


def _judge(runner: Runner, word: str | None) -> int:
    from helm.adapters.cli.pager import paged  # noqa: PLC0415
    from helm.app.judging import Bench  # noqa: PLC0415  as in `_rebuild`

    bench = Bench.of(runner.places, word)
    with paged() as console:
        deeds, count, different = _Deeds(console, many=word is None), 0, 0
        for run in deeds.done(bench.judge, bench.run_ids):
            count, different = count + len(run.rulings), different + len(run.different)
            for ruling in run.different:
                _print_ruling(console, bench.shown(run.run_id), run, ruling)
        if different:
            deeds.worsen(exits.NOT_ACCEPTED)
        said = f"{different} would be different now" if different else "all the same"
        console.line(f"{_counted(count, 'verdict')}, {said}")
        return deeds.code


def _print_ruling(console: Console, shown: str, run: JudgedRun, ruling: Ruling) -> None:
    then, now = ruling.recorded, ruling.anew
    console.line(
        f"run {shown} of {one_line(run.spec_id)}, attempt {ruling.attempt}: "
        f"recorded {_said(then)}; now {_said(now)}"
    )
    changed = [("-", "31", task) for task in then.tasks if task not in now.tasks]
    changed += [("+", "32", task) for task in now.tasks if task not in then.tasks]
    for sign, colour, task in changed:
        text = f"  {sign} {one_line(redacted(task, run.redact))}"
        console.line(console.style(text, colour))


def _said(judgement: Judgement) -> str:
    if judgement.status is None:
        return "unreadable"
    tasks = f" with {_counted(len(judgement.tasks), 'task')}" if judgement.tasks else ""
    end = f", {judgement.outcome}" if judgement.outcome else ""
    return f"{judgement.status}{tasks}{end}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _shown(path: Path) -> str:
    place = here()
    shown = path.relative_to(place) if path.is_relative_to(place) else path
    return harmless(str(shown), colour=False)
