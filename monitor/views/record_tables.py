"""The track record as tables, one for each early number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from alerts.message.sections import Table
from alerts.titles import DEVELOPING_TITLES
from rules.record.nowcast import COVERS_PCT, Nowcast
from rules.record.record import Line, TrackRecord
from rules.record.score import Score
from rules.wording import capitalized, month, number, plural, signed_usd_bn, usd_bn
from state.developing_alerts import Settled

NOTHING: Final = "–"
NOWCAST: Final = (
    "Net purchases of the months that TIC has not published, estimated from custody by least "
    "squares over the months before, as revised since"
)
COLUMNS: Final = ("of", "years", "since", "sign", "guess", "r", "95% of r", "error", "n")
# A share of fewer would look like more than it is.
FEWEST_FOR_SHARE: Final = 10
WHAT_IT_IS: Final = (
    "Each early number against the later one that it speaks of, over all periods of both that are "
    "stored and were published. Sign: how often both had the same sign; guess: how often the "
    "better of two guesses had it, that are always up or always down. r is the correlation; its "
    "interval says how little it proves. Error: the mean distance between the two."
)


def record_tables(lines: Sequence[Line]) -> tuple[Table, ...]:
    """A table for each early number and what it speaks of, a row for each holder and span."""
    return tuple(
        Table(capitalized(heading), COLUMNS, "lllrrrrrr", tuple(_row(one) for one in mine))
        for heading, mine in groupby(
            lines, key=lambda one: f"{one.early_title}, against {one.measure}"
        )
    )


def developing_table(found: Mapping[str, Settled]) -> Table | None:
    """How the developing alerts of each rule ended, by its title; None where none is settled."""
    rows = [
        (
            DEVELOPING_TITLES[name],
            NOTHING if one.first is None else f"{one.first}",
            f"{one.told:,}",
            f"{one.held:,}",
        )
        for name, one in found.items()
    ]
    if not rows:
        return None
    heading = "Developing alerts, against the official close"
    return Table(heading, ("alert", "since", "told", "held"), "llrr", tuple(rows))


def nowcast_sentences(record: TrackRecord) -> tuple[str, ...]:
    """For each holder the estimates of the months that TIC has not published, with the record of
    such estimates; and where they are not shown, why not."""
    return tuple(f"{capitalized(who)}: {_nowcast(one)}" for who, one in record.nowcasts.items())


def _nowcast(found: Nowcast) -> str:
    shown = [
        f"{month(one.month)} {signed_usd_bn(one.usd_bn)} ({COVERS_PCT:.0f}% of months: "
        f"{signed_usd_bn(one.low_usd_bn)} to {signed_usd_bn(one.high_usd_bn)})"
        for one in found.estimates
    ]
    one = found.record
    record = (
        f"mean error {usd_bn(one.mean_error)} over {plural(one.count, 'month')} since "
        f"{month(one.first)}; as the last published month {usd_bn(one.as_last_month)}, zero "
        f"{usd_bn(one.as_zero)}, the mean so far {usd_bn(one.as_mean)}"
    )
    if not one.is_best:
        why = "a simple guess did as well" if one.is_long else "too few months to compare with"
        return f"not shown, {why}. {capitalized(record)}."
    return f"{'; '.join(shown) or 'no month is missing'}. {capitalized(record)}."


def _row(line: Line) -> tuple[str, ...]:
    score = line.score
    r, error = score.correlation, score.mean_error
    return (
        line.holder,
        line.span,
        NOTHING if score.first is None else f"{score.first:%Y-%m}",
        _share(score.same_sign, score.count),
        _share(score.one_sign, score.count),
        NOTHING if r is None else number(r, 2),
        _interval(score),
        NOTHING if error is None else _error(error, line.unit),
        f"{score.count:,}",
    )


def _share(hits: int, count: int) -> str:
    return f"{hits} of {count}" if count < FEWEST_FOR_SHARE else f"{number(100.0 * hits / count)}%"


def _interval(score: Score) -> str:
    low, high = score.correlation_low, score.correlation_high
    return NOTHING if low is None or high is None else f"{number(low, 2)} to {number(high, 2)}"


def _error(value: float, unit: str) -> str:
    return usd_bn(value) if unit == "usd_bn" else f"{number(value, 2)}%"
