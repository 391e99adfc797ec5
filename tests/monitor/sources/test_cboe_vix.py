"""VIX closes."""

from __future__ import annotations

import pytest

from monitor.errors import BodyRejected
from monitor.sources.cboe_vix import CboeVix
from tests.support import body, new_york

AT = new_york("2025-04-08 18:30")
HEADER = "DATE,OPEN,HIGH,LOW,CLOSE\n"


def test_the_close_is_read_by_its_name() -> None:
    text = "DATE,CLOSE,OPEN,HIGH,LOW\n04/08/2025,52.33,46.98,57.52,36.48\n"
    assert CboeVix().parse(body(text), AT)["vix"].tolist() == [52.33]


@pytest.mark.parametrize(
    "row", ["04/08/2025,46.98,57.52,36.48,62.33", "04/08/2025,46.98,57.52,36.48,"]
)
def test_a_close_outside_the_days_range_or_missing_is_refused(row: str) -> None:
    with pytest.raises(BodyRejected, match="between the low and the high") as error:
        CboeVix().parse(body(f"{HEADER}{row}\n"), AT)
    assert error.value.state == "IMPLAUSIBLE"


def test_an_imprecise_row_of_long_ago_holds_nothing_up() -> None:
    rows = "02/11/1992,19.24,18.57,17.85,18.60\n04/08/2025,46.98,57.52,36.48,52.33\n"
    assert CboeVix().parse(body(HEADER + rows), AT)["vix"].tolist() == [18.6, 52.33]
