"""Net sales of any area of TIC, and of several together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.declared.made_series import with_inputs
from rules.declared.making import with_made
from rules.instances.foreign_net_sales import ForeignNetSalesInstance, area_code
from rules.model import Signal
from rules.terms import Answer, Severity
from rules.tic.areas import AREAS, area_name
from rules.tic.series_ids import HOLDINGS, LONG, TOTAL, tic_series
from tests.rules.instances.declared import sales
from tests.spring_figures import tic_rows
from tests.support import Row, history_of, judge, new_york, signal_for

END = new_york("2025-12-01 12:00")
APRIL = date(2025, 4, 30)
JAPAN, CHINA = "42609", "41408"


def found(rule: ForeignNetSalesInstance, rows: list[Row] | None = None) -> Signal:
    """The answer to April 2025."""
    inputs = with_inputs(rule.series, rule.made)
    mine = [row for row in rows or tic_rows() if row[0] in inputs]
    history = with_made(history_of(mine, inputs), rule.series, rule.made)
    (judged,) = rule.judge(history.as_of(END))
    return signal_for(judged, APRIL)


def sold(code: str, long_mn: float, total_mn: float) -> list[Row]:
    """The figures with an area's April as given."""
    own = {tic_series(code, LONG): long_mn, tic_series(code, TOTAL): total_mn}
    return [(*row[:4], own.get(row[0], row[4])) if row[1] == APRIL else row for row in tic_rows()]


@pytest.mark.parametrize("country", ["japan", "china"])
def test_of_one_area_it_is_the_built_in_rule(country: str) -> None:
    own = judge(sales(country), tic_rows(), END)["own_sales"]
    built_in = judge(ForeignNetSales(), tic_rows(), END)[country]
    for name in ("period_end", "severity", "measure", "ratios", "nearness", "known_at"):
        mine, theirs = getattr(own, name), getattr(built_in, name)
        assert np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"), name


def test_several_areas_are_one_by_their_sums() -> None:
    rows = sold(JAPAN, -15_000.0, -16_000.0)
    alone, both = found(sales("Japan"), rows), found(sales("Japan", "China"), rows)
    assert alone.answer is Answer.QUIET
    assert both.severity is Severity.CRITICAL
    text = both.explained
    assert text.headline == (
        "Japan and China sold net $35.9bn of long-term Treasuries in April 2025 (TIC)."
    )
    values = {one.label: one.value for one in text.evidence}
    china = found(sales("China"), rows)
    of_china = {one.label: one.value for one in china.explained.evidence}
    held = "Japan and China, holdings"
    of_japan = {one.label: one.value for one in found(sales("Japan"), rows).explained.evidence}
    parts = (of_japan["Japan, holdings"], of_china["China, holdings"])
    assert values[held] == pytest.approx(sum(part or 0.0 for part in parts))
    assert "All" in text.caveat


def test_a_sum_is_not_known_where_one_of_its_areas_is_not() -> None:
    gone = {tic_series(JAPAN, name) for name in (LONG, TOTAL, HOLDINGS)}
    rows = [row for row in tic_rows() if not (row[0] in gone and row[1] == APRIL)]
    assert found(sales("Japan", "China"), rows).answer is Answer.UNKNOWN


def test_a_sum_is_known_when_the_last_of_its_areas_is() -> None:
    late = new_york("2025-07-30 16:00")
    rows = [
        (row[0], row[1], late, *row[3:]) if row[0] == tic_series(JAPAN, LONG) and row[1] == APRIL
        else row for row in tic_rows()
    ]  # fmt: skip
    assert found(sales("Japan", "China"), rows).known_at == late


# No sale is as large.
NO_DOLLARS: dict[str, float] = {
    "warning_net_sales_usd_bn": 500.0,
    "critical_net_sales_usd_bn": 600.0,
}
SOLD = sold(CHINA, -40_000.0, -40_000.0)
# Its settings, and what they make of an April in which China sold 40 bn: 5.2 percent of its
# holdings, and 2.8 of its usual moves below its mean.
OWN_SIZES: tuple[tuple[dict[str, float], Severity | None], ...] = (
    ({}, None),
    ({"warning_pct_of_holdings": 5.0}, Severity.WARNING),
    ({"warning_pct_of_holdings": 6.0}, None),
    ({"critical_pct_of_holdings": 5.0}, Severity.CRITICAL),
    ({"warning_sd_below_mean": 2.0}, Severity.WARNING),
    ({"critical_sd_below_mean": 2.0}, Severity.CRITICAL),
    ({"warning_sd_below_mean": 3.0}, None),
    ({"warning_net_sales_usd_bn": 40.0}, Severity.WARNING),
)


