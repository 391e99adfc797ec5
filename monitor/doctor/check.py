"""What every check of `doctor` is, and what one finds out."""

from __future__ import annotations

import enum
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from monitor.doctor.circumstances import Circumstances

# An error in the house's own words.
FOUR_PARTS: Final = re.compile(r"(?:.*?: )?expected (.+?), got (.+?); (.+)", re.DOTALL)


class Outcome(enum.StrEnum):
    """How a check ended. SKIPPED says nothing either way."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Group(enum.IntEnum):
    """What a check is about, in the order in which the checks are printed."""

    MACHINE = 1
    FILES = 2
    CONFIGURATION = 3
    OUTSIDE = 4


@dataclass(frozen=True)
class Finding:
    """What one step found. `said` is what is there, or why it was skipped; a warning or a failure
    has `expected`, `got` and `remedy` instead. `clock_offset`: how far this machine's clock is
    ahead of the one that was asked."""

    outcome: Outcome
    said: str = ""
    expected: str = ""
    got: str = ""
    remedy: str = ""
    clock_offset: timedelta | None = None

    @property
    def text(self) -> str:
        """All of it in one line."""
        if self.said:
            return self.said
        return f"expected {self.expected}, got {self.got}; {self.remedy}"


def ok(said: str, clock_offset: timedelta | None = None) -> Finding:
    """All is as it should be."""
    return Finding(Outcome.OK, said, clock_offset=clock_offset)


def skipped(why: str) -> Finding:
    """Nothing was found out."""
    return Finding(Outcome.SKIPPED, why)


def warning(
    *, expected: str, got: str, remedy: str, clock_offset: timedelta | None = None
) -> Finding:
    """It works, and something should be done."""
    return Finding(Outcome.WARNING, "", expected, got, remedy, clock_offset)


def failed(
    *, expected: str, got: str, remedy: str, clock_offset: timedelta | None = None
) -> Finding:
    """It does not work until something is done."""
    return Finding(Outcome.FAILED, "", expected, got, remedy, clock_offset)


def failed_as_said(text: str, expected: str, remedy: str) -> Finding:
    """A failure of which a text is known: its own parts where it has them, else what came."""
    parts = FOUR_PARTS.fullmatch(text)
    if parts is None:
        return failed(expected=expected, got=text, remedy=remedy)
    return failed(expected=parts[1], got=parts[2], remedy=parts[3])


@dataclass(frozen=True)
class Step:
    """One line of the report. Steps of one `lane` run one after another, those of different lanes
    side by side; without one a step has a lane of its own."""

    name: str
    run: Callable[[], Finding]
    lane: str = ""


def found(name: str, finding: Finding) -> Step:
    """A step that is over."""
    return Step(name, lambda: finding)


class Check(ABC):
    """One file of `checks`, which has its name. A check changes nothing, stores nothing and raises
    nothing that it can put in words."""

    name: ClassVar[str]
    group: ClassVar[Group]
    # Whether it talks to the outside, which `--offline` leaves out.
    asks_outside: ClassVar[bool] = False
    # Whether there is nothing to check without a valid configuration.
    needs_config: ClassVar[bool] = False
    # Whether it reads what the other checks found: it runs when they have ended.
    is_last: ClassVar[bool] = False

    @abstractmethod
    def steps(self, given: Circumstances) -> Iterable[Step]:
        """What there is to find out, in the order of the report. It waits for nobody: whatever can
        take time is in the steps."""
