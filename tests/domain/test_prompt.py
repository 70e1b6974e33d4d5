"""Prompts: one pass over a template, every value verbatim, and a report that always fits."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helm.domain.events import InputText, Mode, Role, RunSettings, RunStarted
from helm.domain.prompt import (
    PLACEHOLDERS,
    PROMPT_LIMIT,
    missing_placeholders,
    render,
    verifier_prompt,
    worker_prompt,
)
from tests.domain.histories import QUICK, SPEC, Story, start

TRAPS = ["{{MODE}}", "{{SPEC_BODY}}", "$&", "\\1", "\\g<0>", "\x00", "😀", "\r\n", "{", "}}", "\\"]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(TRAPS)).map("".join))
LEFT_OUT = re.compile(
    r"\n\[\.\.\. helm left out (\d+) of (\d+) characters here; the log keeps them all \.\.\.\]\n"
)


def begin(*, worker: str = "", verifier: str = "", **values: str) -> RunStarted:
    """Start a run with these templates, and these values of the spec."""
    spec = replace(
        SPEC,
        id=values.get("id", SPEC.id),
        name=values.get("name", SPEC.name),
        body=InputText.of("SPEC.md", values.get("body", SPEC.body.text)),
        checklist=InputText.of("list.md", values.get("checklist", SPEC.checklist.text)),
        worker_template=InputText.of("implement.md", worker),
        verifier_template=InputText.of("review.md", verifier),
    )
    command = values.get("command")
    commands = (command,) if command is not None else ()
    started = Story().tell(start(spec=spec, commands=commands)).run.started
    assert started
    return started


def parts(prompt: str) -> tuple[str, int, int, str]:
    """Take a cut report apart: its beginning, how much is left out of how much, its end."""
    found = LEFT_OUT.search(prompt)
    assert found
    return prompt[: found.start()], int(found[1]), int(found[2]), prompt[found.end() :]


def test_a_worker_is_asked_with_every_value() -> None:
    """Each placeholder of the worker's template is filled, the tasks as indented JSON."""
    template = (
        "{{SPEC_ID}}|{{SPEC_NAME}}|{{SPEC_BODY}}|{{ACCEPTANCE_COMMANDS}}|{{MODE}}|"
        "{{PREVIOUS_REMAINING_TASKS}}"
    )
    started = begin(worker=template, id="spec-07", name="A", body="B\n", command="make")
    assert worker_prompt(started, ('é "a"', "b\nc")) == (
        'spec-07|A|B\n|- make|strict|[\n  "é \\"a\\"",\n  "b\\nc"\n]'
    )


def test_a_verifier_is_asked_with_every_value() -> None:
    """Each placeholder of the verifier's template is filled, the report as the worker wrote it."""
    template = (
        "{{SPEC_ID}}|{{SPEC_NAME}}|{{SPEC_BODY}}|{{ACCEPTANCE_COMMANDS}}|{{MODE}}|"
        "{{ACCEPTANCE_CHECKLIST}}|{{IMPLEMENTATION_REPORT}}"
    )
    started = begin(verifier=template, checklist="- [ ] c\n", command="make")
    assert verifier_prompt(started, "done\n") == (
        "spec-01|A parser|# A parser\n\nIt parses.\n|- make|strict|- [ ] c\n|done\n"
    )


def test_nothing_left_over_is_an_empty_array() -> None:
    """The first worker of a fresh run is told so in JSON."""
    assert worker_prompt(begin(worker="{{PREVIOUS_REMAINING_TASKS}}"), ()) == "[]"


def test_no_checklist_is_empty() -> None:
    """A spec without a checklist leaves nothing in its place."""
    started = begin(verifier="<{{ACCEPTANCE_CHECKLIST}}>", checklist="")
    assert verifier_prompt(started, "") == "<>"


@pytest.mark.parametrize(
    ("commands", "lines"),
    [
        ((), "- (none specified)"),
        (("make",), "- make"),
        (("make test", "make lint"), "- make test\n- make lint"),
    ],
)
def test_acceptance_commands_are_a_list(commands: tuple[str, ...], lines: str) -> None:
    """One command a line, and a line that says so where there is none."""
    started = replace(begin(worker="{{ACCEPTANCE_COMMANDS}}"), acceptance_commands=commands)
    assert worker_prompt(started, ()) == lines


@pytest.mark.parametrize("mode", Mode)
def test_the_mode_is_said_in_its_own_word(mode: Mode) -> None:
    """The templates give the word its meaning."""
    started = replace(begin(worker="{{MODE}}"), settings=RunSettings(mode=mode))
    assert worker_prompt(started, ()) == mode.value