@pytest.mark.parametrize(("sizes", "severity"), OWN_SIZES)
def test_sizes_are_in_dollars_in_percent_and_in_its_own_moves(
    sizes: dict[str, Any], severity: Severity | None
) -> None:
    signal = found(sales("China", **{**NO_DOLLARS, **sizes}), SOLD)
    assert (signal.severity if signal.answer is Answer.FIRING else None) is severity


def test_what_it_crossed_is_said_where_it_is_not_dollars() -> None:
    own = {"warning_pct_of_holdings": 5.0, "warning_sd_below_mean": 2.0}
    text = found(sales("China", **NO_DOLLARS, **own), SOLD).explained
    assert "with them −$40.0bn: −5.2% of holdings and −2.8σ from its mean of up to 36 months." in (
        text.unusual
    )
    sizes = {one.label: one.threshold for one in text.evidence if one.threshold is not None}
    assert sizes["China, net long-term against its mean (up to 36 months)"] == -2.0
    assert sizes["China, net Treasuries including bills as % of holdings"] == -5.0


def test_with_too_few_months_its_own_moves_are_unknown() -> None:
    rows = [row for row in SOLD if row[1] >= date(2024, 1, 31) and "form_s" not in row[0]]
    rule = sales("China", **NO_DOLLARS, warning_sd_below_mean=2.0)
    signal = found(rule, rows)
    assert signal.answer is Answer.UNKNOWN
    assert signal.explained.headline == (
        "No data for China, April 2025: fewer than 24 earlier months by the same source are "
        "stored, so its size is not known."
    )
    assert found(replace(rule, warning_net_sales_usd_bn=30.0), rows).severity is Severity.WARNING


def test_every_area_is_found_by_its_name_and_by_its_code() -> None:
    for code in AREAS:
        assert area_code(code) == code
        assert area_name(area_code(area_name(code).upper())) == area_name(code)
    assert area_code("Atlantis") == ""


def test_a_name_that_is_no_area_is_named_with_the_one_meant() -> None:
    (problem,) = sales("Canda").problems()
    assert problem == ("areas.0", "'Canda' is no area of TIC", "did you mean 'Canada'?")


def test_it_says_what_it_is() -> None:
    rule = sales("Belgium", "Luxembourg", name="Euro custodians", warning_pct_of_holdings=2.0)
    assert rule.about({}) == (
        "A dated event of the desk's own: Euro custodians together net sold $20.0bn or more of "
        "Treasuries in a month, by TIC transactions; critical at $30.0bn. Also warning at 2% of "
        "holdings."
    )


def test_alone_and_without_sizes_of_its_own_it_says_less() -> None:
    assert sales("Canada").about({}) == (
        "A dated event of the desk's own: Canada net sold $20.0bn or more of Treasuries in a "
        "month, by TIC transactions; critical at $30.0bn."
    )


def test_the_sums_have_titles_and_units() -> None:
    made = sales("Belgium", "Luxembourg").made
    assert len(made) == 10
    sums = {name: (one.title, one.unit, one.sum) for name, one in made.items()}
    assert sums["tic.10251_11703.for_lt_treas_net"] == (
        "Belgium and Luxembourg: net long-term Treasury purchases",
        "usd_mn",
        {"tic.10251.for_lt_treas_net": 1.0, "tic.11703.for_lt_treas_net": 1.0},
    )
    assert sums["mfh.10251_11703"] == (
        "Belgium and Luxembourg: Treasury holdings",
        "usd_bn",
        {"mfh.belgium": 1.0, "mfh.luxembourg": 1.0},
    )
    assert sales("Belgium").made == {}


def test_a_name_like_no_area_is_sent_to_the_list() -> None:
    (problem,) = sales("Xyzzy").problems()
    assert problem[2] == "take a name that `havenwatch tic` has"
