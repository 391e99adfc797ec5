"""The desk at one glance: what it says, and that every terminal can show it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from alerts.digest.level_table import levels_table
from alerts.digest.levels import levels
from monitor.cli.params import load_config
from monitor.clock import SimulatedClock
from monitor.terminal.render_status import CHECK_STYLES, watch_status
from monitor.terminal.styled import CODES
from monitor.terminal.table import STYLES
from monitor.views.read_model import ReadModel
from rules.wording import MINUS, SPARKS
from state.database import Database
from tests.desk import AT, CRITICAL, LOOKED, Desk
from tests.slow import quick_where

WIDTHS = (60, 80, 120)


def looked(desk: Desk, at: str | None = None, **environ: str) -> str:
    done = desk.run("status", *(("--at", at) if at else AT), **environ)
    assert done.exit_code == 0, done.output
    return done.output


def test_one_glance_says_everything_there_is_to_know(desk: Desk) -> None:
    said = " ".join(looked(desk).split())
    assert "Are foreigners dumping Treasuries?" in said
    headline = "Stocks, the 10-year and the dollar fell together"
    assert f"CRITICAL provisional {CRITICAL} {headline}" in said
    assert "since Thu 10 Apr 2025 18:30 EDT, acknowledged by Ann" in said
    assert "WARNING joint_selloff/us/2025-04-08" not in said  # two days old: it is past
    assert "S&P 500 04-10 5,268.05 −3.5%" in said
    assert "FAILED 1 notification: havenwatch outbox" in said
    assert "SILENCED foreign_net_sales/china until Thu 10 Apr 2025 21:30 EDT by Bo: TIC day" in said
    assert "TIC for February 2025 (who sold) 5 days Wed 16 Apr 2025 16:00 EDT" in said
    assert "CRITICAL 1 failed notification" in said


def test_sources_that_are_not_well_come_first(desk: Desk) -> None:
    said = looked(desk, "2025-04-20T23:00:00Z")
    assert said.index("STALE  cboe  newest 2025-04-10") < said.index("not polled yet: boc")
    assert "UNKNOWN  no evaluation for 10.0 days (last 2025-04-10T23:30:00Z)" in said


def test_a_look_back_shows_the_alerts_as_they_stood_and_says_so(desk: Desk) -> None:
    said = looked(desk, "2025-04-08T23:00:00Z")
    assert CRITICAL not in said
    assert "WARNING  joint_selloff/us/2025-04-08" in said
    assert "Viewing Tue 8 Apr 2025 19:00 EDT (point in time)" in said
    assert "wrong clock" not in said


@pytest.mark.parametrize("width", quick_where((60).__eq__, WIDTHS))
def test_no_line_is_wider_than_the_terminal(desk: Desk, width: int) -> None:
    lines = looked(desk, COLUMNS=str(width)).splitlines()
    assert max(map(len, lines)) <= width
    (spx,) = [line for line in lines if line.startswith("S&P 500 ") and "5,268.05" in line]
    course = [one for one in spx if one in SPARKS]
    assert len(course) == (22 if width >= 80 else 9)


@pytest.mark.parametrize(
    "environ",
    quick_where(
        {"LC_ALL": "C"}.__eq__,
        [{"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "C", "LC_CTYPE": "C.UTF-8"}],
    ),
)
@pytest.mark.parametrize("width", quick_where((80).__eq__, WIDTHS))
def test_an_ascii_terminal_gets_ascii_that_says_the_same(
    desk: Desk, environ: dict[str, str], width: int
) -> None:
    said = looked(desk, COLUMNS=str(width), **environ)
    assert said.isascii()
    assert "?" not in said.replace("Treasuries?", "")
    assert "-3.5%" in said


@pytest.mark.parametrize(
    "environ", quick_where({}.__eq__, [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
)
def test_nothing_but_text_goes_where_no_colour_is_wanted(
    desk: Desk, environ: dict[str, str]
) -> None:
    assert "\x1b" not in looked(desk, **environ)


@pytest.mark.slow
def test_the_changes_are_those_of_the_digest_and_no_others(desk: Desk) -> None:
    config, path = load_config((desk.config, None))
    database = Database(path, read_only=True)
    panel = ReadModel(config, database).report.levels(LOOKED)
    table = levels_table(levels(panel, "session"), "Levels", "session")
    database.close()
    said = looked(desk, COLUMNS="120")
    for row in table.rows:
        assert "  ".join(row[2:3]) in said
        for change in row[3:6]:
            assert change in said
    found = {
        one["series"]: one for one in json.loads(desk.run("status", *AT, "--json").output)["levels"]
    }
    spx = found["spx"]["changes"][0]
    assert (spx["periods"], spx["unit"]) == (1, "pct")
    assert f"{MINUS}{abs(spx['change']):.1f}%" == table.rows[0][3]


def test_json_holds_what_a_person_sees(desk: Desk) -> None:
    found = json.loads(desk.run("status", *AT, "--json").output)
    (alert,) = [one for one in found["open_alerts"] if one["id"] == CRITICAL]
    assert (alert["severity"], alert["acknowledged_by"]) == ("critical", "Ann")
    assert found["outbox"]["dead"] == 1
    assert found["silences"][0]["why"] == "TIC day"
    assert found["check"]["status"] == "CRITICAL"
    assert {"title", "at", "estimated"} == set(found["releases"][0])
    well = [one["state"] == "OK" for one in found["sources"]]
    assert well == sorted(well)
    assert any(well)


class Stopping(SimulatedClock):
    """Somebody presses Ctrl-C at the third wait."""

    waits = 0

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.waits += 1
        if self.waits == 3:
            raise KeyboardInterrupt


@pytest.mark.slow
def test_it_looks_again_until_somebody_stops_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    config, path = load_config((desk.config, None))
    database = Database(path, read_only=True)
    clock = Stopping(LOOKED)
    watch_status(ReadModel(config, database), clock, 60.0)
    database.close()
    said = capsys.readouterr().out
    assert [f"Thu 10 Apr 2025 19:{minute} EDT" in said for minute in (30, 31, 32)] == [True] * 3
    assert clock.now() == LOOKED + timedelta(minutes=3)


@pytest.mark.parametrize("other", ["--json", *AT[:1]])
def test_watching_goes_on_from_now_alone(desk: Desk, other: str) -> None:
    words = [other, AT[1]] if other == "--at" else [other]
    done = desk.run("status", "--watch", "5", *words)
    assert done.exit_code != 0
    assert "leave out --json and --at" in done.output


@pytest.mark.slow
def test_a_colour_terminal_gets_colour(desk: Desk) -> None:
    said = looked(desk, FORCE_COLOR="1")
    assert "\x1b[1;31mCRITICAL\x1b[0m" in said
    assert re.sub("\x1b\\[[0-9;]*m", "", said) == looked(desk)


def test_every_style_has_a_code() -> None:
    words = {word for style in (*CHECK_STYLES.values(), *STYLES.values()) for word in style.split()}
    assert words <= set(CODES)
