"""Holdings by country since 2000: blocks, footnotes, and months on two bases."""

from __future__ import annotations

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.sources.tic_holdings import TicHoldings
from tests.support import body, utc

AT = utc("2025-02-19 12:00")
BLOCK_2011 = (
    "\tDec\tJun\tJun\tMay",
    "Country\t2011\t2011\t2011\t2011",
    "\t------\t------\t------\t------",
    "Japan\t1058.0\t881.5\t911.1\t912.4",
    '"China, Mainland"\t1151.9\t1307.0\t1165.5\t1159.8',
    "Belgium  5/\t135.2\t88.8\t33.6\t31.4",
    "All Other\t1\t1\tn.a.\t1",
    "Grand Total\t2346.1\t2278.3\t2110.2\t2104.6",
    "",
    "Of which:",
    "  For. Official\t3620.6\t3514.6\t3242.0\t3242.8",
    "    Treasury Bills\t357.2\t411.1\t411.1\t423.2",
    "    T-Bonds & Notes\t3263.4\t3103.5\t2830.9\t2819.6",
)


def parsed(*lines: str) -> pd.DataFrame:
    whole = ["\t(in billions of dollars)", *lines, "Department of the Treasury"]
    return TicHoldings().parse(body("\r\n".join(whole)), AT)


def changed(old: str, new: str) -> list[str]:
    assert any(old in line for line in BLOCK_2011)
    return [line.replace(old, new) for line in BLOCK_2011]


def test_the_left_june_is_the_month_and_the_right_one_a_series_of_its_own() -> None:
    table = parsed(*BLOCK_2011)
    assert table["mfh.japan"].tolist() == [912.4, 881.5, 1058.0]
    assert table["mfh_old_basis.japan"].dropna().to_dict() == {table.index[1]: 911.1}
    assert [f"{day:%Y-%m-%d}" for day in table.index] == ["2011-05-31", "2011-06-30", "2011-12-31"]


def test_quotes_commas_and_footnotes_are_no_part_of_a_name() -> None:
    columns = set(parsed(*BLOCK_2011).columns)
    assert {"mfh.china_mainland", "mfh.belgium", "mfh.treasury_bills"} <= columns
    assert "mfh.t_bonds_notes" not in columns, "it is a difference of two others"


def test_line_ends_of_both_kinds_give_the_same_numbers() -> None:
    whole = "\n".join(["\t(in billions of dollars)", *BLOCK_2011, "Department of the Treasury"])
    pd.testing.assert_frame_equal(TicHoldings().parse(body(whole), AT), parsed(*BLOCK_2011))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (changed("1058.0", "1085.0"), "the holders to make Grand Total, got a gap of 27.0 bn"),
        (changed("911.1", "9111.0"), "the holders to make Grand Total, got a gap of 8199.9 bn"),
        (changed("2830.9", "2380.9"), "Treasury Bills . T-Bonds & Notes = For. Official"),
        (changed("357.2", "375.2"), "Treasury Bills . T-Bonds & Notes = For. Official"),
        (changed("Japan", "Nippon"), "a line 'Japan' in every block"),
        (changed("All Other", "Japan"), "Japan Dec 2011 twice"),
        (changed("\tDec\tJun\tJun\tMay", "\tDec\tMay\tJun\tApr"), "Jun 2011 right of May"),
        (changed("\tDec\tJun\tJun", "\tDec\tDec\tJun"), "Dec 2011 right of Dec"),
        (changed("2011", "201l"), "a line of months above one of years"),
        (changed("\t31.4", ""), "5 cells in every line, got 4 in that of 'Belgium"),
        (changed("135.2", "n/m"), "a word for missing in column 'holdings', got 'n/m'"),
    ],
)
def test_what_does_not_add_up_is_refused(lines: list[str], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(*lines)


def test_a_file_that_was_cut_or_is_in_another_unit_is_refused() -> None:
    with pytest.raises(BodyRejected, match=r"no end \(cut off\?\)"):
        TicHoldings().parse(body("\r\n".join(BLOCK_2011)), AT)
    with pytest.raises(BodyRejected, match="billions of dollars, got millions of dollars"):
        parsed("\t(in millions of dollars)", *BLOCK_2011)


def test_what_decides_has_a_largest_step() -> None:
    steps = {name: TicHoldings().describe(f"mfh.{name}").max_step for name in ("japan", "india")}
    assert steps == {"japan": 160.0, "india": None}
