"""What messages about one month's sales say of others in the same month, also before 2023-02."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.evaluation import Rule
from rules.model import AlertText
from rules.tic.areas import BELGIUM, CHINA, GRAND_TOTAL, JAPAN
from rules.tic.series_ids import HOLDINGS, LONG, tic_series
from tests.spring_figures import usual_known_at
from tests.support import Row, judge, new_york, signal_for

# Net sales of bonds and notes in a month, USD mn, the month as Form S and SLT have it.
SOLD = {GRAND_TOTAL: 34_966.0, JAPAN: 27_650.0, CHINA: 22_619.0, BELGIUM: 295.0}
FORM_S_MONTH, SLT_MONTH = date(2015, 8, 31), date(2025, 8, 31)
ALONE = "One country is not all foreigners."
LISTED = re.compile(r"long-term net that month: (.*?)\.(?: |$)")


def sales(codes: tuple[str, ...], month: date) -> list[Row]:
    """The sales of areas in a month, gross by Form S before 2023-02, else net by SLT."""
    found = []
    for code in codes:
        if month == SLT_MONTH:
            found.append((tic_series(code, LONG), -SOLD[code]))
            continue
        found.append((f"form_s.{code}.treas_purchases", 100_000.0))
        found.append((f"form_s.{code}.treas_sales", 100_000.0 + SOLD[code]))
    return [(name, month, usual_known_at(name, month), 1, value) for name, value in found]


def said(rule: Rule, subject: str, rows: list[Row], month: date) -> AlertText:
    return signal_for(judge(rule, rows, new_york("2026-01-01 12:00"))[subject], month).explained


@pytest.mark.parametrize("month", [FORM_S_MONTH, SLT_MONTH], ids=["Form S", "SLT"])
@pytest.mark.parametrize(
    ("subject", "code", "others", "wanted"),
    [
        ("china", CHINA, (GRAND_TOTAL, JAPAN, BELGIUM),
         "All −$35.0bn, Japan −$27.6bn, Belgium −$0.3bn"),
        ("japan", JAPAN, (GRAND_TOTAL, CHINA, BELGIUM),
         "All −$35.0bn, China −$22.6bn, Belgium −$0.3bn"),
        ("china", CHINA, (BELGIUM,), "Belgium −$0.3bn"),
        ("japan", JAPAN, (GRAND_TOTAL,), "All −$35.0bn"),
        ("china", CHINA, (), ""),
        ("japan", JAPAN, (), ""),
    ],
)  # fmt: skip
def test_others_are_listed_as_far_as_the_month_is_known_and_never_as_an_empty_list(
    subject: str, code: str, others: tuple[str, ...], wanted: str, month: date
) -> None:
    found = said(ForeignNetSales(), subject, sales((code, *others), month), month)
    listed = LISTED.search(found.caveat)
    assert (listed[1] if listed else "") == wanted
    assert (ALONE in found.caveat) == (not wanted)
    rows = [one for one in found.evidence if one.label.endswith(", net long-term Treasuries")]
    own = {"china": "China", "japan": "Japan"}[subject]
    shown = {one.label.partition(",")[0]: one for one in rows}
    assert set(shown) - {own} == {part.rpartition(" ")[0] for part in wanted.split(", ") if part}
    for one in shown.values():
        assert one.value is not None
        # Each number is labelled with what it was made from.
        assert ("form_s" in one.source) == (month == FORM_S_MONTH)


@pytest.mark.parametrize("month", [FORM_S_MONTH, SLT_MONTH], ids=["Form S", "SLT"])
def test_the_aggregate_lists_no_seller_and_no_holder_that_is_not_known(month: date) -> None:
    rule = AggregateNetSales()
    held = month.replace(day=31, month=7)
    name = tic_series(GRAND_TOTAL, HOLDINGS)
    rows = sales((GRAND_TOTAL,), month)
    rows.append((name, held, usual_known_at(name, held), 1, 6_000_000.0))
    found = said(rule, "all", rows, month)
    assert found.caveat.startswith("TIC does not tell officials from private holders")
    assert "Largest sellers" not in found.caveat
    assert not re.search(r": [.;,]|: $", found.caveat)
    rest = next(one for one in found.evidence if one.label.startswith("All other countries"))
    assert rest.value == pytest.approx(-34.966)
