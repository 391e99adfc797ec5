"""The settings that every rule of a desk's own has, whatever it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from annotated_types import Interval, MinLen

from rules.case import RuleData
from rules.definition import Definition

Days = Annotated[int, Interval(ge=1, le=120)]
Text = Annotated[str, MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class OwnRule(Definition[RuleData]):
    """A name and a title, what would change the reading in the desk's words, within how many days
    of its period an alert is on time, and the rules that say the same."""

    rule_id: str
    title: Text
    enabled: bool = True
    falsifier: str = ""
    on_time_within_days: Days = 2
    inhibited_by: tuple[str, ...] = ()

    @property
    def prompt_within(self) -> timedelta:
        """How long after its period an alert is on time."""
        return timedelta(days=self.on_time_within_days)

    @property
    def would_change(self) -> str:
        """What would change the reading."""
        return self.falsifier
