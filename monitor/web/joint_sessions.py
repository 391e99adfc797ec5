"""Every session as the joint selloff rule judged it, or judges it now where it never had to."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from monitor.views.read_model import ReadModel
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations, Rule
from rules.model import to_date
from rules.terms import Answer, Severity
from state.alert_rows import Evaluation
from state.alert_store import AlertStore

RULE_ID: Final = "joint_selloff"
SUBJECT: Final = "us"


Moves = tuple[float, float, float]


class Mark(enum.StrEnum):
    """What a session was: QUIET where not all three fell, SMALL where they did by less than a
    notice, UNKNOWN where nobody can say."""

    QUIET = "quiet"
    SMALL = "small"
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"

    @property
    def is_joint(self) -> bool:
        """Whether all three fell."""
        return self in (Mark.SMALL, Mark.NOTICE, Mark.WARNING, Mark.CRITICAL)


@dataclass(frozen=True)
class Session:
    """One session: its mark, and its weakest leg in standard deviations, None where not known.
    `alert_id` is empty where no alert is stored, as of history that was never told. `moves` are the
    S&P 500's in percent, the 10-year yield's in basis points and the dollar's in percent, by the
    numbers known now."""

    day: date
    mark: Mark
    weakest_sd: float | None
    provisional: bool
    alert_id: str = ""
    moves: Moves | None = None


def read_sessions(reading: ReadModel, at: datetime) -> dict[date, Session]:
    """Every session known at an instant, oldest first, in the judgement that stands."""
    rule = reading.config.rules[RULE_ID]
    alert_store = AlertStore(reading.database)
    judged = [one for one in rule.judge(reading.known(rule.series, at)) if one.subject == SUBJECT]
    alerts = {one.episode: one.alert_id for one in alert_store.alerts(RULE_ID)}
    return merge_live_and_backfilled(
        [session for one in judged for session in evaluated_now(one, _critical_moves(rule))],
        [stored(one) for one in alert_store.evaluations_of(RULE_ID, SUBJECT) if one.known_at <= at],
        alerts,
    )


def merge_live_and_backfilled(
    now: Iterable[Session], decided: Iterable[Session], alerts: Mapping[date, str]
) -> dict[date, Session]:
    """The sessions by day: what was decided stands where something was, and the last of it."""
    by_now = {one.day: one for one in now}
    found = by_now | {one.day: one for one in decided}
    return {
        day: replace(
            one,
            alert_id=alerts.get(day, ""),
            moves=by_now[day].moves if day in by_now else None,
        )
        for day, one in sorted(found.items())
    }


def _critical_moves(rule: Rule) -> Moves:
    """What a joint selloff's moves are divided by in its ratios."""
    assert isinstance(rule, JointSelloff)
    return rule.critical_moves


def evaluated_now(judged: Evaluations, sizes: Moves) -> list[Session]:
    """The last version of each session of a judgement, oldest first; `sizes` are those that its
    first ratios are of."""
    last = {to_date(day): row for row, day in enumerate(judged.period_end)}
    return [
        Session(
            day,
            _mark(judged.answer(row), int(judged.severity[row]), weakest),
            weakest,
            bool(judged.provisional[row]),
            moves=_moves(judged, row, sizes),
        )
        for day, row in last.items()
        for size in [float(judged.measure[row])]
        for weakest in [None if math.isnan(size) else size]
    ]


def _moves(judged: Evaluations, row: int, sizes: Moves) -> Moves | None:
    spx, ust, usd = (
        ratio * size for ratio, size in zip(judged.ratios[row, :3].tolist(), sizes, strict=True)
    )
    return None if math.isnan(spx + ust + usd) else (spx, ust, usd)


def stored(one: Evaluation) -> Session:
    """The session of a stored answer."""
    code = 0 if one.severity is None else int(one.severity)
    return Session(
        one.period_end, _mark(one.answer, code, one.measure), one.measure, one.provisional
    )


def _mark(answer: Answer, code: int, weakest_sd: float | None) -> Mark:
    if answer is Answer.FIRING:
        return Mark(Severity(code).label)
    if answer is Answer.QUIET and weakest_sd is not None and weakest_sd > 0:
        return Mark.SMALL
    return Mark.UNKNOWN if answer is Answer.UNKNOWN else Mark.QUIET
