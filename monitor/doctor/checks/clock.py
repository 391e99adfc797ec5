"""This machine's clock against those of the sources and channels that answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, skipped, warning
from monitor.doctor.circumstances import Circumstances
from monitor.evaluate.clock_skew import FEWEST, FIXED, TOLERATED, clock_troubles
from rules.wording import plural

WITHIN: Final = f"a clock within {TOLERATED // timedelta(minutes=1)} minutes of theirs"


class Clock(Check):
    """The clock agrees with the Date header of those asked."""

    name: ClassVar[str] = "clock"
    group: ClassVar[Group] = Group.MACHINE
    asks_outside: ClassVar[bool] = True
    is_last: ClassVar[bool] = True

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """One line."""
        return [found(self.name, clock_finding(given.offsets))]


def clock_finding(ahead: Mapping[str, timedelta]) -> Finding:
    """The judgement of how far the clock is ahead of each that was asked: a failure where most of
    them contradict it, a warning where a few do."""
    if not ahead:
        return skipped("nobody who was asked said what time it is")
    apart = {name: one for name, one in ahead.items() if abs(one) > TOLERATED}
    if not apart:
        furthest = max(abs(one) for one in ahead.values()) // timedelta(seconds=1)
        return ok(f"within {furthest} s of {plural(len(ahead), 'other clock')}")
    if clock_troubles(ahead) or (len(ahead) < FEWEST and apart):
        named = ", ".join(f"{_shift(one)} {name}" for name, one in list(apart.items())[:FEWEST])
        return failed(expected=WITHIN, got=f"one {named}", remedy=FIXED)
    named = ", ".join(f"one {_shift(one)} {name}" for name, one in apart.items())
    remedy = f"nothing, if it is theirs that is wrong; else {FIXED}"
    return warning(expected=WITHIN, got=named, remedy=remedy)


def _shift(ahead: timedelta) -> str:
    minutes = abs(ahead) // timedelta(minutes=1)
    return f"{minutes:,} minutes {'ahead of' if ahead > timedelta(0) else 'behind'}"
