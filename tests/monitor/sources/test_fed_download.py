"""H.15 and H.10, as the Federal Reserve Board's data download gives them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.formats.usd_basket import FACTOR
from monitor.ingest.http import Body
from monitor.sources.ecb import POWERS as PER_EURO
from monitor.sources.ecb import Ecb
from monitor.sources.h10 import H10, POWERS
from monitor.sources.h15 import H15, TENORS
from tests.support import body, new_york, urls

AT = new_york("2025-04-09 17:00")


def package(
    names: list[str], *rows: str, unit: str = "Percent:_Per_Year", multiplier: str = "1"
) -> Body:
    columns = len(names)
    head = [
        ['"Series Description"', *['"A, with a comma"'] * columns],
        ['"Unit:"', *[f'"{unit}"'] * columns],
        ['"Multiplier:"', *[f'"{multiplier}"'] * columns],
        ['"Time Period"', *[f'"{name}"' for name in names]],
    ]
    return body("\n".join([*(",".join(row) for row in head), *rows]))


def unended(label: str, **changed: str) -> Body:
    """A package in which one quotation mark, that before a row's name, has no end."""
    good = package([*TENORS], "2025-04-08,1,2,3,4", **changed).content.decode()
    return body(good.replace(f'"{label}"', f'"{label}'))


# A name of the header with the end of a line in it.
TORN_HEADER = body('Time Period,"a\nb",RIFLGFCY05_N.B,RIFLGFCY10_N.B\n2025-04-08,1,2,3\n')


def test_yields_are_read_by_mnemonic_below_the_titles_and_nd_is_missing() -> None:
    table = H15().parse(
        package([*TENORS], "2025-04-08,3.71,3.9,4.26,4.71", "2025-04-18,ND,ND,ND,ND"), AT
    )
    assert table["h15.ust10y"].tolist()[0] == 4.26
    assert table["h15.ust10y"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (package(["RIFLGFCY02_N.B"], "2025-04-08,3.71"), r"no RIFLGFCY05_N.B, RIFLGFCY10_N.B in"),
        (package([*TENORS], "2025-04-08,1,2,3,4", unit="Index"), "unit percent of RIFLGFCY02_N.B"),
        (package([*TENORS], "2025-04-08,1,2,3,4", multiplier="100"), "multiplier 1 of RIFLGFCY02"),
        (package([*TENORS], "2025-04-08,1,2,3,4", multiplier="(1"), "multiplier 1 of RIFLGFCY02"),
        (unended("Series Description"), "separated by ','"),
        (unended("Unit:", unit="Index"), "separated by ','"),
        (unended("Multiplier:", multiplier="100"), "separated by ','"),
        (TORN_HEADER, "RIFLGFCY05_N.B in the row that begins with Time Period"),
        (body("error,none\n"), "a row that begins with Time Period"),
        (package([*TENORS], "2025-04-08,3.71,4.26"), "5 cells in every row"),
    ],
)
def test_another_package_or_unit_is_refused(content: Body, said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        H15().parse(content, AT)


def test_the_five_and_ten_year_are_enough() -> None:
    needed = package(["RIFLGFCY05_N.B", "RIFLGFCY10_N.B"], "2025-04-08,3.88,4.26")
    table = H15().parse(needed, AT)
    found = {name: table[name].tolist() for name in table}
    assert found == {"h15.ust5y": [3.88], "h15.ust10y": [4.26]}


def test_the_noon_basket_is_the_ecb_basket_when_all_rates_agree() -> None:
    per_euro = {"USD": 1.1, "JPY": 160.0, "GBP": 0.86, "CAD": 1.56, "SEK": 11.0, "CHF": 0.93}
    ecb = FACTOR
    for name, power in PER_EURO.items():
        ecb *= per_euro[name] ** power
    usd = per_euro["USD"]
    quoted = {
        "RXI$US_N.B.EU": usd,
        "RXI$US_N.B.UK": usd / per_euro["GBP"],
        "RXI_N.B.JA": per_euro["JPY"] / usd,
        "RXI_N.B.CA": per_euro["CAD"] / usd,
        "RXI_N.B.SD": per_euro["SEK"] / usd,
        "RXI_N.B.SZ": per_euro["CHF"] / usd,
    }
    cells = ",".join(str(quoted[name]) for name in POWERS)
    content = package([*POWERS], f"2025-04-08,{cells}", unit="Currency:_Per_USD")
    got = H10().parse(content, AT)["h10.usd_basket"].tolist()
    assert got == pytest.approx([ecb], abs=1e-5)
    assert "DXY" not in H10().describe("h10.usd_basket").title


def test_a_missing_currency_leaves_the_day_out_and_a_rate_of_zero_refuses_the_body() -> None:
    six = "2025-04-08,1.1,{yen},1.28,1.42,10,0.85"
    table = H10().parse(package([*POWERS], six.format(yen="ND")), AT)
    assert table["h10.usd_basket"].isna().all()
    with pytest.raises(BodyRejected, match="rates above zero"):
        H10().parse(package([*POWERS], six.format(yen="0")), AT)


def test_a_poll_asks_for_the_newest_and_a_gap_for_its_span() -> None:
    (newest,) = urls(H15().requests(date(2025, 4, 8), AT))
    assert "lastobs=15&from=&to=&" in newest
    (gap,) = urls(H15().requests(date(2025, 2, 3), AT))
    assert "lastobs=&from=02/03/2025&to=04/09/2025&" in gap
    (first,) = urls(H10().requests(None, AT))
    assert "from=04/10/2023&" in first
    (history,) = urls(H10().history_requests(date(1960, 1, 1), AT))
    assert "from=01/04/1999&" in history


def test_each_is_known_by_its_own_calendar() -> None:
    friday = pd.DatetimeIndex(["2025-04-04"])
    assert H15().assumed_known_at(friday)[0] == pd.Timestamp(new_york("2025-04-07 16:15"))
    assert H10().assumed_known_at(friday)[0] == pd.Timestamp(new_york("2025-04-07 16:15"))
    monday = pd.DatetimeIndex(["2025-04-07"])
    assert H10().assumed_known_at(monday)[0] == pd.Timestamp(new_york("2025-04-14 16:15"))


def test_what_can_stand_in_and_what_is_only_compared() -> None:
    assert H15().substitutes["ust10y"] == "h15.ust10y"
    assert H10().checks == {"dxy": "h10.usd_basket"}
    assert Ecb().checks == {"dxy": "usd_basket"}
