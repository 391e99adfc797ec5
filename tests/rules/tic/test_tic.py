"""An area's transactions of a month, whichever of the files and measures give them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules.model import Panel
from rules.tic.areas import CHINA
from rules.tic.lines import long_net_mn, read_for, total_net_mn
from tests.support import history_of, utc

MONTH = date(2022, 6, 30)
NAMES = {
    "total": f"tic.{CHINA}.for_treas_net",
    "long": f"tic.{CHINA}.for_lt_treas_net",
    "bills": f"tic.{CHINA}.for_st_treas_net",
    "bought": f"form_s.{CHINA}.treas_purchases",
    "sold": f"form_s.{CHINA}.treas_sales",
}


def panel(**values_mn: float) -> Panel:
    found = [(NAMES[name], MONTH, utc("2022-08-15 20:00"), 1, mn) for name, mn in values_mn.items()]
    return history_of(found, read_for(CHINA)).as_of(utc("2025-07-01 00:00"))


@pytest.mark.parametrize(
    ("values_mn", "total", "long"),
    [
        ({"total": -9.0, "long": -7.0, "bills": -2.0}, -9.0, -7.0),
        # By Form S the total is what it gives of bonds and notes, and the change in bills.
        ({"bought": 50.0, "sold": 57.0, "bills": -2.0}, -9.0, -7.0),
        ({"bought": 50.0, "sold": 57.0}, np.nan, -7.0),
        # By slt_table3 a total that is not given is not made up of its parts.
        ({"long": -7.0, "bills": -2.0}, np.nan, -7.0),
        ({"total": -9.0}, -9.0, np.nan),
        ({}, np.nan, np.nan),
    ],
)
def test_a_months_net_is_by_the_newer_file_or_else_by_form_s(
    values_mn: dict[str, float], total: float, long: float
) -> None:
    known, stamp = panel(**values_mn), pd.Timestamp(MONTH)
    assert total_net_mn(known, CHINA, stamp) == pytest.approx(total, nan_ok=True)
    assert long_net_mn(known, CHINA, stamp) == pytest.approx(long, nan_ok=True)


def test_nothing_is_known_of_another_month_or_of_an_area_that_is_not_read() -> None:
    known = panel(total=-9.0, long=-7.0)
    assert np.isnan(total_net_mn(known, CHINA, pd.Timestamp("2022-07-31")))
    assert np.isnan(total_net_mn(known, "42609", pd.Timestamp(MONTH)))
