"""One input given to a target within bounds of time and memory, and what went wrong with it."""

from __future__ import annotations

import logging
import resource
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, Self

from tests.fuzz.target import Target

ROOT: Final = Path(__file__).resolve().parents[2]
MOST_MB: Final = 150.0


class TookTooLong(BaseException):
    """No `except Exception` on the way may take it for an error of its own."""


@dataclass(frozen=True)
class Failure:
    """What went wrong. Two with one `key` are taken for the same: the kind of error, and the line
    of ours that was last on the way to it."""

    key: str
    said: str

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """The failure that an error is."""
        where = next(reversed(list(_own_lines(error.__traceback__))), "elsewhere")
        return cls(
            f"{type(error).__name__} at {where}",
            "".join(traceback.format_exception(error)).rstrip(),
        )


def failure(target: Target, content: bytes) -> Failure | None:
    """What goes wrong with an input; None where nothing does."""
    before = peak_mb()
    try:
        with _at_most(target.most_s):
            target.run(content)
    except (Exception, TookTooLong) as error:  # noqa: BLE001 - this is what is looked for
        return Failure.of(error)
    more = peak_mb() - before
    if more > MOST_MB:
        return Failure(f"memory of {target.name}", f"took {more:,.0f} MB, at most {MOST_MB:,.0f}")
    return None


@contextmanager
def entries_written() -> Iterator[None]:
    """Inside it every entry of the log is put together, so that one that cannot be is an error."""
    root, writes = logging.getLogger(), _PutTogether()
    before, root.handlers = root.handlers, [writes]
    try:
        yield
    finally:
        root.handlers = before


class _PutTogether(logging.Handler):
    def handle(self, record: logging.LogRecord) -> bool:
        record.getMessage()
        return True


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Inside it so much of a processor may be used, and is then given up with TookTooLong: a bound
    that a busy machine does not change."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"took more than {seconds:g} s of a processor")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def peak_mb() -> float:
    """The most memory that this process has ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _own_lines(step: TracebackType | None) -> Iterator[str]:
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts and path != Path(__file__):
            yield f"{path.relative_to(ROOT)}:{step.tb_lineno}"
        step = step.tb_next