def test_each_role_has_placeholders_of_its_own() -> None:
    """What only the other agent is told stays as it stands in the template."""
    template = "{{PREVIOUS_REMAINING_TASKS}}{{ACCEPTANCE_CHECKLIST}}{{IMPLEMENTATION_REPORT}}"
    started = begin(worker=template, verifier=template, checklist="c")
    assert worker_prompt(started, ()) == "[]{{ACCEPTANCE_CHECKLIST}}{{IMPLEMENTATION_REPORT}}"
    assert verifier_prompt(started, "r") == "{{PREVIOUS_REMAINING_TASKS}}cr"


@pytest.mark.parametrize(
    "template",
    [
        "{{NAME}}",
        "{{mode}}",
        "{{ MODE }}",
        "{MODE}",
        "{{MODE}",
        "{{}}",
        "{{MODE1}}",
        "$MODE \\1 $&",
        "",
        "\r\n",
    ],
)
def test_what_is_no_known_placeholder_stays(template: str) -> None:
    """A template may hold braces of its own."""
    assert render(template, {"MODE": "strict"}) == template


def test_a_placeholder_is_filled_wherever_it_stands() -> None:
    """More than once, side by side, and within braces that are none of its own."""
    assert render("{{A}}{{A}}{{{B}}} {{C{{A}}", {"A": "1", "B": "2"}) == "11{2} {{C1"


def test_substitution_is_one_pass() -> None:
    """A placeholder in a value is text, whichever of the values is filled first."""
    values = {"A": "{{B}}", "B": "{{A}}"}
    assert render("{{A}}{{B}}", values) == "{{B}}{{A}}"


def test_the_limit_is_codex_s() -> None:
    """Measured; whoever changes it has measured anew."""
    assert PROMPT_LIMIT == 1024 * 1024


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.WORKER, "SPEC_BODY ACCEPTANCE_COMMANDS PREVIOUS_REMAINING_TASKS"),
        (
            Role.VERIFIER,
            "SPEC_BODY ACCEPTANCE_COMMANDS ACCEPTANCE_CHECKLIST IMPLEMENTATION_REPORT",
        ),
    ],
)
def test_what_a_template_lacks_is_named(role: Role, names: str) -> None:
    """In the order of the list, and however often the others stand there."""
    expected = tuple(names.split())
    whole = "".join(f"{{{{{name}}}}}" for name in expected)
    assert missing_placeholders("{{SPEC_ID}} {{spec_body}}", role) == expected
    assert missing_placeholders(whole, role) == ()
    assert missing_placeholders(whole.replace("{{SPEC_BODY}}", ""), role) == ("SPEC_BODY",)


@QUICK
@given(before=TEXTS, after=TEXTS, values=st.tuples(TEXTS, TEXTS))
def test_a_value_is_rendered_verbatim(before: str, after: str, values: tuple[str, str]) -> None:
    """Whatever template and values hold, each value stands in its place as it is."""
    first, second = values
    rendered = render("{{A}}-{{NOBODY}}-{{B}}", {"A": first, "B": second})
    assert rendered == f"{first}-{{{{NOBODY}}}}-{second}"
    assert first in render(f"{before}{{{{A}}}}{after}", {"A": first})


@QUICK
@given(body=TEXTS, checklist=TEXTS, command=TEXTS, report=TEXTS, tasks=st.lists(TEXTS))
def test_a_prompt_holds_all_that_the_run_began_with(
    body: str, checklist: str, command: str, report: str, tasks: list[str]
) -> None:
    """No value changes another, nor is changed by one."""
    started = begin(
        worker="{{SPEC_BODY}}\0{{ACCEPTANCE_COMMANDS}}\0{{PREVIOUS_REMAINING_TASKS}}",
        verifier="{{IMPLEMENTATION_REPORT}}\0{{ACCEPTANCE_CHECKLIST}}\0{{SPEC_BODY}}",
        body=body,
        checklist=checklist,
        command=command,
    )
    asked, told = f"{body}\0- {command}\0", worker_prompt(started, tuple(tasks))
    assert told.startswith(asked)
    assert json.loads(told.removeprefix(asked)) == tasks
    assert verifier_prompt(started, report) == f"{report}\0{checklist}\0{body}"


@pytest.mark.parametrize("character", ["x", "😀"])
def test_a_prompt_that_just_fits_is_left_alone(character: str) -> None:
    """The limit counts code points, and is itself allowed."""
    report = character * (PROMPT_LIMIT - 2)
    prompt = verifier_prompt(begin(verifier="<{{IMPLEMENTATION_REPORT}}>"), report)
    untouched = prompt == f"<{report}>"
    assert untouched


