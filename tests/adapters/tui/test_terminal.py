"""What the terminal says, and what is written down of a crash."""

from pathlib import Path

import pytest

from helm.adapters.tui.terminal import MouseEvent, crash_file, is_hang_up, mouse_event


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("\x1b[<0;1;1m", MouseEvent("click", 0, 0)),
        ("\x1b[<0;80;24m", MouseEvent("click", 79, 23)),
        ("\x1b[<64;5;6M", MouseEvent("up", 4, 5)),
        ("\x1b[<65;5;6M", MouseEvent("down", 4, 5)),
        ("\x1b[<0;1;1M", None),  # it is pressed, and not let go of
        ("\x1b[<2;1;1m", None),  # another button
        ("\x1b[<35;1;1M", None),  # it moves
        ("\x1b[M !!", None),  # as terminals of old say it
        ("\x1b[M\x20\udcff\udcfe", None),
        ("\x1b[<0;1m", None),
    ],
)
def test_clicks_and_the_wheel_are_all_that_is_told(data: str, event: MouseEvent | None) -> None:
    """Whatever else comes is of no matter, and no fault."""
    assert mouse_event(data) == event


def test_a_crash_is_written_where_there_is_room_for_it(tmp_path: Path) -> None:
    """In the first folder that takes it, for nobody else to read."""
    with pytest.raises(ZeroDivisionError) as raised:
        divmod(1, 0)
    path = crash_file(raised.value, [tmp_path / "gone", tmp_path])
    assert path is not None
    assert path.parent == tmp_path
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert "test_terminal.py" in text
    assert "ZeroDivisionError: " in text


@pytest.mark.parametrize(
    ("error", "gone"),
    [(EOFError(), True), (OSError(5, "EIO"), True), (OSError(28, "full"), False)],
)
def test_a_terminal_that_is_gone_is_no_fault(error: Exception, *, gone: bool) -> None:
    """It ends its input, or takes no more output."""
    assert is_hang_up(error) is gone
