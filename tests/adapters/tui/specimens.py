"""A workspace as the screen has it: specs of every badge, and models that show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from helm.adapters.tui.chrome import draw
from helm.adapters.tui.effects import Effect
from helm.adapters.tui.frame import Frame, Size, line_width
from helm.adapters.tui.messages import Message, Pressed, RunOpened, SpecRead, SpecsRead
from helm.adapters.tui.model import Model, Screen
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.telling import Telling
from helm.adapters.tui.update import update
from helm.app.dossier import Dossier
from helm.app.specs import InvalidSpec, Spec
from helm.app.standing import Standing
from helm.domain.events import Cause
from helm.domain.projections.summary import RunSummary, State
from tests.fakes import MemoryEventLog

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)
ROOT = Path("/shop/specs")

BODY = """# Status command

Show every spec with its state and its place in the dependency graph.

## Scope

- a table: id, name, status, needs, last run
- a tree of dependencies; a cycle is shown once and marked,
  and so is a diamond
- `tab` toggles, `f` narrows to what can run

## Acceptance

1. make all passes
2. 漢字 are two columns wide
"""


def spec(
    name: str,
    title: str,
    *,
    status: str = "todo",
    needs: tuple[str, ...] = (),
    id_: str | None = None,
    body: str = BODY,
) -> Spec:
    return Spec(
        folder=ROOT / name,
        id=id_ or name,
        name=title,
        status=status,
        depends_on=needs,
        own_commands=(),
        body=body,
        checklist="- [ ] a table\n- [ ] a tree\n",
        metadata="{}",
    )


def ran(
    name: str, state: State, *, cause: Cause | None = None, hours: int = 2, attempts: int = 2
) -> RunSummary:
    began = NOW - timedelta(hours=hours)
    return RunSummary(
        run_id=f"01RUN{name}",
        workspace=".",
        path=f"specs/{name}",
        spec_id=name,
        spec_name="",
        state=state,
        cause=cause,
        attempts=attempts,
        started_at=began,
        updated_at=began + timedelta(minutes=30),
        finished_at=None,
        seconds=90.0,
        worker_model=None,
        verifier_model=None,
        input_tokens=None,
        output_tokens=None,
    )


def standing(
    found: Spec,
    *,
    unmet: tuple[str, ...] = (),
    running: bool = False,
    last: RunSummary | None = None,
) -> Standing:
    return Standing(
        spec=found, commands=("make all",), unmet=unmet, running=running, last=last, accepted=None
    )


DONE = standing(
    spec("spec-00-foundation", "Foundation", status="done"),
    last=ran("spec-00-foundation", State.ACCEPTED, hours=50),
)
HALTED = standing(
    spec("spec-01-config", "Configuration", needs=("spec-00-foundation",)),
    last=ran("spec-01-config", State.HALTED, cause=Cause.OPERATOR),
)
RUNNING = standing(
    spec("spec-02-runner", "Runner", status="in-progress"),
    running=True,
    last=ran("spec-02-runner", State.OPEN, hours=0, attempts=1),
)
BLOCKED = standing(
    spec("spec-03-split", "Splitting a spec", needs=("spec-02-runner", "spec-05-status", "gone")),
    unmet=("spec-02-runner", "spec-05-status", "gone"),
)
INVALID = InvalidSpec(
    folder=ROOT / "spec-04-broken",
    reason=f"{ROOT}/spec-04-broken/metadata.json is missing; "
    "a spec folder needs SPEC.md and metadata.json",
)
FAILED = standing(
    spec("spec-05-status", "Status command", needs=("spec-00-foundation",)),
    last=ran("spec-05-status", State.EXHAUSTED, hours=3),
)
TODO = standing(spec("spec-06-refresh", "Refreshing the screens", id_="refresh"))

SPECS = (DONE, HALTED, RUNNING, BLOCKED, INVALID, FAILED, TODO)

DOSSIER = Dossier(
    folder=FAILED.folder,
    path="specs/spec-05-status",
    runs=3,
    remaining_tasks=(
        "the graph drops a node in a cycle",
        "`tab` does not toggle the view, as the spec asks for under Scope",
    ),
    session="0199a213-81c0-7800-8aa1-bbab2a035a53",
    report="# Implementation Report for spec-05-status\n\n- Attempts performed: 2\n",
)

WIDE, NARROW, TINY = Size(100, 30), Size(60, 20), Size(20, 5)
SIZES = (WIDE, NARROW, TINY)


def model(
    *screens: Screen, size: Size = WIDE, specs: tuple[Standing | InvalidSpec, ...] = SPECS
) -> Model:
    """Make a model in which the specs have been read, and what is known of one of them."""
    made = Model(name="shop", size=size, now=NOW, screens=screens or (SpecsScreen(),))
    made, _ = update(made, SpecsRead(specs=specs, root="specs"))
    made, _ = update(made, SpecRead(dossier=DOSSIER))
    return made


def with_live(made: Model) -> Model:
    """Let helm carry a run on, that is not looked at."""
    telling = Telling("01LIVE", "01LIV", MemoryEventLog(), ours=True)
    after, _ = update(made, RunOpened(telling=telling, ours=True))
    return press(after, "back")


def heard(made: Model, *messages: Message) -> Model:
    for message in messages:
        made, _ = update(made, message)
    return made


def press(made: Model, *actions: str) -> Model:
    return heard(made, *(Pressed(action=action) for action in actions))


def asked(made: Model, action: str, place: int = 0) -> tuple[Effect, ...]:
    """Say what the world is asked for by a key."""
    _, effects = update(made, Pressed(action=action, place=place))
    return effects


def rows(frame: Frame) -> list[str]:
    return ["".join(words for _, words in line) for line in frame.lines]


def shown(made: Model) -> str:
    """Draw a model as the text of a golden file; the frame fits its terminal exactly."""
    frame = draw(made)
    require_fitting(frame, made.size)
    return "".join(f"{row.rstrip()}\n" for row in rows(frame))


def require_fitting(frame: Frame, size: Size) -> None:
    assert len(frame.lines) == size.rows
    assert {line_width(line) for line in frame.lines} <= {size.columns}
    for words in rows(frame):
        assert words.isprintable(), words
    for hit in frame.hits:
        assert 0 <= hit.row < size.rows
