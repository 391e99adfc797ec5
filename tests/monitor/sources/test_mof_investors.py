"""Japan's monthly flows by type of investor: names in two rows, empty months, and sums."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.ingest.calendars import TOKYO
from monitor.ingest.source import next_at
from monitor.sources.mof_investors import FLOWS, INVESTORS, LABELS, MofInvestors
from tests.standins.mof_investors import HEADER, document
from tests.support import body, new_york

AT = new_york("2025-04-07 20:00")
UPDATED = date(2025, 4, 8)
# Acquisition, disposition and net of all, the public sector and its two parts, banks and their two,
# other sectors, its financial part, trust accounts and their two, five more types, and others.
MONTH = (
    "1,000", "1,900", "-900", "1", "4", "-3", "0", "0", "0", "1", "4", "-3",
    "300", "1,000", "-700", "200", "800", "-600", "100", "200", "-100",
    "699", "896", "-197", "689", "800", "-111", "300", "400", "-100", "1", "0", "1", "299", "400",
    "-101", "200", "100", "100", "90", "200", "-110", "9", "0", "9", "90", "100", "-10",
    "10", "96", "-86",
)  # fmt: skip
APART = (6, 7, 8, 9, 10, 11, 30, 31, 32, 33, 34, 35)
BLANK = b"\r\n" + b"," * 53


def written(*months: str, cells: tuple[str, ...] = MONTH, updated: date = UPDATED) -> bytes:
    return document(HEADER, [[month, *cells] for month in months], updated)


def parsed(content: bytes) -> pd.DataFrame:
    return MofInvestors().parse(body(content, "text/csv"), AT)


def changed(changes: dict[int, str]) -> tuple[str, ...]:
    return tuple(changes.get(place, cell) for place, cell in enumerate(MONTH))


def test_net_purchases_are_in_billions_of_yen_by_month_end() -> None:
    table = parsed(written("2025-02", "2025-03"))
    assert [str(stamp.date()) for stamp in pd.DatetimeIndex(table.index)] == [
        "2025-02-28", "2025-03-31"]  # fmt: skip
    assert table.iloc[-1].to_dict() == {
        f"mof.long_debt_net.{name}": value
        for name, value in {
            "all_investors": -90.0,
            "public_sector": -0.3,
            "banks": -70.0,
            "trust_accounts": -10.0,
            "securities_firms": 10.0,
            "life_insurers": -11.0,
            "nonlife_insurers": 0.9,
            "investment_trusts": -1.0,
            "others": -8.6,
        }.items()
    }


def test_the_parts_that_are_stored_make_all() -> None:
    last = parsed(written("2025-03")).iloc[-1]
    assert last.iloc[1:].sum() == pytest.approx(last.iloc[0])


def test_the_year_stands_on_january_alone_and_later_months_are_empty() -> None:
    content = written("2024-11", "2024-12", "2025-01", "2025-02", "2025-03")
    text = content.decode("cp932")
    assert '\r\n,3月,Mar,"1,000"' in text
    assert "\r\n,12月,Dec,,,," in text
    assert len(parsed(content)) == 5


def test_parts_are_missing_before_2014_and_not_after() -> None:
    cells = changed(dict.fromkeys(APART, "-"))
    assert len(parsed(written("2013-12", cells=cells))) == 1
    with pytest.raises(BodyRejected, match="acquisition of central bank in every month, got none"):
        parsed(written("2014-01", cells=cells))


@pytest.mark.parametrize("place", range(0, len(MONTH), 3))
def test_no_other_type_of_investor_may_be_missing(place: int) -> None:
    if place in APART:
        return
    cells = changed(dict.fromkeys(range(place, place + 3), "-"))
    with pytest.raises(
        BodyRejected, match=r"acquisition of .* in every month, got none in 2013-12"
    ):
        parsed(written("2013-12", cells=cells))


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (("2025-01", "2025-03"), "the month after 2025-01, got 2025-03"),
        (("2025-03", "2025-03"), "the month after 2025-03, got 2025-03"),
        (("2025-03", "2025-02"), "the month after 2025-03, got 2025-02"),
        (("2024-03", "2025-04"), "the month after 2024-03, got 2025-04"),
        (("2025-02", "March"), "a month like 2026, 7月, Jul, got '  March'"),
        ((), "numbers in every month but the last ones, got 0 of 0"),
    ],
)
def test_months_follow_each_other(months: tuple[str, ...], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(written(*months))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({2: "-902"}, r"net of \(a\+b\+c\+d\) to be acquisition less disposition \(within 1\)"),
        ({41: "-112"}, "net of life insurance companies to be acquisition less disposition"),
        ({26: "-106"}, r"net of other financial corporations to be .* \(within 4\), got -106"),
        ({0: "1,002", 1: "1,902"}, r"acquisition of \(a\+b\+c\+d\) to be that of public sector"),
        ({9: "3", 10: "6"}, "acquisition of public sector to be that of central bank, general gov"),
        ({15: "202", 16: "802"}, "acquisition of deposit-taking corporations to be that of"),
        ({48: "13", 49: "99"}, r"acquisition of other sectors to be that of .* \(within 2\)"),
        ({39: "93", 40: "203"}, "acquisition of other financial corporations to be that of"),
        ({33: "301", 34: "402"}, r"acquisition of banks and trust banks \(trust accounts\) to be"),
        ({39: "-90", 40: "20"}, "acquisition by life insurance companies of zero or more, got -90"),
        ({0: "1000.5"}, r"whole numbers of 100 million yen, got 1000.5 in \(a\+b\+c\+d\) acq"),
        ({39: "90.x"}, "a number or a word for missing in column 'life insurance companies acq"),
        ({42: ""}, "a number or - in every cell of a month, got empty cells in '2025 3月 Mar'"),
    ],
)
def test_parts_that_do_not_make_their_sum_are_refused(changes: dict[int, str], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(written("2025-03", cells=changed(changes)))


@pytest.mark.parametrize(
    "changes", [{2: "-901"}, {26: "-109"}, {48: "12", 49: "98"}, {14: "-701"}, {24: "690"}]
)
def test_a_rounding_is_let_in(changes: dict[int, str]) -> None:
    assert len(parsed(written("2025-03", cells=changed(changes)))) == 1


def replaced(old: str, new: str) -> bytes:
    text = written("2025-01", "2025-02", "2025-03").decode("cp932")
    assert old in text
    return text.replace(old, new, 1).encode("cp932")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (replaced("100 mil Yen", "bil Yen"), "Unit: 100 million Yen, got .unit: bil yen".lower()),
        (replaced("Final Update", "Updated"), "a date like 'Final Update August 14 , 2026'"),
        (replaced("(Long-term debt", "(Short-term debt"), "by residents .long-term debt securit"),
        (replaced("(Long-term debt", "(Equity and debt"), "by types of investors.equity and debt"),
        (replaced("by Residents", "by Non-residents"), "foreign securities by residents"),
        (replaced("Life Insurance", "Lifers"), "51 columns by name, got none for life insurance"),
        (replaced("Others", "Life Insurance Companies"), "51 columns by name, got none for others"),
        (replaced("Acquisition,Disposition", "Acquisition,Net"), "none for .a.b.c.d. / dispos"),
        (replaced("\r\n,2月,Feb", "\r\n,3月,Feb"), "a month like 2026, 7月, Jul, got ' 3月 Feb'"),
        (replaced("\r\n,2月,Feb", "\r\n,,"), "a month like"),
        (replaced("2005CY", "2005"), "a month like|numbers in every month"),
        (replaced("2005FY", "2005"), "sums of years below the months, got '2005年4月"),
        (written("2025-03", updated=date(2025, 3, 31)), "months that ended before the update of"),
        (written("2025-03")[:-1] + b"\x81", "cp932 text"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BodyRejected, match=f"(?i){said}"):
        parsed(content)


def test_a_file_that_is_cut_off_or_torn_in_two_is_refused() -> None:
    whole = written("2025-02", "2025-03")
    months = whole[: whole.rindex(BLANK)]
    with pytest.raises(BodyRejected, match="then a blank row and notes"):
        parsed(months)
    with pytest.raises(BodyRejected, match="54 cells in every month, got 44"):
        parsed(months.rsplit(b",", 10)[0] + BLANK)
    last = "\r\n,3月,Mar".encode("cp932")
    with pytest.raises(BodyRejected, match="notes below a blank row, got the month 'Mar'"):
        parsed(whole.replace(last, BLANK + last))


def test_a_month_without_numbers_between_others_is_refused() -> None:
    empty = tuple("" for _ in MONTH)
    content = document(
        HEADER, [["2025-01", *MONTH], ["2025-02", *empty], ["2025-03", *MONTH]], UPDATED
    )
    with pytest.raises(BodyRejected, match="every month but the last ones, got 2 of 12 with any"):
        parsed(content)


def test_columns_are_found_by_their_heads_and_not_by_their_places() -> None:
    # Disposition of life insurers before acquisition.
    kinds, cells = list(HEADER), list(MONTH)
    place = 3 * INVESTORS.index("life insurance companies")
    for row, at in ((kinds, place + LABELS), (cells, place)):
        row[at], row[at + 1] = row[at + 1], row[at]
    table = parsed(document(kinds, [["2025-03", *cells]], UPDATED))
    assert table["mof.long_debt_net.life_insurers"].tolist() == [-11.0]


@pytest.mark.parametrize(
    ("month", "out"),
    [
        # Days on which the publisher did release it, or had it in its calendar.
        ("2025-04-30", "2025-05-11 19:50"),  # after Golden Week, Monday 12 May in Tokyo
        ("2026-02-28", "2026-03-08 19:50"),
        ("2026-07-31", "2026-08-09 19:50"),  # the file names 10 August
        ("2026-09-30", "2026-10-07 19:50"),
        ("2026-10-31", "2026-11-09 18:50"),
        # Offices are closed from 29 December to 3 January.
        ("2025-12-31", "2026-01-12 18:50"),
    ],
)
def test_a_month_is_out_on_the_sixth_day_that_offices_in_japan_are_open(
    month: str, out: str
) -> None:
    assert MofInvestors().release(date.fromisoformat(month))[0] == new_york(out)


def test_it_is_polled_soon_after_the_release_in_winter_and_in_summer() -> None:
    for month in (date(2025, 1, 31), date(2025, 7, 31)):
        out, _ = MofInvestors().release(month)
        assert next_at(out, MofInvestors().poll_at) - out <= timedelta(minutes=10)
        assert (out.astimezone(TOKYO).hour, out.astimezone(TOKYO).minute) == (8, 50)


def test_after_january_comes_the_end_of_february() -> None:
    assert MofInvestors().next_period(date(2024, 1, 31)) == date(2024, 2, 29)


def test_what_is_described_is_wide_enough_for_every_flow() -> None:
    for name in FLOWS:
        series = MofInvestors().describe(f"mof.long_debt_net.{name}")
        assert (series.unit, series.frequency) == ("jpy_bn", "month")
        assert series.plausible is not None
        assert np.isclose(sum(series.plausible), 0.0)
