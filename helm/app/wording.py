"""How times, numbers and commands are written for people, on every surface."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from helm.app.terminal_text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from helm.domain.events import AgentChoice

_SHELL_WRAPPER = re.compile(r"/\S*sh -l?c ")
_WRAPPED_WORDS = 3
_MONTH_SECONDS = 30 * 86400
_KILO = 1000


def warning(text: str) -> str:
    """Write a warning of helm's own, in one line whatever it quotes."""
    return f"helm: warning: {one_line(text)}"


def duration(seconds: float) -> str:
    """Write a time as people say it: `42s`, `3m 05s`, `1h 02m`."""
    whole = int(seconds)
    if whole < 60:  # noqa: PLR2004
        return f"{whole}s"
    if whole < 3600:  # noqa: PLR2004
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02}m"


def local(moment: datetime) -> datetime:
    """Give a moment in local time; as it is, where the zone is none or leaves the calendar."""
    try:
        return moment.astimezone()
    except (ValueError, OverflowError):
        return moment


def short_moment(moment: datetime, now: datetime) -> str:
    """Write a moment in local time: `31 Jan 09:15`, and `31 Jan 2025` in another year."""
    here = local(moment)
    return f"{here:%d %b %H:%M}" if here.year == local(now).year else f"{here:%d %b %Y}"


def full_moment(moment: datetime) -> str:
    """Write a moment in local time, to the second, with its zone."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S %z}"


def clock_time(moment: datetime) -> str:
    """Write the local time of day, to the second."""
    return f"{local(moment):%H:%M:%S}"


def age(moment: datetime, now: datetime) -> str:
    """Say about how long ago a moment was; the day, if that was more than a month."""
    seconds = max(int((now - moment).total_seconds()), 0)
    if seconds > _MONTH_SECONDS:
        return f"{local(moment):%d %b %Y}"
    for unit, name in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= unit:
            return f"{seconds // unit}{name} ago"
    return "just now"


def counted(number: int, noun: str) -> str:
    """Write a number of things: `1 run`, `3,456 events`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read_the_work(*, in_git: bool) -> str:
    """Say what is to be done once a run is accepted; only git can show what was changed."""
    return "read the work, then commit it" if in_git else "read the report, and the work"


def not_kept(size: int, where: str) -> str:
    """Say how many bytes the log lacks: `1,024 bytes of stdout were not kept`."""
    return f"{size:,} bytes {where} were not kept"


def short_number(number: float) -> str:
    """Write a number in three digits or so: `987`, `12.3k`, `4.5M`."""
    for unit in ("", "k", "M"):
        if number < _KILO:
            return f"{number:.1f}{unit}" if unit else f"{number:.0f}"
        number /= _KILO
    return f"{number:.1f}G"


def in_words(name: str) -> str:
    """Write a name that the record has for something as people say it: `worker timed out`."""
    return name.replace("_", " ")


def chosen_model(choice: AgentChoice) -> str:
    """Say which model an agent is to take, and how hard it is to think."""
    model = choice.model or "the agent's own model"
    return f"{model}, reasoning {choice.reasoning}" if choice.reasoning else model


def resume_words(session: str) -> str:
    """Write the command by which a person goes on in an agent's session."""
    return f"codex resume {shlex.quote(one_line(session))}"


def unwrapped(command: str) -> str:
    """Show the command that the agent meant, without the shell that it is wrapped in."""
    try:
        words = shlex.split(command) if _SHELL_WRAPPER.match(command) else []
    except ValueError:  # it is cut, or quoted as no shell would
        words = []
    return words[2] if len(words) == _WRAPPED_WORDS else command
