"""Which stored numbers a piece of evidence was made from."""

from __future__ import annotations

from datetime import date

from monitor.views.evidence import row_of
from rules.model import Evidence
from state.provenance import Provenance
from tests.support import utc

DAY = date(2025, 4, 10)
ACM, TIC = "Term premium: New York Fed, ACM model", "TIC: US Treasury slt_table3.txt"


def origin(
    series_id: str, title: str, source: str, value: float, unit: str = "pct", day: date = DAY
) -> Provenance:
    return Provenance(
        series_id=series_id,
        source=source,
        title=title,
        unit=unit,
        period_end=day,
        value=value,
        known_at=utc("2025-04-10 22:00"),
        assumed=False,
        vintage_id=1,
        dataset="acm" if source == ACM else "tic",
        sha256="0" * 64,
    )


STORED = (
    origin("acm_tp10y", "ACM 10-year term premium", ACM, 0.69),
    origin("acm_y10y", "ACM fitted 10-year yield", ACM, 4.4),
    origin("tic.1.net", "TIC net of 1", TIC, -23_700.0, "usd_mn"),
    origin("tic.1.pos", "TIC pos of 1", TIC, 757_000.0, "usd_mn"),
    origin("acm_tp10y", "ACM 10-year term premium", ACM, 0.4, day=date(2025, 4, 9)),
)


def found(label: str, value: float, unit: str, source: str) -> tuple[list[str], set[str]]:
    row = row_of(Evidence(label, value, unit, DAY, source), STORED)
    return [one.series_id for one in row.origins], set(row.named)


def test_the_very_number_is_found_whatever_it_is_called_and_in_billions_too() -> None:
    assert found("China, net", -23.7, "usd_bn", TIC) == (["tic.1.net"], {"tic.1.net"})
    assert found("premium", 0.69, "pct", ACM) == (["acm_tp10y"], {"acm_tp10y"})


def test_a_change_is_of_the_series_it_is_called_after() -> None:
    change = found("ACM 10-year term premium, change over 5 sessions", 38.7, "bp", ACM)
    assert change == (["acm_tp10y"], {"acm_tp10y"})


def test_where_it_is_not_known_of_which_series_only_the_dataset_is_named() -> None:
    origins, named = found("Valuation and other", 5.0, "usd_bn", TIC)
    assert len(origins) == 1
    assert named == set()


def test_a_number_of_two_sources_names_both() -> None:
    label = "ACM 10-year term premium against TIC net of 1"
    origins, named = found(label, 1.0, "ratio", f"{ACM}; {TIC}; sample since 2024-01-08")
    assert origins[0] == "acm_tp10y"
    assert len(origins) == 2
    assert named == {"acm_tp10y"}


def test_what_is_computed_from_all_that_is_stored_has_no_origin() -> None:
    assert found("Sessions in the sample", 318.0, "count", "stored sessions") == ([], set())
