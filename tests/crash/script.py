"""A scripted day with every kind of transition: what its rules say when, and what people answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

import numpy as np
import pandas as pd

from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from rules.evaluation import Evaluations
from rules.figure import line_of
from rules.judged_over import JudgedOver
from rules.model import AlertText, Evidence, Panel
from rules.plot import Plot
from rules.terms import Kind, Severity
from tests.support import new_york

DAY = date(2025, 4, 10)
SERIES = "table.dxy"
TICKS = (
    "09:00", "10:00", "11:00", "12:00", "12:30", "13:00", "14:00", "15:00", "16:00", "19:00"
)  # fmt: skip
# When the transactions come of the month of that day.
SETTLED_AT = "2025-06-18 16:31"
LAST_DAY = date(2025, 6, 17)
SILENCED_AT, ACKNOWLEDGED_AT = "09:30", "11:10"


def instant(clock_time: str) -> datetime:
    """That time in New York, of the scripted day unless it names another, as a UTC instant."""
    return new_york(clock_time if " " in clock_time else f"{DAY} {clock_time}")


@dataclass(frozen=True)
class Said:
    """One answer of a scripted rule; severity 0 = quiet."""

    at: str
    severity: int
    days_later: int = 0
    provisional: bool = False
    ratio: float = 1.0


@dataclass(frozen=True)
class Scripted:
    """A rule that says what the script says, once it has come to it."""

    rule_id: str
    kind: Kind
    subject: str
    said: tuple[Said, ...]
    has_chart: bool = False
    settled_over: JudgedOver = JudgedOver.NOT_SETTLED
    title: str = "Scripted"
    enabled: bool = True
    prompt_within: ClassVar[timedelta] = timedelta(days=9)
    awaits: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[tuple[str, ...], ...]] = ((SERIES,),)
    series: ClassVar[tuple[str, ...]] = (SERIES,)
    decided_by: ClassVar[tuple[str, ...]] = (SERIES,)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """What has been said: each answer known when the feed's day of that hour was."""
        known = panel.known_at[SERIES]
        past = [one for one in self.said if day_of(one.at) in known.index]
        past = [one for one in past if not np.isnat(known[day_of(one.at)].to_datetime64())]
        return (
            Evaluations(
                rule_id=self.rule_id,
                subject=self.subject,
                period_end=np.array(
                    [DAY + timedelta(days=one.days_later) for one in past], "datetime64[D]"
                ),
                known_at=np.array([known[day_of(one.at)] for one in past], "datetime64[s]"),
                severity=np.array([one.severity for one in past], dtype=np.int8),
                provisional=np.array([one.provisional for one in past], dtype=bool),
                keeps_open=np.zeros(len(past), dtype=bool),
                measure=np.array([one.ratio for one in past], dtype=np.float64),
                measure_unit="sd",
                ratios=np.array([[one.ratio] for one in past]).reshape(len(past), 1),
                explain=lambda row: _explained(past[row]),
            ),
        )

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The feed, for the first message of the rule whose alert has a chart."""
        if not self.has_chart or panel.as_of > instant("10:30"):
            return ()
        known = panel.frame[SERIES].dropna()
        return (Plot("The feed", "index", "session", (line_of("The feed", known),)),)


def _explained(said: Said) -> AlertText:
    number = Evidence("A number", said.ratio, "sd", DAY, "the script", 1.0)
    return AlertText(f"At {said.at} it was {said.ratio} sd.", "As scripted.", evidence=(number,))


NOTHING, WARNING, CRITICAL = 0, int(Severity.WARNING), int(Severity.CRITICAL)

RULES = (
    # An event: provisional, confirmed, worse, revised, withdrawn; nobody acknowledges it.
    Scripted(
        "joint_selloff",
        Kind.EVENT,
        "us",
        (
            Said("10:00", WARNING, provisional=True),
            Said("11:00", WARNING),
            Said("12:00", CRITICAL),
            Said("13:00", CRITICAL, ratio=2.0),
            Said("14:00", NOTHING),
        ),
        has_chart=True,
    ),
    # What the event says already.
    Scripted("haven_failure", Kind.EVENT, "us", (Said("10:00", WARNING),)),
    # A condition that gets worse, is acknowledged, told again and resolved; months later, answered.
    Scripted(
        "term_premium_jump",
        Kind.CONDITION,
        "acm_10y",
        (
            Said("10:00", WARNING),
            Said("11:00", CRITICAL, days_later=1),
            Said("15:00", NOTHING, days_later=2),
        ),
        settled_over=JudgedOver.WINDOW,
    ),
    # A condition that flaps.
    Scripted(
        "custody_outflow",
        Kind.CONDITION,
        "officials",
        tuple(
            Said(at, severity, days_later=number)
            for number, (at, severity) in enumerate(
                [
                    ("10:00", WARNING),
                    ("11:00", NOTHING),
                    ("12:00", WARNING),
                    ("13:00", NOTHING),
                    ("14:00", WARNING),
                ]
            )
        ),
    ),
    # A condition that opens under a silence and is open when that ends.
    Scripted("rates_up_dollar_down", Kind.CONDITION, "us", (Said("10:00", WARNING),)),
)


class Feed:
    """A desk's own table with a day more at each tick of the script, so that each brings news."""

    def reply(self, asked: Asked) -> Reply:
        """`Date;PX_LAST` of the days of the hours that have come."""
        if asked.path != "/dxy.csv":
            return NOT_FOUND
        days = [day_of(one) for one in clock_times() if instant(one) <= asked.at]
        before = pd.bdate_range(end=days[0], periods=40)[:-1]
        later = [LAST_DAY] if asked.at >= instant(SETTLED_AT) else []
        rows = [f"{day:%d.%m.%Y};{100 + day.day / 10:.1f}" for day in (*before, *days, *later)]
        body = "\n".join(["Date;PX_LAST", *rows]) + "\n"
        return Reply(200, body.encode(), "text/csv", asked.at.replace(microsecond=0))


def day_of(clock_time: str) -> pd.Timestamp:
    """The day that the feed has for an hour of the script: the last ones up to the scripted day."""
    days = pd.bdate_range(end=DAY, periods=len(TICKS))
    return days[clock_times().index(clock_time)]


def clock_times() -> list[str]:
    """When the feed is asked: at every tick of the script."""
    return sorted(TICKS, key=time.fromisoformat)
