"""Setting a workspace up: what is missing, what would be made, and making it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helm.adapters.tui.effects import PlanSetUp, Quit, ReadSpecs, SetUp
from helm.adapters.tui.form import FieldRow, drawn
from helm.adapters.tui.frame import Frame, Hit, Line, Size, safe, text, wrapped
from helm.adapters.tui.keys import Context
from helm.adapters.tui.messages import Left, Message, SetUpDone, SetUpPlanned, Taken, Typed
from helm.adapters.tui.model import NOTHING, Change, Dialog, Model, Prompt
from helm.adapters.tui.screens.specs import SpecsScreen
from helm.adapters.tui.scrolling import ListPane, Page
from helm.app.configuration import MODES, parsed, specs_root_fault
from helm.app.errors import InputInvalid
from helm.app.scaffold import Inventory, Setup, Step, Vacancy, command_fault, step_lines
from helm.domain.events import Mode

_MARGIN = 14
_FOLDER, _MODE, _ATTEMPTS, _CREATE = "specs folder", "mode", "attempts a run", "create"
_COMMAND = "acceptance command"

_PARTING = Dialog(
    title="leave the set-up?",
    lines=("What was changed in the form is lost; nothing was written.",),
    yes="leave",
    no="stay",
    on_yes=(Quit(),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would be made of a setup, or why nothing can be."""

    setup: Setup
    inventory: Inventory
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupScreen:
    """A form that makes a workspace; `done` is what was made, once it is, and `steps` go on."""

    vacancy: Vacancy
    setup: Setup
    selected: int = 0
    typing: bool = False
    planned: Planned | None = None
    making: bool = False
    done: Inventory | None = None
    steps: tuple[Step, ...] = ()
    top: int = 0

    @classmethod
    def of(cls, vacancy: Vacancy) -> SetupScreen:
        return cls(vacancy=vacancy, setup=vacancy.setup)

    @property
    def context(self) -> Context:
        return Context.SETUP_DONE if self.done else Context.SETUP

    @property
    def plan(self) -> PlanSetUp:
        """What has to be looked at before anything is made."""
        return PlanSetUp(root=self.vacancy.root, setup=self.setup)

    def title(self, _model: Model) -> str:
        return "set up" if self.done else "no workspace yet"

    def refusal(self, _model: Model, action: str) -> str:
        making = action in {"create", "edit", "pick"} and self.making
        return "the workspace is being made" if making else ""

    def act(self, model: Model, action: str, place: int) -> Change:
        if self.done:
            return self._left(model, action)
        if action == "quit" and not self.making and self.setup != self.vacancy.setup:
            return Change(dialog=_PARTING)
        last = len(self._fields()) - 1
        pane = ListPane(count=last + 1, height=model.body.rows, at=self.selected)
        moved = pane.moved(action, place)
        selecting = replace(self, selected=moved.at) if moved else self
        match action:
            case "pick" if selecting.selected in {self.selected, last}:
                return selecting._edit()  # noqa: SLF001  another value of this class
            case "edit":
                return self._edit()
            case "create":
                return self._create()
            case _:
                return Change(screen=selecting) if moved else NOTHING

    def hear(self, model: Model, message: Message) -> Change:
        match message:
            case Typed(text=words):
                return self._typed(model, words)
            case Taken(text=words):
                return self._taken(model, words.strip())
            case Left():
                return Change(screen=replace(self, typing=False), effects=(self.plan,))
            case SetUpPlanned():
                return self._planned(model, message)
            case SetUpDone(inventory=None, failure=failure):
                return Change(
                    screen=replace(self, making=False), say=failure, effects=(self.plan,)
                )
            case SetUpDone(inventory=made, steps=steps):
                return Change(screen=replace(self, making=False, done=made, steps=steps))
            case _:
                return NOTHING

    def draw(self, _model: Model, size: Size) -> Frame:
        if self.done:
            lines = _made(self.done, self.steps, size.columns)
            page = self._page(self.done, size)
            seen = lines[page.first : page.first + page.height]
            head = [Hit(0, 0, size.columns, "specs")] if page.first == 0 else []
            return Frame(lines=seen, hits=head)
        reason = [
            *wrapped(f" {_sentence(safe(self.vacancy.reason))}", size.columns - 1),
            text(" Nothing is written before [ Create ]."),
            (),
        ]
        outlook = list(self._outlook(size.columns))
        return drawn(reason, self._rows(), outlook, self.selected, size, _MARGIN)

    def _page(self, made: Inventory, size: Size) -> Page:
        lines = _made(made, self.steps, size.columns)
        return Page(count=len(lines), height=max(size.rows, 1), top=self.top)

    def _left(self, model: Model, action: str) -> Change:
        """Read what was made, or go on to the specs."""
        if action == "specs":
            return Change(screen=SpecsScreen(), effects=(ReadSpecs(),))
        top = self._page(self.done, model.body).moved(action) if self.done else None
        return NOTHING if top is None else Change(screen=replace(self, top=top))

    def _fields(self) -> list[tuple[str, int]]:
        """List what can be selected; of commands the number, and one more to add another."""
        commands = [(_COMMAND, place) for place in range(len(self.setup.acceptance_commands) + 1)]
        return [(_FOLDER, 0), (_MODE, 0), *commands, (_ATTEMPTS, 0), (_CREATE, 0)]

    def _rows(self) -> list[FieldRow]:
        setup = self.setup
        fault = self.planned.fault if self.planned and self.planned.setup == setup else ""
        said = f"  ({safe(fault)})" if fault else ""
        commands = [*map(safe, setup.acceptance_commands), "+ add"]
        return [
            FieldRow(label=_FOLDER, value=f"{safe(setup.specs_root)}{said}", wrong=bool(fault)),
            FieldRow(label=_MODE, value=f"{setup.mode}: {MODES[setup.mode]}"),
            *(
                FieldRow(label="" if place else "accepted by", value=command)
                for place, command in enumerate(commands)
            ),
            FieldRow(label=_ATTEMPTS, value=str(setup.max_attempts)),
            FieldRow(label="[ Create ]" if not self.making else "[ Creating ... ]", apart=True),
        ]

    def _outlook(self, width: int) -> Iterator[Line]:
        if self.planned and not self.planned.fault:
            yield ()
            found = self.planned.inventory
            listed = (
                ("changes", found.changed),
                ("keeps", found.kept),
                ("creates", found.created),
            )
            yield from _files(listed, width)

    def _edit(self) -> Change:
        field, place = self._fields()[self.selected]
        if field == _CREATE:
            return self._create()
        if field == _MODE:
            other = Mode.PARALLEL if self.setup.mode is Mode.STRICT else Mode.STRICT
            return self._with(replace(self.setup, mode=other))
        typing = replace(self, typing=True)
        return Change(screen=typing, prompt=Prompt(label=field, text=self._text(field, place)))

    def _text(self, field: str, place: int) -> str:
        if field == _FOLDER:
            return self.setup.specs_root
        if field == _ATTEMPTS:
            return str(self.setup.max_attempts)
        commands = self.setup.acceptance_commands
        return commands[place] if place < len(commands) else ""

    def _with(self, setup: Setup) -> Change:
        after = replace(self, setup=setup, typing=False)
        last = len(after._fields()) - 1
        after = replace(after, selected=min(after.selected, last))
        return Change(screen=after, effects=(after.plan,))

    def _typed(self, model: Model, words: str) -> Change:
        """Say what is wrong as one types; what only the disk knows is said a little later."""
        field, _ = self._fields()[self.selected]
        fault = _fault(field, words.strip())
        if model.prompt is None:
            return NOTHING
        if fault:
            return Change(prompt=replace(model.prompt, fault=fault))
        if field != _FOLDER:
            return NOTHING
        tried = replace(self.setup, specs_root=words.strip())
        return Change(effects=(PlanSetUp(root=self.vacancy.root, setup=tried),))

    def _taken(self, model: Model, words: str) -> Change:
        field, place = self._fields()[self.selected]
        known = self.planned
        fault = _fault(field, words)
        if field == _FOLDER and known and known.setup.specs_root == words:
            fault = fault or known.fault
        if fault and model.prompt:
            return Change(prompt=replace(model.prompt, fault=fault))
        if field == _FOLDER:
            return self._with(replace(self.setup, specs_root=words))
        if field == _ATTEMPTS:
            return self._with(replace(self.setup, max_attempts=int(words)))
        old = self.setup.acceptance_commands
        commands = [*old[:place], *([words] if words else []), *old[place + 1 :]]
        once = tuple(dict.fromkeys(commands))
        added = len(once) > len(old)  # so that the next one is only an Enter away
        after = replace(self, selected=self.selected + 1) if added else self
        setup = replace(self.setup, acceptance_commands=once)
        return after._with(setup)  # noqa: SLF001  as above

    def _planned(self, model: Model, told: SetUpPlanned) -> Change:
        planned = Planned(setup=told.setup, inventory=told.inventory, fault=told.fault)
        prompt = model.prompt
        field, _ = self._fields()[self.selected]
        asked = self.typing and prompt and field == _FOLDER
        if asked and prompt and prompt.text.strip() == told.setup.specs_root:
            warned = replace(prompt, fault=told.fault) if told.fault else None
            return Change(screen=replace(self, planned=planned), prompt=warned)
        if told.setup == self.setup:
            return Change(screen=replace(self, planned=planned))
        return NOTHING

    def _create(self) -> Change:
        fault = specs_root_fault(self.setup.specs_root)
        if self.planned and self.planned.setup == self.setup:
            fault = fault or self.planned.fault
        if fault:
            return Change(screen=replace(self, selected=0), say=f"specs folder: {fault}")
        effect = SetUp(root=self.vacancy.root, setup=self.setup)
        return Change(screen=replace(self, making=True), effects=(effect,))


