"""The foreign-net-sales rule on the TIC figures around spring 2025."""

from __future__ import annotations

from datetime import date

import pytest

from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.model import Signal
from rules.shared.country_sales import Country
from rules.terms import Answer, Severity
from rules.tic.series_ids import tic_series
from tests.spring_figures import tic_rows
from tests.support import Row, judge, new_york, signal_for

END = new_york("2025-12-01 12:00")
APRIL = date(2025, 4, 30)


def found(
    subject: str,
    period: date,
    rows: list[Row] | None = None,
    rule: ForeignNetSales | None = None,
) -> Signal:
    return signal_for(judge(rule or ForeignNetSales(), rows or tic_rows(), END)[subject], period)


def with_value(series_id: str, period: date, value: float | None) -> list[Row]:
    """The figures with one number replaced, or taken out."""
    kept = [row for row in tic_rows() if (row[0], row[1]) != (series_id, period)]
    if value is None:
        return kept
    known = next(row[2] for row in tic_rows() if (row[0], row[1]) == (series_id, period))
    return [*kept, (series_id, period, known, 1, value)]


def test_china_sold_in_march_and_april_2025_and_japan_did_not() -> None:
    assert found("china", date(2025, 3, 31)).severity is Severity.WARNING
    assert found("china", APRIL).severity is Severity.WARNING
    assert found("japan", date(2025, 3, 31)).answer is Answer.QUIET
    assert found("japan", APRIL).answer is Answer.QUIET


def test_long_term_leads_whatever_crossed_and_bills_stand_second() -> None:
    march, april = (found("china", day).explained for day in (date(2025, 3, 31), APRIL))
    assert march.headline == "China sold net $27.6bn of long-term Treasuries in March 2025 (TIC)."
    assert march.unusual.startswith("Bills +$8.5bn, with them −$19.1bn. ")
    # Counts, rank and table are of the measure in the headline, in one source.
    assert april.headline == "China sold net $20.9bn of long-term Treasuries in April 2025 (TIC)."
    assert april.unusual.startswith(
        "Bills −$2.9bn, with them −$23.7bn. 5th-largest net sale of long-term Treasuries of 27 "
        "months since February 2023 (SLT); −2.73% of holdings, 4th of 26 months since March 2023. "
    )
    assert "5 months of long-term net sales of $20bn or more since February 2023" in april.unusual


def test_bills_count_and_the_message_says_that_the_total_crossed() -> None:
    # Long-term sales of 3 bn and bills of 60 bn.
    total = tic_series("42609", "for_treas_net")
    signal = found("japan", APRIL, with_value(total, APRIL, -63_000.0))
    assert signal.severity is Severity.CRITICAL
    assert signal.explained.headline.startswith("Japan sold net $2.9bn of long-term Treasuries")
    assert "the total crossed $20bn, long-term did not" in signal.explained.unusual


@pytest.mark.parametrize(
    ("net_mn", "severity"),
    [
        (-19_999.0, None),
        (-20_000.0, Severity.WARNING),
        (-29_999.0, Severity.WARNING),
        (-30_000.0, Severity.CRITICAL),
        (45_000.0, None),
    ],
)
def test_the_thresholds_belong_to_the_worse_side(net_mn: float, severity: Severity | None) -> None:
    rows = with_value(tic_series("42609", "for_lt_treas_net"), APRIL, net_mn)
    assert found("japan", APRIL, rows).severity is severity


def test_a_fall_in_holdings_alone_never_fires() -> None:
    # As Japan in 2024-04: holdings down 40.9 bn, transactions plus 0.2.
    rows = with_value(tic_series("42609", "for_treas_pos"), APRIL, 1_130_802.0 - 40_900.0)
    assert found("japan", APRIL, rows).answer is Answer.QUIET


def test_the_split_adds_up() -> None:
    lines = {line.label.strip(): line.value for line in found("china", APRIL).explained.evidence}
    parts = [lines[f"of which {name}"] for name in ("transactions", "valuation (long-term)")]
    residual = lines["of which other (residual)"]
    assert None not in (*parts, residual)
    assert sum(part for part in (*parts, residual) if part is not None) == pytest.approx(
        lines["China, change in holdings"]
    )


