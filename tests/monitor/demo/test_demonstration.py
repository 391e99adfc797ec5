"""The demonstration's figures are the publishers' own, and its digests have what they promise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.config.load import load
from monitor.demo import facts
from monitor.demo.publishers import fiscaldata_auctions, fiscaldata_debt
from monitor.demo.request_reply import Asked
from monitor.demo.show import show
from monitor.sources.fiscaldata_auctions import FIELDS, FiscaldataAuctions
from monitor.sources.fiscaldata_debt import FiscaldataDebt
from monitor.views.read_model import ReadModel
from rules.figures.figures import figures, read_series
from state.database import Database
from tests.support import body, new_york

# The evening before a TIC release and that of its day.
START, END = new_york("2025-04-15 18:00"), new_york("2025-04-16 19:30")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown") / "demo"
    show(folder, START, END)
    return folder


def digests(folder: Path) -> Mapping[str, str]:
    found = {one.stem: one.read_text(encoding="utf-8") for one in folder.glob("digests/*.html")}
    days = ["2025-04-15", "2025-04-16"]
    assert sorted(found) == sorted([*days, *(f"{day}-full" for day in days)])
    return found


def test_every_digest_that_is_written_has_its_charts(shown: Path) -> None:
    for day, page in digests(shown).items():
        charts = re.findall(r'<img src="data:image/png;base64,[^"]{5000,}" alt="([^"]+)"', page)
        assert charts[0].startswith("S&amp;P 500 "), day
        if len(charts) > 1:
            assert charts[1].startswith("Foreign net long-term "), day
        assert len(charts) == (1 if "<h1" in page and ">Quiet" in page else 2), day


def test_the_foreign_share_is_read_and_drawn_from_the_days_debt(shown: Path) -> None:
    cells = {
        day: re.findall(r"<td[^>]*>([^<]*)</td>", page) for day, page in digests(shown).items()
    }
    # 8,618 of 28,912 and 8,900 of 28,914 USD bn, as TIC January and then February are out.
    for day, number in (("2025-04-15", "29.8%, +0.4pp"), ("2025-04-16", "30.8%, +1.6pp")):
        place = cells[f"{day}-full"].index("share")
        assert cells[f"{day}-full"][place + 1] == "neutral"
        assert cells[f"{day}-full"][place + 2].startswith(number)
    config = load(shown / "config.toml", {})
    database = Database(shown / "havenwatch.db", read_only=True)
    try:
        drawn = figures(ReadModel(config, database).known(read_series(), END))[3]
    finally:
        database.close()
    assert [line.label for line in drawn.lines] == [
        "foreigners",
        "Federal Reserve",
        "domestic private",
    ]
    assert drawn.lines[0].values[-1] == pytest.approx(30.8, abs=0.05)
    assert "(stored since 31 Jan 2024 only)" in drawn.today


def test_the_auctions_are_weighed(shown: Path) -> None:
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", digests(shown)["2025-04-16-full"])
    place = cells.index("auctions")
    assert cells[place + 1] == "neutral"
    assert re.fullmatch(r"\+\d\.\dσ in 3 auctions", cells[place + 2]), cells[place + 2]


def test_a_source_that_is_off_says_why(shown: Path) -> None:
    text = (shown / "config.toml").read_text(encoding="utf-8")
    assert "[sources.h10]\nenabled = false  # the demonstration has no figures" in text
    assert "[sources.fiscaldata_debt]\nbase_url = " in text


@pytest.mark.parametrize(
    ("at", "newest", "indirect_pct"),
    [("2025-04-09 13:04", "2025-03-12", 67.41), ("2025-04-09 13:05", "2025-04-09", 87.90)],
)
def test_an_auctions_bidders_are_out_after_it(at: str, newest: str, indirect_pct: float) -> None:
    query = {"filter": "auction_date:gte:2023-04-01", "sort": "-auction_date", "page[number]": "1",
             "page[size]": "10000", "fields": ",".join(FIELDS)}  # fmt: skip
    asked = Asked(fiscaldata_auctions.PATH, query, "", new_york(at))
    reply = fiscaldata_auctions.Standin().reply(asked)
    table = FiscaldataAuctions().parse(body(reply.body, "application/json"), new_york(at))
    share = table["auction.note_10y.indirect_share"].dropna()
    assert str(share.index.max().date()) == newest
    assert share.iloc[-1] == pytest.approx(indirect_pct)
    # A five-year auction that was filled from an old seven-year note is one of five years.
    assert table["auction.note_5y.offering"].loc["2025-02-25"] == 70_000.0
    assert share.count() >= 12


@pytest.mark.parametrize(
    ("at", "newest"),
    [("2025-04-17 14:59", "2025-04-15"), ("2025-04-17 15:00", "2025-04-16"),
     # Good Friday is a business day of the Federal Reserve Banks.
     ("2025-04-21 15:00", "2025-04-18"), ("2025-05-27 15:00", "2025-05-23")],
)  # fmt: skip
def test_a_days_debt_is_out_on_the_next_business_day(at: str, newest: str) -> None:
    query = {"filter": "record_date:gte:2023-04-01", "sort": "-record_date", "page[size]": "10000",
             "page[number]": "1", "fields": "record_date,debt_held_public_amt,tot_pub_debt_out_amt,"
             "intragov_hold_amt"}  # fmt: skip
    asked = Asked(fiscaldata_debt.PATH, query, "", new_york(at))
    reply = fiscaldata_debt.Standin().reply(asked)
    table = FiscaldataDebt().parse(body(reply.body, "application/json"), new_york(at))
    assert str(table.index.max().date()) == newest
    assert table["debt_held_public"].loc["2024-12-31"] == 28_836_996.0


def test_the_debt_is_that_of_the_publisher(shared: Path) -> None:
    """Debt to the Penny at the end of a quarter is the total that the Treasury gives by quarter."""
    total = pd.read_csv(shared / "market" / "GFDEBTN.csv").set_index("date").iloc[:, 0]
    quarters = {
        date(2024, 3, 29): "2024-01-01", date(2024, 6, 28): "2024-04-01",
        date(2024, 9, 30): "2024-07-01", date(2024, 12, 31): "2024-10-01",
        date(2025, 3, 31): "2025-01-01", date(2025, 6, 30): "2025-04-01",
    }  # fmt: skip
    for day, quarter in quarters.items():
        assert facts.debt()[day][1] == pytest.approx(float(total[quarter]), abs=1.5)
