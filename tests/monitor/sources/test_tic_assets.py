"""Holdings by type of security."""

from __future__ import annotations

import pytest

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.sources.tic_assets import MEASURES, TicAssets
from tests.support import body, utc

AT = utc("2026-06-19 12:00")
# Total, then Treasuries, agencies, corporate bonds and equities: position, net, valuation.
AUSTRIA = "49548\t36\t3754\t4109\t-53\t4\t4\t0\t0\t2720\t-14\t28\t42715\t103\t3722"


def assets(numbers: str, end: str = "Definitions:") -> Body:
    lines = ("Millions of dollars", "", "\t".join(["country", "country_code", "date", *MEASURES]),
             f"Austria\t10189\t2026-04\t{numbers}", "", end)  # fmt: skip
    return body("\r\n".join(lines))


def test_positions_net_sales_and_valuation_of_each_type_are_read() -> None:
    table = TicAssets().parse(assets(AUSTRIA), AT)
    assert table["tic_lt.10189.for_lt_eqty_pos"].tolist() == [42715.0]
    assert table["tic_lt.10189.for_lt_treas_net"].tolist() == [-53.0]
    assert len(table.columns) == 15


def test_a_total_that_its_parts_do_not_make_is_refused_beyond_rounding() -> None:
    TicAssets().parse(assets(AUSTRIA.replace("49548", "49549")), AT)
    with pytest.raises(BodyRejected, match=r"for_lt_total_pos = treas . agcy . corp . eqty"):
        TicAssets().parse(assets(AUSTRIA.replace("49548", "49550")), AT)


def test_an_aggregate_without_its_parts_is_not_held_to_add_up() -> None:
    parts = AUSTRIA.split("\t")
    parts[6:9] = ["n.a."] * 3
    table = TicAssets().parse(assets("\t".join(parts)), AT)
    assert "tic_lt.10189.for_lt_agcy_pos" not in table


def test_a_file_without_its_end_is_refused() -> None:
    with pytest.raises(BodyRejected, match="cut off"):
        TicAssets().parse(assets(AUSTRIA, end=""), AT)