def test_without_transactions_the_answer_is_unknown() -> None:
    rows = [
        row
        for row in tic_rows()
        if not (row[1] == APRIL and row[0].startswith("tic.41408") and "treas_net" in row[0])
    ]
    signal = found("china", APRIL, rows)
    assert signal.answer is Answer.UNKNOWN
    assert "n.a." in signal.explained.headline


@pytest.mark.parametrize(
    ("gone", "values", "answer"),
    [
        # What is there fires: it fires.
        ("for_lt_treas_net", {"for_treas_net": -23_739.0}, Answer.FIRING),
        # March 2025: long-term -27.6 bn, hidden behind bills of +8.5 bn.
        ("for_lt_treas_net", {"for_treas_net": -19_064.0, "for_st_treas_net": 8_511.0}, None),
        ("for_lt_treas_net", {"for_treas_net": 5_000.0, "for_st_treas_net": 1_000.0}, "quiet"),
        ("for_treas_net", {"for_lt_treas_net": -3_000.0, "for_st_treas_net": -60_000.0}, None),
        ("for_treas_net", {"for_lt_treas_net": -3_000.0, "for_st_treas_net": 100.0}, "quiet"),
        ("for_treas_net", {"for_lt_treas_net": -3_000.0, "for_st_treas_net": None}, None),
    ],
)
def test_a_missing_measure_is_quiet_only_where_it_can_hide_no_sale(
    gone: str, values: dict[str, float | None], answer: str | None
) -> None:
    found_values = {gone: None, **values}
    rows = [
        row
        for row in tic_rows()
        if not (row[1] == APRIL and row[0] in {tic_series("41408", one) for one in found_values})
    ]
    known = new_york("2025-06-18 16:02")
    rows += [
        (tic_series("41408", name), APRIL, known, 1, value)
        for name, value in found_values.items()
        if value is not None
    ]
    signal = found("china", APRIL, rows)
    assert signal.answer == (answer or Answer.UNKNOWN)
    assert answer is not None or "may hide a sale" in signal.explained.headline


def test_the_largest_sellers_are_named_with_the_remainder() -> None:
    caveat = found("china", APRIL).explained.caveat
    assert (
        "Largest sellers of long-term among the 33 countries stored: Canada −$57.7bn, China "
        "−$20.9bn, Belgium −$15.5bn; all others +$35.6bn."
    ) in caveat


def test_others_and_the_custody_caveat_are_told() -> None:
    caveat = found("china", date(2025, 3, 31)).explained.caveat
    assert "All +$128.0bn, Japan +$3.2bn, Belgium +$1.3bn" in caveat
    assert "not the fall in holdings" in caveat


def test_a_country_has_thresholds_of_its_own() -> None:
    rule = ForeignNetSales(
        countries={
            "uk": Country(name="United Kingdom", code="13005", warning_net_sales_usd_bn=500.0),
            "china": Country(
                name="China",
                code="41408",
                warning_net_sales_usd_bn=500.0,
                critical_net_sales_usd_bn=600.0,
                warning_pct_of_holdings=3.0,
            ),
        }
    )
    # 23.7 of 765.4 bn held a month before is 3.1 percent.
    assert found("china", APRIL, rule=rule).severity is Severity.WARNING
    assert found("uk", APRIL, rule=rule).answer is Answer.QUIET


def test_a_month_can_be_measured_against_the_countrys_own_history() -> None:
    china = Country(
        name="China",
        code="41408",
        warning_net_sales_usd_bn=500.0,
        critical_net_sales_usd_bn=600.0,
        warning_lowest_pct_of_own_history=5.0,
    )
    rule = ForeignNetSales(countries={"china": china})
    assert found("china", date(2025, 3, 31), rule=rule).severity is Severity.WARNING
    assert found("china", date(2025, 5, 31), rule=rule).answer is Answer.QUIET
