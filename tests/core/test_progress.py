"""Progress: a bar where someone watches, plain lines elsewhere, nothing when told to be quiet."""

import io
import re

import pytest

from mihwar.core import progress as progress_module
from mihwar.core.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def walk(progress: Progress, total: int | None = 4) -> None:
    progress.say("[1/8] ingest: not made yet")
    with progress.track("reading", total) as advance:
        for _ in range(4):
            advance(1)


def test_plain_lines_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "_SECONDS_BETWEEN_LINES", -1)
    stream = io.StringIO()
    walk(Progress(stream))
    lines = stream.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[1/8\] ingest: not made yet", lines[0])
    assert lines[-1].endswith("reading: 4 of 4 (100 %)")
    assert "\x1b" not in stream.getvalue()


def test_few_lines_for_a_short_loop() -> None:
    stream = io.StringIO()
    walk(Progress(stream))
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize("total", [4, None])
def test_a_bar_on_a_terminal(total: int | None) -> None:
    stream = Terminal()
    walk(Progress(stream), total)
    assert stream.getvalue().startswith("[1/8] ingest")
    assert "reading" in stream.getvalue()


def test_quiet() -> None:
    for stream in (io.StringIO(), Terminal()):
        walk(Progress(stream, quiet=True))
        assert stream.getvalue() == ""


def test_an_interrupt_that_a_c_library_swallows_is_raised_again() -> None:
    progress = Progress(io.StringIO())
    progress.go_on()
    with pytest.raises(KeyboardInterrupt):
        progress.interrupt(2, None)
    with pytest.raises(KeyboardInterrupt):
        progress.go_on()