def _made(made: Inventory, steps: Sequence[Step], width: int) -> list[Line]:
    """Tell what was made, and how to go on."""
    listed = (("created", made.created), ("changed", made.changed), ("kept", made.kept))
    head = [*wrapped(" The workspace is set up. ↵ goes on to the specs.", width, "heading"), ()]
    told = [row for each in step_lines(steps) for row in wrapped(f" {each}", width)]
    return [*head, *told, *([()] if told else []), *_files(listed, width)]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _fault(field: str, words: str) -> str:
    if field == _FOLDER:
        return specs_root_fault(words)
    if field == _ATTEMPTS:
        try:
            parsed("defaultMaxAttempts", words)
        except InputInvalid:
            return "a whole number above 0"
        return ""
    return command_fault(words) if words else ""


def _files(listed: Sequence[tuple[str, Sequence[str]]], width: int) -> Iterator[Line]:
    """List files by their folders, under what becomes of them."""
    for label, names in listed:
        begin = f" {label}"
        folders: dict[str, list[str]] = {}
        for name in names:
            path = Path(name)
            folder = "" if path.parent == Path() else f"{path.parent.as_posix()}/"
            folders.setdefault(folder, []).append(path.name)
        for folder, files in folders.items():
            words = safe(" ".join([folder, *files] if folder else files))
            for row in wrapped(words, max(width - 11, 1)):
                yield (("hint", f"{begin:<10}"), *row)
                begin = ""
