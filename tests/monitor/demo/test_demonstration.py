"""The demonstration's figures are the publishers' own, and its digests have what they promise."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from queue import Queue

import pandas as pd
import pytest
import requests
from click.testing import CliRunner
from rich.console import Console

from alerts.message.plain import plain_text
from alerts.model import Alert
from alerts.slack.blocks import slack_head
from monitor.cli.main import main
from monitor.config.load import load
from monitor.demo import facts
from monitor.demo.alert_lines import AlertLines
from monitor.demo.page import serve_page
from monitor.demo.publishers import fiscaldata_auctions, fiscaldata_debt
from monitor.demo.request_reply import Asked
from monitor.demo.show import TIC_NOTE, show
from monitor.sources.fiscaldata_auctions import FIELDS, FiscaldataAuctions
from monitor.sources.fiscaldata_debt import FiscaldataDebt
from monitor.stop import Stop
from monitor.views.read_model import ReadModel
from rules.figures.figures import figures, read_series
from state.alert_store import AlertStore
from state.database import Database
from tests.desk import Desk
from tests.support import body, new_york

# The evening before a TIC release and that of its day.
START, END = new_york("2025-05-15 18:00"), new_york("2025-05-16 19:30")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown") / "demo"
    printed = io.StringIO()
    with redirect_stdout(printed):
        show(folder, START, END)
    (folder / "printed.txt").write_text(printed.getvalue(), encoding="utf-8")
    return folder


@pytest.mark.slow
def test_it_prints_a_line_an_alert_and_where_its_clock_is_frozen(shown: Path) -> None:
    lines = (shown / "printed.txt").read_text(encoding="utf-8").splitlines()
    alerts = [one for one in stored_alerts(shown) if one.opened_at > START]
    for one in alerts:
        (line,) = [said for said in lines if said.endswith(f"  {one.alert_id}")]
        assert re.match(r"16 May \d\d:\d\d  (NOTICE|WARNING|CRITICAL) +\S", line), line
    assert alerts
    assert "╭" not in "".join(lines)
    assert any("is frozen at Fri 16 May 2025" in said for said in lines)


@pytest.mark.slow
def test_with_full_an_alert_is_a_box(shown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = load(shown / "config.toml", {})
    database = Database(shown / "havenwatch.db", read_only=True)
    AlertLines(ReadModel(config, database), Console(), START, full=True).print_until(END)
    database.close()
    said = capsys.readouterr().out
    assert said.count("╭─ ") == sum(one.opened_at > START for one in stored_alerts(shown)) > 0


def stored_alerts(folder: Path) -> list[Alert]:
    database = Database(folder / "havenwatch.db", read_only=True)
    try:
        return AlertStore(database).alerts()
    finally:
        database.close()


@pytest.mark.slow
def test_every_message_with_tic_numbers_says_of_which_vintage_they_are(shown: Path) -> None:
    config = load(shown / "config.toml", {})
    database = Database(shown / "havenwatch.db", read_only=True)
    try:
        report = ReadModel(config, database).report
        pages = [
            page
            for one in AlertStore(database).alerts()
            for page in report.pages(one.alert_id, config.desk.zone)
        ]
    finally:
        database.close()
    noted = f" · TIC {TIC_NOTE}"
    of_tic = [one for one in pages if "TIC: US Treasury" in plain_text(one)]
    assert of_tic
    for one in of_tic:
        assert noted in one.footer
        assert noted in str(slack_head(one)[2])
    for page_text in digests(shown).values():
        assert noted in page_text


@pytest.mark.slow
@pytest.mark.parametrize("place", ["--config", "--db"])
def test_commands_look_from_where_its_clock_is_frozen(
    shown: Path, tmp_path: Path, place: str
) -> None:
    copied = Desk(shown).copy(tmp_path / "copy")
    named = str(copied.config if place == "--config" else copied.path)
    if place == "--db":
        (tmp_path / "config.toml").write_text("")
        named_all = ["--config", str(tmp_path / "config.toml"), "--db", named]
    else:
        named_all = ["--config", named]

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner(env={"COLUMNS": "200"}).invoke(main, [*named_all, *words])
        return done.exit_code, done.output

    frozen = "clock frozen at 2025-05-16T"
    code, status = said("status")
    assert code == 0
    assert frozen in status
    assert "Fri 16 May 2025" in status.splitlines()[0]
    assert f"TIC {TIC_NOTE}." in status
    assert "STALE" not in status
    code, checked = said("check")
    assert code != 3
    assert frozen in checked
    assert json.loads(said("check", "--json")[1])["clock_frozen_at"].startswith("2025-05-16T")
    for words in (("tick",), ("run",), ("backfill",)):
        code, refused = said(*words)
        assert code != 0
        assert "one whose clock is frozen at" in refused


@pytest.mark.slow
def test_it_ends_with_the_address_of_its_page(shown: Path) -> None:
    said: Queue[str] = Queue()
    stop = Stop()
    serving = threading.Thread(target=serve_page, args=(shown / "config.toml", stop, said.put))
    serving.start()
    try:
        found = re.fullmatch(r"Open (http://127\.0\.0\.1:\d+/) \(.*\)", said.get(timeout=60.0))
        assert found is not None
        page = requests.get(found[1], timeout=60.0)
        assert page.status_code == 200
        assert re.search(r"Clock frozen at <time[^>]*>Fri 16 May 2025 ", page.text)
    finally:
        stop.tell()
        serving.join(60.0)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[desk]\n")
    with pytest.raises(SystemExit, match="not a demonstration's folder"):
        show(tmp_path)
    assert (tmp_path / "config.toml").exists()


def digests(folder: Path) -> Mapping[str, str]:
    found = {one.stem: one.read_text(encoding="utf-8") for one in folder.glob("digests/*.html")}
    days = ["2025-05-15", "2025-05-16"]
    assert sorted(found) == sorted([*days, *(f"{day}-full" for day in days)])
    return found


@pytest.mark.slow
def test_every_digest_that_is_written_has_its_charts(shown: Path) -> None:
    for day, page in digests(shown).items():
        charts = re.findall(r'<img src="data:image/png;base64,[^"]{5000,}" alt="([^"]+)"', page)
        assert charts[0].startswith("S&amp;P 500 "), day
        if len(charts) > 1:
            assert charts[1].startswith("Foreign net long-term "), day
        assert len(charts) == (1 if "<h1" in page and ">Quiet" in page else 2), day


@pytest.mark.slow
def test_the_foreign_share_is_read_and_drawn_from_the_days_debt(shown: Path) -> None:
    cells = {
        day: re.findall(r"<td[^>]*>([^<]*)</td>", page) for day, page in digests(shown).items()
    }
    # 8,900 of 28,914 and 9,054 of 28,910 USD bn, as TIC February and then March are out.
    for day, number in (("2025-05-15", "30.8%, +1.6pp"), ("2025-05-16", "31.3%, +1.8pp")):
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
    assert drawn.lines[0].values[-1] == pytest.approx(31.3, abs=0.05)
    assert "(stored since 31 Jan 2024 only)" in drawn.today


@pytest.mark.slow
def test_the_auctions_are_weighed(shown: Path) -> None:
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", digests(shown)["2025-05-16-full"])
    place = cells.index("auctions")
    assert cells[place + 1] == "neutral"
    assert re.fullmatch(r"[+−]\d\.\dσ in \d auctions", cells[place + 2]), cells[place + 2]


@pytest.mark.slow
def test_a_source_that_is_off_says_why(shown: Path) -> None:
    text = (shown / "config.toml").read_text(encoding="utf-8")
    assert "[sources.h10]\nenabled = false  # the demonstration has no figures" in text
    assert "[rules.japan_foreign_debt]\nenabled = false  # the demonstration has no" in text
    assert "[rules.leveraged_shorts]\nenabled = false  # the demonstration has no figures" in text
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
