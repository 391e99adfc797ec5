"""How long work tells how far it is: a bar with what is left where a person looks, else a line a
tenth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

TENTHS: Final = 10


class ProgressReport(ABC):
    """Told how much of the work is done."""

    def __init__(self) -> None:
        self._completed = 0.0

    def advance(self, said: str = "") -> None:
        """One more is done; `said` names what is being done."""
        self.done(self._completed + 1.0, said)

    def done(self, completed: float, said: str = "") -> None:
        """So much of the total is done."""
        self._completed = completed
        self._tell(completed, said)

    @abstractmethod
    def _tell(self, completed: float, said: str) -> None: ...


class _Bar(ProgressReport):
    """Steps drawn as a bar."""

    def __init__(self, progress: Progress, what: str, total: float):
        super().__init__()
        self._progress = progress
        self._task = progress.add_task(what, total=total, said="")

    def _tell(self, completed: float, said: str) -> None:
        self._progress.update(self._task, completed=completed, said=said)


class _Lines(ProgressReport):
    """Steps told in a line for each tenth of the work."""

    def __init__(self, terminal: Console, what: str, total: float):
        super().__init__()
        self._terminal, self._what, self._total = terminal, what, total
        self._told = 0

    def _tell(self, completed: float, said: str) -> None:
        tenth = int(TENTHS * completed / self._total) if self._total else TENTHS
        if tenth > self._told:
            self._told = tenth
            line = f"{self._what}: {100 * tenth // TENTHS}%" + (f", {said}" if said else "")
            self._terminal.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progressing(terminal: Console, what: str, total: float) -> Iterator[ProgressReport]:
    """Steps of some work to be told on a terminal; what is printed there meanwhile stands above."""
    if not terminal.is_terminal or terminal.is_dumb_terminal:
        yield _Lines(terminal, what, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns, console=terminal, transient=True) as progress:
        yield _Bar(progress, what, total)
