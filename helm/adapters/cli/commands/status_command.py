"""`helm status`: where every spec stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helm.adapters.cli import exits
from helm.adapters.cli.json_text import json_text
from helm.adapters.cli.options import Database, Json
from helm.adapters.cli.pager import paged
from helm.adapters.cli.program import command_app, epilog, fail, here, one_line_errors

if TYPE_CHECKING:
    from helm.app.runner import Runner
    from helm.app.specs import InvalidSpec
    from helm.app.standing import Standing

app = command_app()

_EXAMPLES = (
    ("helm status", "every spec, what it waits for, its last run"),
    ("helm status --runnable", "only what can be run now"),
    ("helm status --graph", "which spec needs which"),
    ("helm status --runnable --json | jq -c '[.specs[].folder]'", "the matrix of a CI"),
)


@app.command(epilog=epilog(_EXAMPLES, exits.LOOKING))
def status(
    ctx: typer.Context,
    *,
    graph: Annotated[
        bool, typer.Option("--graph", help="Draw which spec needs which, as trees.")
    ] = False,
    runnable: Annotated[
        bool, typer.Option("--runnable", help="Show only the specs that can be run now.")
    ] = False,
    as_json: Json = False,
    db: Database = None,
) -> None:
    """Say where every spec stands: its badge, what it waits for, its last run."""
    if graph and runnable:
        fail("--graph draws every spec; leave --runnable out", exits.USAGE)
    with one_line_errors(), ctx.obj.compose(here(), database=db) as runner:
        _require_specs_root(runner)
        specs = runner.specs()
        size = _log_size(runner)
        with paged() as console:
            if as_json:
                described = _described(runner, specs, size, runnable=runnable)
                console.line(json_text(described, indent=2))
                return
            from helm.adapters.cli import status as screen  # noqa: PLC0415  not for programs

            if specs:
                now = runner.places.ports.clock()
                redact = runner.workspace.config.masked
                screen.print_status(console, specs, now, redact, graph=graph, runnable=runnable)
            else:
                screen.print_emptiness(console, runner.workspace.specs_root)
            screen.print_size(console, size)


def _require_specs_root(runner: Runner) -> None:
    root = runner.workspace.specs_root
    if not runner.places.ports.files.is_folder(root):
        fail(
            f"there is no workspace here: {root} does not exist; to make one: helm scaffold",
            exits.INPUT,
        )


def _log_size(runner: Runner) -> int:
    upkeep = runner.places.ports.open_upkeep(runner.places.log_path)
    try:
        return upkeep.size()
    finally:
        upkeep.close()


def _described(
    runner: Runner, specs: list[Standing | InvalidSpec], size: int, *, runnable: bool
) -> dict[str, Any]:
    """Describe the workspace for programs; what is restricted is the list of specs alone."""
    from helm.app.dependencies import cycles, duplicates, needs, unknown  # noqa: PLC0415
    from helm.app.specs import Badge  # noqa: PLC0415
    from helm.app.standing import on_disk  # noqa: PLC0415

    found = on_disk(specs)
    badges = Counter(each.badge for each in specs)
    return {
        "counts": {
            "total": len(specs),
            "runnable": sum(each.runnable for each in specs),
            **{badge: badges[badge] for badge in Badge},
        },
        "specs": [_spec(runner, each) for each in specs if each.runnable or not runnable],
        "duplicates": duplicates(found),
        "cycles": cycles(needs(found)),
        "missing": unknown(found),
        "log": {"path": str(runner.places.log_path), "bytes": size},
    }


def _spec(runner: Runner, found: Standing | InvalidSpec) -> dict[str, Any]:
    from helm.adapters.cli.run_json import summary_object  # noqa: PLC0415
    from helm.app.specs import InvalidSpec  # noqa: PLC0415

    last = None if isinstance(found, InvalidSpec) else found.last
    readable = None if isinstance(found, InvalidSpec) else found.spec
    return {
        "folder": found.folder.name,
        "path": runner.workspace.path_of(found.folder),
        "id": readable.id if readable else None,
        "name": readable.name if readable else None,
        "badge": found.badge,
        "runnable": found.runnable,
        "status": readable.status if readable else None,
        "depends_on": readable.depends_on if readable else (),
        "unmet": () if isinstance(found, InvalidSpec) else found.unmet,
        "reason": found.reason if isinstance(found, InvalidSpec) else found.spec.draft or None,
        "last_run": summary_object(last) if last else None,
    }
