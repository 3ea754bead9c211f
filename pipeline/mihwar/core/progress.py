"""How far along a long loop is, said in one place: a bar on a terminal, plain lines with the time elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_SECONDS_BETWEEN_LINES = 15


class Progress:
    """Says what is being done, to a stream (standard error unless told)."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self.stream, self.quiet = stream or sys.stderr, quiet
        self._interrupted = False

    def interrupt(self, *_: object) -> None:
        """Stop the work; a handler of SIGINT.

        Raises:
            KeyboardInterrupt: always. Where it is raised within a callback of a C library, Python prints it and goes
                on. Then `go_on` raises it again.
        """
        self._interrupted = True
        raise KeyboardInterrupt

    def go_on(self) -> None:
        """Between two pieces of work: raise KeyboardInterrupt if the user has asked to stop."""
        if self._interrupted:
            raise KeyboardInterrupt

    @property
    def on_terminal(self) -> bool:
        """Whether someone is watching."""
        return self.stream.isatty() and not self.quiet

    def say(self, text: str) -> None:
        """One line."""
        if self.quiet:
            return
        stamp = "" if self.on_terminal else time.strftime("%H:%M:%S ")
        print(stamp + text, file=self.stream, flush=True)

    @contextmanager
    def track(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Show a loop over `total` things (unknown: None);
        the block calls what it is given with how many more are done.
        """
        if self.on_terminal:
            with self._bar(what, total) as advance:
                yield advance
        else:
            yield self._lines(what, total)

    @contextmanager
    def _bar(self, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bars

        count = [BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()] if total else []
        columns = [SpinnerColumn(), TextColumn("{task.description}"), *count, TimeElapsedColumn()]
        with Bars(*columns, console=Console(file=self.stream), transient=True) as bars:
            task = bars.add_task(what, total=total)
            yield lambda n: bars.update(task, advance=n)

    def _lines(self, what: str, total: int | None) -> Callable[[int], None]:
        done, said = 0, time.monotonic()

        def advance(n: int) -> None:
            nonlocal done, said
            done += n
            if time.monotonic() - said > _SECONDS_BETWEEN_LINES:
                said = time.monotonic()
                self.say(f"{what}: {done:,}" + (f" of {total:,} ({100 * done // total} %)" if total else ""))

        return advance
