"""The verdict's horizons: today, the last published months, and the structure of who holds the
debt."""

from __future__ import annotations

from datetime import date

from rules.verdict.model import Confidence, Horizon
from rules.verdict.verdict import weigh
from tests.rules.verdict.verdict_figures import RULE, flows, panel, share
from tests.support import Row

APRIL = date(2025, 4, 30)
NET = "source of tic.99996.for_treas_net"


def horizons(found: list[Row]) -> dict[str, Horizon]:
    return {one.name: one for one in weigh(panel(found), RULE, ()).horizons}


def test_where_nothing_is_known_every_horizon_says_what_is_missing() -> None:
    found = horizons([])
    assert [(one.answer, one.confidence, one.number) for one in found.values()] == [
        ("no data", Confidence.NOTHING, "")
    ] * 5
    assert [one.reason for one in found.values()] == [
        "prices do not show who sold; TIC for any month is not yet published",
        *["transactions are not known"] * 3,
        "the share of now or of a year ago is not known",
    ]


def test_of_months_enough_for_a_quarter_the_year_has_no_data_as_of_the_last() -> None:
    found = horizons(flows(10, -50, -80))
    assert found["last published month"] == Horizon(
        "last published month", "sold", "−$80.0bn, −0.9% of holdings", APRIL, Confidence.HIGH,
        "published transactions", NET,
    )  # fmt: skip
    assert found["3 months"].number == "−$120.0bn, −1.3% of holdings"
    assert found["12 months"] == Horizon(
        "12 months", "no data", "", APRIL, Confidence.NOTHING, "transactions are not known"
    )
    assert found["today"].reason.endswith("TIC for May and June 2025 is not yet published")


def test_the_structure_is_the_share_of_the_debt_and_its_change_in_a_year() -> None:
    assert horizons(share(-2.2))["structure"] == Horizon(
        "structure", "falling", "27.8% of the public debt, −2.2pp in 12 months", APRIL,
        Confidence.MEDIUM,
        "a share falls too when debt grows faster: holdings −$220bn at market value, debt 0.0% in "
        "12 months; highest 30.0% in April 2024",
        "source of tic.99996.for_treas_pos; source of debt_held_public",
    )  # fmt: skip
    assert horizons(share(0.0))["structure"].answer == "steady"
