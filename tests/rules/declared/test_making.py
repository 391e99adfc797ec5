"""Made series: what they come to, when they are known, and that they follow revisions."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from monitor.config.load import build
from rules.declared.made_series import required, with_inputs
from rules.declared.making import with_made
from rules.model import Series, to_date
from rules.point_in_time.panel import History, to_second
from tests.support import new_york

APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)
FIRST, LATER, LAST = (new_york(f"2025-{day} 16:00") for day in ("06-18", "07-17", "08-18"))
END: Final = new_york("2025-12-31 12:00")
# Series, period, when it was known, value.
Number = tuple[str, date, datetime, float]


def made(
    name: str, numbers: list[Number], series: dict[str, Any], every: str = "month", **units: str
) -> History:
    """The history of a made series over numbers that come `every` month, week or session."""
    blocks = {one: {"title": one, "unit": "ratio", **block} for one, block in series.items()}
    config = build({"series": blocks}, {}, Path())
    inputs = with_inputs((name,), config.series)
    mine = [one for one in numbers if one[0] in inputs]
    stored = History.of(
        inputs,
        {one: Series(one, one, units.get(one, "index"), every, f"{one}: us") for one in inputs},
        column=np.array([inputs.index(one) for one, *_ in mine], dtype=np.int64),
        period_end=np.array([period for _, period, *_ in mine], dtype="datetime64[D]"),
        known_at=np.array([to_second(known) for _, _, known, _ in mine]),
        vintage=np.arange(len(mine), dtype=np.int64),
        value=np.array([value for *_, value in mine]),
    )
    return with_made(stored, (name,), config.series)


def versions(history: History) -> list[tuple[date, datetime, float]]:
    """Each value a period had, and when it was known."""
    rows = zip(history.period_end, history.known_at, history.value, strict=True)
    return [(to_date(day), known.item(), float(value)) for day, known, value in rows]


def at(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


SUM: Final = {"mine": {"sum": {"spx": 1, "dxy": -1}}}


def test_it_is_known_with_its_last_input_and_revised_with_any() -> None:
    numbers = [
        ("spx", APRIL, FIRST, 5.0),
        ("dxy", APRIL, LATER, 2.0),
        ("spx", APRIL, LAST, 6.0),
        ("spx", MAY, LAST, 9.0),
    ]
    found = made("mine", numbers, SUM)
    assert versions(found) == [(APRIL, at(LATER), 3.0), (APRIL, at(LAST), 4.0)]
    assert found.series["mine"].frequency == "month"
    assert found.series["mine"].source == "mine: made of us"


def test_what_one_instant_brings_is_one_number() -> None:
    both = [("spx", APRIL, FIRST, 5.0), ("dxy", APRIL, FIRST, 2.0)]
    assert versions(made("mine", both, SUM)) == [(APRIL, at(FIRST), 3.0)]


WAYS: Final = (
    ({"sum": {"spx": 2, "dxy": -1}}, 6.0),
    ({"product": {"spx": 1, "dxy": -0.5}}, 2.5),
    ({"ratio": {"of": "spx", "to": "dxy"}, "times": 100}, 125.0),
    ({"first": ["vix", "dxy", "spx"]}, 4.0),
    ({"sum": {"spx": 1}, "plausible": [0, 4]}, None),
    ({"ratio": {"of": "spx", "to": "vix"}}, None),
)


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_a_number_is_what_its_inputs_come_to(way: dict[str, Any], expected: float | None) -> None:
    numbers = [("spx", APRIL, FIRST, 5.0), ("dxy", APRIL, FIRST, 4.0)]
    if "ratio" in way and "vix" in way["ratio"].values():
        numbers.append(("vix", APRIL, FIRST, 0.0))
    found = versions(made("mine", numbers, {"mine": way}))
    assert found == ([] if expected is None else [(APRIL, at(FIRST), expected)])


def test_the_first_of_several_gives_way_to_a_better_one() -> None:
    numbers = [("dxy", APRIL, FIRST, 4.0), ("spx", APRIL, LATER, 5.0), ("dxy", MAY, LATER, 6.0)]
    found = versions(made("mine", numbers, {"mine": {"first": ["spx", "dxy"]}}))
    assert found == [(APRIL, at(FIRST), 4.0), (APRIL, at(LATER), 5.0), (MAY, at(LATER), 6.0)]


def test_a_lag_takes_the_month_before() -> None:
    area = "tic.42609."
    numbers = [
        (f"{area}for_treas_pos", APRIL, FIRST, 200.0),
        (f"{area}for_treas_net", APRIL, FIRST, 1.0),
        (f"{area}for_treas_net", MAY, LATER, -4.0),
        (f"{area}for_treas_pos", APRIL, LAST, 400.0),
    ]
    ratio = {"of": f"{area}for_treas_net", "to": f"{area}for_treas_pos", "lag": 1}
    found = versions(made("mine", numbers, {"mine": {"ratio": ratio, "times": 100}}))
    assert found == [(MAY, at(LATER), -2.0), (MAY, at(LAST), -1.0)]


def test_a_lag_of_a_weekly_series_takes_the_weeks_before() -> None:
    numbers = [
        ("custody_treasuries", date(2025, 4, 2), FIRST, 200.0),
        ("fed_treasuries", date(2025, 4, 16), LATER, 10.0),
        ("fed_treasuries", date(2025, 4, 9), LATER, 30.0),
    ]
    ratio = {"of": "fed_treasuries", "to": "custody_treasuries", "lag": 2}
    found = versions(made("mine", numbers, {"mine": {"ratio": ratio, "times": 100}}, every="week"))
    assert found == [(date(2025, 4, 16), at(LATER), 5.0)]


def test_one_may_be_made_of_another() -> None:
    numbers = [("spx", APRIL, FIRST, 5.0), ("dxy", APRIL, FIRST, 2.0)]
    both = {**SUM, "twice": {"sum": {"mine": 2}}}
    assert versions(made("twice", numbers, both)) == [(APRIL, at(FIRST), 6.0)]


def test_a_statistic_over_time_is_of_what_was_known_then_and_follows_a_revision() -> None:
    numbers = [("spx", APRIL, FIRST, 5.0), ("spx", MAY, LATER, 7.0), ("spx", APRIL, LAST, 6.0)]
    found = made("mine", numbers, {"mine": {"of": "spx", "rolling_sum": 2}})
    assert versions(found) == [(MAY, at(LATER), 12.0), (MAY, at(LAST), 13.0)]


def test_a_rule_needs_what_its_series_is_made_of() -> None:
    blocks = {
        "mine": {"title": "m", "unit": "ratio", "sum": {"spx": 1, "other": 1}},
        "other": {"title": "o", "unit": "ratio", "first": ["dxy", "usd_basket"]},
    }
    series = build({"series": blocks}, {}, Path()).series
    assert required(("mine",), series) == [("spx",), ("dxy", "usd_basket")]
    assert required(("spx", "dxy"), series) == [("spx", "dxy")]


def test_a_sum_over_months_needs_every_one_of_them() -> None:
    march, june = date(2025, 3, 31), date(2025, 6, 30)
    numbers = ((march, 1.0), (APRIL, 2.0), (june, 4.0))
    series = {"mine": {"of": "spx", "rolling_sum": 2}}
    found = made("mine", [("spx", period, LAST, value) for period, value in numbers], series)
    assert versions(found) == [(APRIL, at(LAST), 3.0)]
    longer = {"mine": {"of": "spx", "rolling_sum": 9}}
    assert versions(made("mine", [("spx", APRIL, LAST, 1.0)], longer)) == []


def evening(text: str) -> datetime:
    """18:30 in New York on a day of 2025."""
    return new_york(f"2025-{text} 18:30")


def close(text: str, value: float, known: str | None = None) -> Number:
    return "spx", date.fromisoformat(f"2025-{text}"), evening(known or text), value


WEEKLY: Final = {"mine": {"of": "spx", "every": "week"}}
MONTHLY: Final = {"mine": {"of": "spx", "every": "month"}}
THU, FRI, MON, TUE = "04-10", "04-11", "04-14", "04-15"
# What came, and each value that the week to Friday had, by when it was known.
WEEKS: Final = {
    "a week is over with its Friday": ([close(THU, 1), close(FRI, 2)], [(FRI, FRI, 2.0)]),
    "before that it has no number": ([close(THU, 1)], []),
    "without a Friday it is over with the next session": (
        [close(THU, 1), close(MON, 3)], [(FRI, MON, 1.0)],
    ),
    "a Friday that comes late replaces it": (
        [close(THU, 1), close(MON, 3), close(FRI, 2, TUE)], [(FRI, MON, 1.0), (FRI, TUE, 2.0)],
    ),
    "a revised Friday revises it": (
        [close(FRI, 2), close(FRI, 2.5, TUE)], [(FRI, FRI, 2.0), (FRI, TUE, 2.5)],
    ),
    "a revised Thursday does not": (
        [close(THU, 1), close(FRI, 2), close(THU, 1.5, TUE)], [(FRI, FRI, 2.0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WEEKS)
def test_a_week_has_its_last_number_once_it_is_over(case: str) -> None:
    numbers, expected = WEEKS[case]
    numbers = sorted(numbers, key=lambda one: one[2])
    found = versions(made("mine", numbers, WEEKLY, every="session"))
    days = [
        (date.fromisoformat(f"2025-{day}"), at(evening(known)), v) for day, known, v in expected
    ]
    assert found == days


def test_a_month_is_named_by_its_last_day_and_known_with_its_last_weekday() -> None:
    # 31 May 2025 was a Saturday.
    found = made("mine", [close("05-29", 1), close("05-30", 2)], MONTHLY, every="session")
    assert versions(found) == [(MAY, at(evening("05-30")), 2.0)]
    assert found.series["mine"].frequency == "month"
    assert found.series["mine"].source == "mine: us"


def test_what_comes_less_often_stays_as_it_is() -> None:
    numbers = [("spx", APRIL, FIRST, 5.0), ("spx", APRIL, LAST, 6.0)]
    found = made("mine", numbers, WEEKLY, every="month")
    assert versions(found) == [(APRIL, at(FIRST), 5.0), (APRIL, at(LAST), 6.0)]
    assert found.series["mine"].frequency == "month"


def test_what_comes_weekly_is_named_by_its_friday() -> None:
    wednesdays = [close("04-09", 1, THU), close("04-16", 2, "04-17")]
    found = versions(made("mine", wednesdays, WEEKLY, every="week"))
    assert found == [(date(2025, 4, 11), at(evening("04-17")), 1.0)]
