"""What a rule of one session says of the session so far: by its own `judge`, over the official
closes before and the quotes of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import numpy as np

from rules.evaluation import Evaluations, Rule
from rules.intraday.quote import Quote, level_so_far, moved
from rules.model import NEW_YORK, Evidence, Panel, to_date, type_float, type_time
from rules.point_in_time.panel import to_second

# The series whose closes and quotes each rule is judged by.
JUDGED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "joint_selloff": ("spx", "ust10y", "dxy"),
    "haven_failure": ("spx", "ust10y"),
}


@dataclass(frozen=True)
class SoFar:
    """A rule's answer for a session that is not over.

    `severity` as in Evaluations, UNKNOWN without a close or a quote that it needs; `moves` by
    series in percent or basis points; `measure` in `measure_unit` what it is graded by.
    """

    severity: int
    moves: Mapping[str, float]
    measure: float = float("nan")
    measure_unit: str = ""
    ratios: tuple[float | None, ...] = ()


def quoted_panel(
    panel: Panel, session: date, quotes: Mapping[str, Quote], due: Mapping[str, date]
) -> Panel | None:
    """The panel with the session as its last row, made of quotes; None where one of them has no
    official close of the day `due` to move from, or cannot be true.

    `due` is by series the last day before the session on which its market was open.
    """
    levels = levels_so_far(panel, session, quotes, due)
    return None if levels is None else _with_row(panel, session, quotes, levels)


def levels_so_far(
    panel: Panel, session: date, quotes: Mapping[str, Quote], due: Mapping[str, date]
) -> dict[str, tuple[float, float]] | None:
    """By series, the official close that a market moves from and where its quote is from there;
    None as for `quoted_panel`."""
    found: dict[str, tuple[float, float]] = {}
    for series_id, quote in quotes.items():
        close = close_before(panel, series_id, session, due)
        level = None if close is None else level_so_far(quote, close)
        if close is None or level is None:
            return None
        found[series_id] = close, level
    return found


def close_before(
    panel: Panel, series_id: str, session: date, due: Mapping[str, date]
) -> float | None:
    """The official close that a market moves from in a session; None where that of the day `due` is
    not known."""
    found = panel.once(
        ("close before", series_id, session), lambda: _newest_before(panel, series_id, session)
    )
    return found[1] if found is not None and found[0] == due[series_id] else None


def _newest_before(panel: Panel, series_id: str, session: date) -> tuple[date, float] | None:
    """The day and the number of a market's newest close before a session."""
    if series_id not in panel.columns:
        return None
    days, closes, _ = panel.numbers(series_id)
    last = int(np.searchsorted(days, np.datetime64(session))) - 1
    return (to_date(days[last]), float(closes[last])) if last >= 0 else None


def closes_before(panel: Panel, session: date) -> Panel:
    """The panel up to the day before a session; the same one at each poll of the session."""
    return panel.once(("before", session), lambda: _closes_before(panel, session))


def _closes_before(panel: Panel, session: date) -> Panel:
    end = int(np.searchsorted(panel.days, np.datetime64(session)))
    days, value, known = panel.days[:end], panel.value[:, :end], panel.known[:, :end]
    return replace(panel, days=days, value=value, known=known)


def quote_label(quote: Quote) -> str:
    """`Yahoo ^GSPC, quote of 14:05`: whose quote it is, and of when, New York."""
    return f"{quote.label}, quote of {clock(quote.at)}"


def clock(at: datetime) -> str:
    """`14:05`, New York."""
    return f"{at.astimezone(NEW_YORK):%H:%M}"


def _with_row(
    panel: Panel,
    session: date,
    quotes: Mapping[str, Quote],
    levels: Mapping[str, tuple[float, float]],
) -> Panel:
    """The rows before the session, and one of it alone."""
    before = closes_before(panel, session)
    rows, end = before.value.shape
    value: type_float = np.full((rows, end + 1), np.nan)
    instants: type_time = np.full((rows, end + 1), np.datetime64("NaT"), dtype=panel.known.dtype)
    value[:, :end], instants[:, :end] = before.value, before.known
    for place, series_id in zip(panel.rows(tuple(quotes)), quotes, strict=True):
        _, value[place, end] = levels[series_id]
        instants[place, end] = to_second(quotes[series_id].at)
    labels = {(name, session): quote_label(one) for name, one in quotes.items()}
    return replace(
        panel,
        days=np.append(before.days, np.datetime64(session, "D")),
        value=value,
        known=instants,
        stood_in={**panel.stood_in, **labels},
    )


def judge_so_far(
    rule: Rule, panel: Panel, session: date, quotes: Mapping[str, Quote], due: Mapping[str, date]
) -> SoFar:
    """What the rule says of the session by these quotes, UNKNOWN where one that it needs is
    missing."""
    needed = JUDGED_BY[rule.rule_id]
    if not set(needed) <= quotes.keys():
        return SoFar(Evaluations.UNKNOWN, {})
    mine = {name: quotes[name] for name in needed}
    levels = levels_so_far(panel, session, mine, due)
    if levels is None:
        return SoFar(Evaluations.UNKNOWN, {})
    (found,) = rule.judge(_with_row(panel, session, mine, levels))
    row = len(found.period_end) - 1
    if row < 0 or found.period(row) != session:
        return SoFar(Evaluations.UNKNOWN, {})
    answer = found.outline(row)
    return SoFar(
        severity=found.severity.item(row),
        moves={name: round(moved(name, *levels[name]), 9) for name in needed},
        measure=found.measure.item(row),
        measure_unit=found.measure_unit,
        ratios=answer.ratios,
    )


def evidence_so_far(
    rule: Rule, panel: Panel, session: date, quotes: Mapping[str, Quote], due: Mapping[str, date]
) -> tuple[Evidence, ...]:
    """Every number that the rule is judged by, with its threshold and whose quote it is; `panel`
    has all the series of the rule."""
    mine = {name: quotes[name] for name in JUDGED_BY[rule.rule_id]}
    quoted = quoted_panel(panel, session, mine, due)
    if quoted is None:
        return ()
    (found,) = rule.judge(quoted)
    return found.explain(len(found.period_end) - 1).evidence
