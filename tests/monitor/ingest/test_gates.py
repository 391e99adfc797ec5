"""Checks between a parsed body and the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from monitor.errors import BodyRejected, HeldBack
from monitor.ingest.corrections import correction
from monitor.ingest.validation import check_months
from monitor.sources.cboe import SPX
from rules.model import Series
from tests.spring_figures import spring

NOTHING_STORED = pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")


def closes() -> pd.DataFrame:
    figures = spring(until=date(2025, 4, 8))["spx"]
    return pd.DataFrame({"spx": list(figures.values())}, index=pd.DatetimeIndex(list(figures)))


def check(
    frame: pd.DataFrame,
    stored: pd.DataFrame = NOTHING_STORED,
    series: Series = SPX,
    *,
    grows: bool = True,
) -> None:
    found = correction(frame, "cboe", lambda _: series, stored, (), grows=grows)
    if found is not None:
        raise found.held


def with_change(place: int, factor: float) -> pd.DataFrame:
    frame = closes()
    values = frame["spx"].to_numpy().copy()
    values[place] *= factor
    return pd.DataFrame({"spx": values}, index=frame.index)


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_a_lone_value_far_out_that_is_taken_back_is_a_typo(factor: float) -> None:
    with pytest.raises(BodyRejected, match=r"2025-01-21 between .* \(a typo\?\)") as error:
        check(with_change(closes().index.get_loc(pd.Timestamp("2025-01-21")), factor))  # type: ignore[arg-type]
    assert error.value.state == "IMPLAUSIBLE"


def test_a_crash_that_is_not_taken_back_is_true_until_a_second_source_says_otherwise() -> None:
    check(with_change(-1, 0.8))
    fallen = closes()["spx"].to_numpy().copy()
    fallen[-20:] *= 0.8
    check(pd.DataFrame({"spx": fallen}, index=closes().index))


def test_in_a_short_window_nothing_is_known_of_its_spread() -> None:
    check(with_change(-3, 0.8).iloc[-5:])


def test_numbers_that_are_gone_from_the_middle_are_missed_though_the_file_grew() -> None:
    stored = closes().iloc[:-10]
    holes = closes().drop(closes().index[100:120])
    with pytest.raises(BodyRejected, match="20 of them missing, the first on 2024-05-23"):
        check(holes, stored)
    check(closes().drop(closes().index[100:102]), stored)
    check(closes().iloc[-30:], stored)


def test_a_premium_near_zero_in_another_unit_is_seen_by_its_size() -> None:
    days = pd.bdate_range("2025-01-01", periods=60)
    wave = 0.3 + 0.05 * np.sin(np.arange(60.0))
    stored = pd.DataFrame({"spx": wave}, index=days)
    percent = SPX.__class__("spx", "a premium", "pct", "session", "a source", one_vintage=True)
    check(stored, stored, percent)
    for factor in (0.01, 100.0):
        with pytest.raises(BodyRejected, match=r"unit\?"):
            check(stored * factor, stored, percent)


def moved(frame: pd.DataFrame, by: int) -> pd.DataFrame:
    """The rows under the dates of those before or after them."""
    inside = slice(max(by, 0), len(frame) + min(by, 0))
    return pd.DataFrame(
        {"spx": np.roll(frame["spx"].to_numpy(), by)[inside]}, index=frame.index[inside]
    )


def exchanged(frame: pd.DataFrame) -> pd.DataFrame:
    values = frame["spx"].to_numpy().copy()
    values[[-4, -2]] = values[[-2, -4]]
    return pd.DataFrame({"spx": values}, index=frame.index)


def as_beside(frame: pd.DataFrame, place: int) -> pd.DataFrame:
    values = frame["spx"].to_numpy().copy()
    values[place] = values[place - 1]
    return pd.DataFrame({"spx": values}, index=frame.index)


def changed(frame: pd.DataFrame, places: list[int], by: float = 1.002) -> pd.DataFrame:
    values = frame["spx"].to_numpy().copy()
    values[places] *= by
    return pd.DataFrame({"spx": values}, index=frame.index)


WINDOW = closes().iloc[-6:]
PREMIUM = Series("spx", "a premium", "pct", "session", "a source", one_vintage=True)


CUSTODY = Series("spx", "custody", "usd_mn", "week", "a source")
HOLDINGS = Series("spx", "holdings", "usd_mn", "month", "a source")
AUCTION = Series("spx", "an auction", "pct", "auction", "a source")
# Of every fifth and every twentieth session, as weeks and months are.
WEEKS, MONTHS, AUCTIONS = closes().iloc[::5], closes().iloc[::17], closes().iloc[::9]


def later_than(frame: pd.DataFrame) -> pd.DataFrame:
    """The same and one more row before the last, for which nothing is stored."""
    more = pd.DataFrame(
        {"spx": [61.0]}, index=pd.DatetimeIndex(frame.index[[-1]]) - pd.Timedelta(days=1)
    )
    return pd.concat([frame, more]).sort_index()


@pytest.mark.parametrize(
    ("frame", "series", "said", "settles"),
    [
        (moved(WINDOW, 1), SPX, "stored for the period before", False),
        (moved(WINDOW, -1), SPX, "stored for the period after", False),
        (moved(closes(), 1), SPX, "stored for the period before", False),
        (exchanged(WINDOW), SPX, "two values exchanged", False),
        (exchanged(closes()), SPX, "two values exchanged", False),
        (changed(WINDOW.iloc[-3:], [-1, -2]), SPX, "2 of 3 changed", True),
        (changed(WINDOW.iloc[-5:], [-1, -3]), SPX, "2 of 5 changed", True),
        (changed(closes().iloc[-11:], [-1, -3, -5, -7, -9]), SPX, "5 of 11 changed", True),
        (changed(closes(), [-1], 0.6), SPX, "to move at most 30%", True),
        (changed(closes(), [-60], 0.8), SPX, "a typo", False),
        (changed(closes(), [-4], 1.011), SPX, "corrected once and a little", True),
        (changed(closes(), [-99], 0.98), SPX, "corrected once and a little", True),
        (changed(closes(), [-99, -50], 1.002), SPX, "corrected once and a little", True),
        (changed(WEEKS, [-4], 1.011), CUSTODY, "corrected once and a little", True),
        (as_beside(closes(), -9), SPX, "stored for the period beside it", False),
        (as_beside(WEEKS, -9), CUSTODY, "stored for the period beside it", False),
        (changed(MONTHS, [-16], 1.01), HOLDINGS, "corrects only newer numbers", True),
        (changed(AUCTIONS, [-2], 1.01), AUCTION, "corrects only newer numbers", True),
        (later_than(AUCTIONS), AUCTION, "where none was", True),
        (closes().iloc[-40:] / 10, SPX, "unit", False),
        (closes().iloc[-40:].drop(closes().index[-20:-10]), SPX, "10 of them missing", True),
        (-(closes() - 5000), PREMIUM, "the other sign", False),
        (moved(closes() * 1.0001, 1), PREMIUM, "the period before", False),
    ],
)
def test_what_may_be_a_mistake_is_held_back_and_what_publishers_do_settles(
    frame: pd.DataFrame, series: Series, said: str, settles: bool
) -> None:
    kept = {"week": WEEKS, "month": MONTHS, "auction": AUCTIONS}.get(series.frequency, closes())
    stored = kept - 5000 if "sign" in said else kept
    with pytest.raises(HeldBack, match=said) as held:
        check(frame, stored, series)
    assert held.value.settles == settles


@pytest.mark.parametrize(
    ("unit", "said"), [("pct", "percent: is its unit index?)"), ("usd_bn", "after")]
)
def test_a_step_of_a_price_said_to_be_a_percentage_names_the_unit(unit: str, said: str) -> None:
    series = replace(SPX, unit=unit, max_step=11.0)
    with pytest.raises(HeldBack, match="to move at most 11") as held:
        check(closes().iloc[-5:], closes().iloc[:-5], series)
    assert said in held.value.got
    assert ("index?" in held.value.got) == (unit == "pct")


@pytest.mark.parametrize(
    "frame",
    [changed(WINDOW, [-1]), changed(closes(), [-1, -2]), changed(closes(), [-2], 1.05)],
)
def test_a_few_corrected_closes_are_no_mistake(frame: pd.DataFrame) -> None:
    check(frame, closes())


@pytest.mark.parametrize(
    ("frame", "stored", "series"),
    [
        (changed(closes(), [-4], 1.0001), closes(), SPX),
        (changed(closes(), [-99], 1.0099), closes(), SPX),
        (changed(WEEKS, [-1, -2, -3]), WEEKS, CUSTODY),
        (changed(MONTHS, [-15, -7, -2], 1.02), MONTHS, HOLDINGS),
        (changed(AUCTIONS, [-1]), AUCTIONS, AUCTION),
        (AUCTIONS, AUCTIONS.iloc[:-3], AUCTION),
        (closes() * (1 + 1e-8), closes(), SPX),
    ],
)
def test_what_publishers_correct_is_let_in(
    frame: pd.DataFrame, stored: pd.DataFrame, series: Series
) -> None:
    check(frame, stored, series)


def test_two_columns_exchanged_are_seen_by_what_is_stored_for_the_other() -> None:
    japan = Series("japan", "Japan", "usd_bn", "month", "a source")
    other = Series("uk", "the United Kingdom", "usd_bn", "month", "a source")
    days = pd.date_range("2024-09-30", "2025-01-31", freq="ME")
    stored = pd.DataFrame(
        {"japan": [1127.1, 1105.3, 1098.8, 1059.8], "uk": [763.2, 746.1, 765.6, 722.7]},
        index=days[:4],
    )
    new = pd.concat([stored, pd.DataFrame({"japan": [1079.3], "uk": [740.2]}, index=days[4:])])
    new.columns = pd.Index(["uk", "japan"])
    named = {"japan": japan, "uk": other}
    found = correction(new, "mfh", named.__getitem__, stored, (), grows=True)
    assert found is not None
    assert not found.settles
    assert "as is stored for" in found.problem


def test_a_new_yield_exchanged_with_an_old_one_is_seen_by_the_old_one() -> None:
    stored = pd.DataFrame({"spx": [4.0, 4.1, 4.2, 4.3]}, index=closes().index[-5:-1])
    new = pd.DataFrame({"spx": [4.0, 4.1, 4.2, 4.6, 4.3]}, index=closes().index[-5:])
    percent = Series("spx", "a yield", "pct", "session", "a source")
    with pytest.raises(HeldBack, match="a new period: two values exchanged"):
        check(new, stored, percent)


def test_a_month_that_is_left_out_behind_the_stored_ones_is_refused() -> None:
    index = pd.to_datetime(["2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31"])
    frame = pd.DataFrame({"spx": [1.0, 2.0, 3.0, 4.0]}, index=index)
    check_months(frame, "tic", frame.iloc[:2])
    check_months(frame, "tic", frame.iloc[:0])
    with pytest.raises(BodyRejected, match="the month after 2025-11, got 2026-01"):
        check_months(frame.iloc[[0, 1, 3]], "tic", frame.iloc[:2])


def test_what_is_re_estimated_whole_may_move_a_little_everywhere() -> None:
    premium = closes() / 5000.0
    wave = 0.01 * np.sin(np.arange(len(premium)))
    check(premium.add(wave, axis=0) + 0.3, premium, PREMIUM)
    for apart, settles in ((0.02, True), (0.2, False)):
        lone = premium + 0.3
        lone.iloc[50] += apart
        with pytest.raises(HeldBack, match="to be revised smoothly") as held:
            check(lone, premium, PREMIUM)
        assert held.value.settles == settles


def test_it_is_the_same_correction_though_new_rows_come() -> None:
    def fingerprint(frame: pd.DataFrame) -> str:
        found = correction(frame, "cboe", lambda _: SPX, closes().iloc[:-3], (), grows=True)
        assert found is not None
        assert len(found.changes) == 5
        return found.fingerprint

    places = [-5, -7, -8, -9, -11]
    once = changed(closes().iloc[-14:], places)
    assert fingerprint(once.iloc[:-2]) == fingerprint(once)
    assert fingerprint(changed(closes().iloc[-14:], places, 1.003)) != fingerprint(once)
