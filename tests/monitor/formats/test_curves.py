"""Rows of a yield curve whose cells moved."""

from __future__ import annotations

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.formats.curves import refuse_moved_cells
from monitor.sources.kim_wright import KimWright
from monitor.sources.treasury_curve import MATURITIES, TreasuryCurve
from tests.support import body, new_york

AT = new_york("2025-03-07 20:00")
# The par curve of three sessions of March 2025, the newest first.
DAYS = ("03/07/2025", "03/06/2025", "03/05/2025")
CURVE = (
    (4.36, 4.35, 4.34, 4.33, 4.27, 4.05, 3.99, 4.01, 4.09, 4.20, 4.32, 4.65, 4.62),
    (4.36, 4.34, 4.34, 4.32, 4.27, 4.03, 3.96, 3.97, 4.06, 4.18, 4.29, 4.62, 4.58),
    (4.36, 4.35, 4.35, 4.32, 4.27, 4.06, 3.99, 3.99, 4.06, 4.18, 4.28, 4.59, 4.57),
)


def file(*rows: tuple[float | str, ...]) -> str:
    lines = [",".join(("Date", *MATURITIES))]
    lines += [
        ",".join((day, *(str(cell) for cell in row))) for day, row in zip(DAYS, rows, strict=True)
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("left", [True, False])
def test_a_row_whose_cells_moved_is_refused(place: int, left: bool) -> None:
    rows: list[tuple[float | str, ...]] = [*CURVE]
    rows[place] = (*rows[place][1:], "") if left else ("", *rows[place][:-1])
    with pytest.raises(BodyRejected, match=r"cells moved\?") as refused:
        TreasuryCurve().parse(body(file(*rows)), AT)
    assert refused.value.state == "IMPLAUSIBLE"
    assert list(TreasuryCurve().parse(body(file(*CURVE)), AT)["ust10y"]) == [4.32, 4.29, 4.28]


def test_a_curve_that_turns_in_a_day_is_no_moved_row() -> None:
    # 10 and 13 March 2023: the 2-year fell by 57 basis points, the most since 1990.
    before = (4.70, 4.83, 4.97, 5.05, 5.17, 4.90, 4.60, 4.31, 3.96, 3.87, 3.70, 3.89, 3.70)
    after = (4.48, 4.74, 4.87, 4.98, 4.87, 4.30, 4.03, 3.83, 3.68, 3.65, 3.55, 3.83, 3.70)
    days = pd.DatetimeIndex(["2023-03-10", "2023-03-13"])
    refuse_moved_cells(pd.DataFrame([before, after], index=days, columns=MATURITIES), "file")


def test_a_kim_wright_file_with_its_sign_turned_is_refused() -> None:
    rows = "".join(f"199{year}-01-02,{1.9 - 0.1 * year:.2f}\n" for year in range(6))
    content = "text\nDate,THREEFYTP1000.B\n" + rows
    assert len(KimWright().parse(body(content), AT)) == 6
    with pytest.raises(BodyRejected, match="a premium above zero in the 1990s"):
        KimWright().parse(body(content.replace("-02,", "-02,-")), AT)