@pytest.mark.parametrize("character", ["x", "😀"])
def test_a_prompt_one_character_too_long_is_cut_in_the_middle(character: str) -> None:
    """The beginning and the end of the report stay, and the line between says what is gone."""
    report = f"[{character * (PROMPT_LIMIT - 3)}]"
    prompt = verifier_prompt(begin(verifier="<{{IMPLEMENTATION_REPORT}}>"), report)
    head, left_out, of, tail = parts(prompt)
    assert len(prompt) <= PROMPT_LIMIT
    assert (head[:3], tail[-3:]) == (f"<[{character}", f"{character}]>")
    assert of == len(report)
    assert len(head) - 1 + left_out + len(tail) - 1 == len(report)


@settings(QUICK, max_examples=20)
@given(
    excess=st.one_of(st.integers(1, 300), st.integers(1, 3 * PROMPT_LIMIT)),
    frame=st.sampled_from(["", "{{SPEC_ID}}", "x" * 1000, "y" * (PROMPT_LIMIT - 500)]),
)
def test_what_is_kept_and_what_is_left_out_add_up(excess: int, frame: str) -> None:
    """A cut prompt fits, wastes little, keeps both ends alike, and says the truth of itself."""
    started = begin(verifier=frame + "{{IMPLEMENTATION_REPORT}}")
    before = frame.replace("{{SPEC_ID}}", SPEC.id)
    report = "a" + "b" * (PROMPT_LIMIT - len(before) - 2 + excess) + "c"
    prompt = verifier_prompt(started, report)
    head, left_out, of, tail = parts(prompt.removeprefix(before))
    assert PROMPT_LIMIT - 10 < len(prompt) <= PROMPT_LIMIT
    assert (of, len(head) + left_out + len(tail)) == (len(report), len(report))
    assert report.startswith(head)
    assert report.endswith(tail)
    assert len(head) - len(tail) in {0, 1}


def test_a_report_in_several_places_is_cut_in_each() -> None:
    """Every place has its share of the room."""
    template = "1{{IMPLEMENTATION_REPORT}}2{{IMPLEMENTATION_REPORT}}3{{IMPLEMENTATION_REPORT}}"
    report = "r" * (PROMPT_LIMIT // 2)
    prompt = verifier_prompt(begin(verifier=template), report)
    places = re.split("[123]", LEFT_OUT.sub("#", prompt))[1:]
    assert len(prompt) <= PROMPT_LIMIT
    assert len(places) == 3
    assert len(set(places)) == 1
    assert [int(found[1]) for found in LEFT_OUT.finditer(prompt)] == [
        len(report) - places[0].count("r")
    ] * 3


def test_no_room_for_a_report_leaves_only_the_line() -> None:
    """A spec that fills the prompt alone is the agent's to refuse; the cut says what it did."""
    started = begin(verifier="{{SPEC_BODY}}{{IMPLEMENTATION_REPORT}}", body="b" * PROMPT_LIMIT)
    head, left_out, of, tail = parts(verifier_prompt(started, "report"))
    assert (len(head), left_out, of, tail) == (PROMPT_LIMIT, 6, 6, "")


def test_a_template_without_a_place_for_the_report_is_never_cut() -> None:
    """Where no report goes in, there is nothing to take out."""
    template = "t" * (PROMPT_LIMIT + 1)
    untouched = verifier_prompt(begin(verifier=template), "report") == template
    assert untouched


def test_a_report_that_talks_of_placeholders_is_cut_as_text() -> None:
    """Only the places of the template count."""
    report = "{{IMPLEMENTATION_REPORT}}" * (PROMPT_LIMIT // 20)
    prompt = verifier_prompt(begin(verifier="{{IMPLEMENTATION_REPORT}}"), report)
    head, left_out, _, tail = parts(prompt)
    assert len(head) + left_out + len(tail) == len(report)
    assert PROMPT_LIMIT - 10 < len(prompt) <= PROMPT_LIMIT


def test_every_placeholder_of_an_agent_is_filled_and_no_other() -> None:
    whole = "".join(f"<{{{{{name}}}}}>" for name in sorted(set().union(*PLACEHOLDERS.values())))
    started = begin(worker=whole, verifier=whole)
    prompts = {
        Role.WORKER: worker_prompt(started, ()),
        Role.VERIFIER: verifier_prompt(started, "report"),
    }
    for role, prompt in prompts.items():
        left = set(re.findall(r"<\{\{([A-Z_]+)\}\}>", prompt))
        assert left == set().union(*PLACEHOLDERS.values()) - set(PLACEHOLDERS[role])
