"""TIC's own files, whole: what they hold, and how they were revised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Asked, Reply
from monitor.demo.server import Standins
from monitor.errors import BodyRejected
from monitor.ingest.http import Http
from monitor.ingest.ingest import Ingest
from monitor.ingest.source import Source
from monitor.retry import Retry
from monitor.sources.tic_assets import KINDS, TicAssets
from monitor.sources.tic_form_s import TicFormS
from monitor.sources.tic_holdings import TicHoldings
from monitor.sources.treasury_tic import TreasuryTic
from state.archive import NOTHING, Appended, Archive
from state.bodies import Bodies
from state.database import Database
from state.health import Health
from state.vintages import Vintages, revised_only
from tests.support import body, config_for, new_york, utc

AT = utc("2026-09-01 12:00")


def parsed(source: Source, path: Path) -> pd.DataFrame:
    return source.parse(body(path.read_bytes()), AT)


def value(table: pd.DataFrame, day: str, series_id: str) -> float:
    return float(table[series_id].to_numpy()[table.index.get_loc(pd.Timestamp(day))])


def lines_of(path: Path) -> int:
    """The lines of an area and a month in a file, counted without the parser."""
    return len(re.findall(r"(?m)^[^\t\n]+\t\d{5}\t\d{4}-\d\d\t", path.read_text("ascii")))


def test_slt_table1_parses_whole_and_its_treasuries_are_those_of_slt_table3(shared: Path) -> None:
    path = shared / "tic" / "slt_table1@2026-06-18.txt"
    assets = parsed(TicAssets(), path)
    codes = {name.split(".")[1] for name in assets.columns}
    assert lines_of(path) == len(assets) * len(codes) == 76 * 114
    missing = path.read_text("ascii").count("\tn.a.")
    assert int(assets.notna().sum().sum()) == 15 * lines_of(path) - missing == 78_848
    treasuries = parsed(TreasuryTic(), shared / "tic" / "slt_table3@2026-06-18.txt")
    compared = 0
    for name in treasuries.columns:
        _, code, measure = name.split(".")
        twin = f"tic_lt.{code}.{measure}"
        if twin in assets:
            pd.testing.assert_series_equal(treasuries[name], assets[twin], check_names=False)
            compared += int(treasuries[name].notna().sum())
    assert compared > 14_000


def test_the_asset_mix_of_all_foreigners_adds_up_and_is_mostly_equities(shared: Path) -> None:
    assets = parsed(TicAssets(), shared / "tic" / "slt_table1@2026-06-18.txt")
    total = assets["tic_lt.99996.for_lt_total_pos"]
    kinds = [assets[f"tic_lt.99996.for_lt_{kind}_pos"] for kind in KINDS]
    assert (pd.concat(kinds, axis=1).sum(axis=1) - total).abs().max() <= 1
    equities_usd_trn = value(assets, "2025-04-30", "tic_lt.99996.for_lt_eqty_pos") / 1e6
    assert equities_usd_trn == pytest.approx(17, abs=1)


def test_form_s_parses_whole_and_gives_the_known_net_sales(shared: Path) -> None:
    path = shared / "tic" / "s1_globl@2023-03-15.txt"
    assert '"1,632"' in path.read_text("ascii"), "quoted thousands"
    forms = parsed(TicFormS(), path)
    assert lines_of(path) == 41_519
    assert int(forms.notna().sum().sum()) == 2 * 41_519
    assert (forms.index[0], forms.index[-1]) == (
        pd.Timestamp("1977-01-31"),
        pd.Timestamp("2023-01-31"),
    )
    known = pd.read_csv(shared / "tic" / "derived_net_lt_sales_history.csv")
    known = known[known["source"].str.startswith("s1_globl")]
    for country, code in (("Japan", "42609"), ("China, Mainland", "41408")):
        net = forms[f"form_s.{code}.treas_purchases"] - forms[f"form_s.{code}.treas_sales"]
        wanted = known[known["country"] == country].set_index("month")["lt_net_musd"]
        assert len(wanted) > 500
        got = net.set_axis(pd.DatetimeIndex(net.index).strftime("%Y-%m")).reindex(wanted.index)
        np.testing.assert_array_equal(got.to_numpy(), wanted.to_numpy())


@pytest.mark.parametrize("vintage", ["2026-03-18", "2026-05-18"])
def test_mfhhis01_parses_whole_with_names_footnotes_and_both_junes(
    shared: Path, vintage: str
) -> None:
    path = shared / "tic" / f"mfhhis01@{vintage}.txt"
    holdings = parsed(TicHoldings(), path)
    assert holdings.shape == (310, 99)
    # 12,712 numbers in the blocks, without the 321 of the line that is a difference.
    assert int(holdings.notna().sum().sum()) == 12_712 - 321
    assert (holdings.index[0].date(), holdings.index[-1].date()) == (
        date(2000, 3, 31),
        date(2025, 12, 31),
    )
    assert value(holdings, "2025-03-31", "mfh.china_mainland") == 765.4
    assert value(holdings, "2015-06-30", "mfh.united_kingdom") > 0, "its footnote is no name"
    left, right = "mfh.for_official", "mfh_old_basis.for_official"
    assert value(holdings, "2011-06-30", left) == 3514.6, "the left June is the new basis"
    assert value(holdings, "2011-06-30", right) == 3242.0
    old = [name for name in holdings.columns if name.startswith("mfh_old_basis")]
    breaks = holdings.index[holdings[old].notna().any(axis=1)]
    assert [f"{day:%Y-%m}" for day in breaks] == [
        "2000-03",
        *(f"{year}-06" for year in range(2002, 2012)),
    ]


def test_the_frozen_mfh_file_is_refused(shared: Path) -> None:
    with pytest.raises(BodyRejected, match="Country"):
        parsed(TicHoldings(), shared / "tic" / "mfh@2023-03-15.txt")


@dataclass
class Publishing:
    """A publisher of whatever bytes it holds now."""

    content: bytes = b""
    asked: list[str] = field(default_factory=list)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked.path)
        return Reply(200, self.content, "text/plain")


@dataclass
class Polling:
    """A source over real bytes, polled at instants."""

    publisher: Publishing
    source: Source
    database: Database
    ingest: Ingest
    clock: SimulatedClock

    def poll(self, content: bytes, at: str) -> Appended:
        self.publisher.content = content
        self.clock.advance_to(new_york(at))
        return self.ingest.poll(self.source, self.clock.now())


@pytest.fixture
def polling(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Polling]:
    name: str = request.param
    clock = SimulatedClock(new_york("2026-03-18 17:05"))
    publisher = Publishing()
    with Standins(clock.now, {name: publisher}) as standins:
        database = Database(tmp_path / "real.db")
        http = Http(clock)
        ingest = Ingest(database, http, Retry(timedelta(minutes=1), timedelta(hours=1)))
        source = config_for(standins, tmp_path).sources[name]
        yield Polling(publisher, source, database, ingest, clock)
        http.close()
        database.close()


@pytest.mark.parametrize("polling", ["tic_holdings"], indirect=True)
def test_the_revision_of_64_cells_is_found_and_both_values_are_kept(
    shared: Path, polling: Polling
) -> None:
    first = (shared / "tic" / "mfhhis01@2026-03-18.txt").read_bytes()
    second = (shared / "tic" / "mfhhis01@2026-05-18.txt").read_bytes()
    assert polling.poll(first, "2026-03-18 17:05") == Appended(12_391, 0)
    assert polling.poll(first, "2026-03-19 17:05") == NOTHING
    # The first copy was re-saved with other line ends: other bytes, and no other number.
    assert polling.poll(first.replace(b"\n", b"\r\n"), "2026-03-20 17:05") == NOTHING
    assert polling.poll(second, "2026-05-18 17:05") == Appended(0, 64)
    stored = Vintages(polling.database)
    lines = stored.of_dataset("tic_holdings")
    assert [(one.new, one.revised, one.is_kept) for one in lines] == [
        (12_391, 0, True),
        (0, 64, True),
    ]
    (uk,) = revised_only(
        stored.versions("mfh.united_kingdom", date(2025, 12, 31), date(2025, 12, 31))
    )
    assert [one.value for one in uk] == [866.0, 863.1]
    kept = Bodies(polling.database).of_vintage(lines[-1].vintage_id)
    assert [one.content for one in kept] == [second]


@pytest.mark.parametrize(
    ("polling", "name", "numbers", "at"),
    [
        ("treasury_tic", "slt_table3@2026-06-18.txt", 33_965, "2026-06-18 16:05"),
        ("tic_assets", "slt_table1@2026-06-18.txt", 78_848, "2026-06-18 16:50"),
        ("tic_holdings", "mfhhis01@2026-05-18.txt", 12_391, "2026-05-18 17:05"),
        ("tic_form_s", "s1_globl@2023-03-15.txt", 83_038, "2026-06-18 09:20"),
    ],
    indirect=["polling"],
)
def test_each_real_file_passes_every_gate_and_is_stored_whole(
    shared: Path, polling: Polling, name: str, numbers: int, at: str
) -> None:
    added = polling.poll((shared / "tic" / name).read_bytes(), at)
    health = Health(polling.database).source(polling.source.name)
    assert health is not None
    assert (health.state, health.problem) == ("OK", "")
    assert added == Appended(numbers, 0)


@pytest.mark.parametrize("polling", ["treasury_tic"], indirect=True)
def test_slt_table3_polled_unchanged_for_a_year_adds_only_how_each_poll_went(
    shared: Path, polling: Polling
) -> None:
    content = (shared / "tic" / "slt_table3@2026-06-18.txt").read_bytes()
    assert polling.poll(content, "2026-06-18 16:05").new == 33_965
    polling.poll(content, "2026-06-19 09:00")

    def rows() -> dict[str, int]:
        asked = polling.database.connection.execute
        tables = asked("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: asked(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}

    before = rows()
    assert (before["observations"], before["vintages"], before["bodies"]) == (33_965, 1, 1)
    at = new_york("2026-06-19 09:00")
    # Twice a day for a year, though after some months the file is refused as frozen.
    for _ in range(730):
        at += timedelta(hours=12)
        polling.clock.advance_to(at)
        assert polling.ingest.poll(polling.source, at) == NOTHING
    # How the source did is kept for each poll, and after 400 days for each day.
    noted = before["source_health_changes"]
    assert rows() == {**before, "source_health_changes": noted + 730}
    assert Archive(polling.database).latest("treasury_tic").index.max() == pd.Timestamp(
        "2026-04-30"
    )
    assert Health(polling.database).sources()["treasury_tic"].stale_at < at
