"""The commands, as typed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.clock import SimulatedClock, SystemClock
from monitor.demo.exchange import Reply
from monitor.demo.server import Standins
from tests.standins import more_publishers
from tests.support import new_york, toml_sources

Havenwatch = Callable[..., Result]


# What the first ticks of a test left, by when they were: many tests begin with the same.
Ticked = dict[tuple[str, ...], tuple[Result, bytes]]


@pytest.fixture(scope="module")
def ticked() -> Ticked:
    return {}


@pytest.fixture(scope="module")
def server() -> Iterator[Standins]:
    """The stand-ins of all tests here, at one address."""
    with Standins(SystemClock().now, more_publishers()) as running:
        yield running


@pytest.fixture
def standins(server: Standins, clock: SimulatedClock) -> Standins:
    server.begin(clock.now)
    return server


@pytest.fixture
def havenwatch(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, ticked: Ticked
) -> Havenwatch:
    """Runs a command with a configuration that names the stand-ins.

    The commands wait by the machine's clock. To the stand-ins it runs sixty times as fast, so that
    a pause of less than half the configured one keeps to their limit of one request a second, also
    on a machine that is busy.
    """
    config = tmp_path / "config.toml"
    config.write_text(toml_sources(standins, "min_interval_s = 0.04"))
    began = time.monotonic()
    standins.now = lambda: clock.now() + timedelta(seconds=60 * (time.monotonic() - began))
    standins.dated = SystemClock().now  # nothing is wrong with the machine's clock

    database, ticks = tmp_path / "havenwatch.db", list[str]()

    def run(*words: str, at: str | None = None) -> Result:
        arguments = list(words)
        if at is not None:
            clock.advance_to(new_york(at))
            arguments += ["--at", clock.now().isoformat()]
        ticks.append(at if words == ("tick",) and at is not None else " ".join(words))
        if (*ticks,) in ticked and not standins.faults:
            done, content = ticked[(*ticks,)]
            database.write_bytes(content)
            return done
        done = CliRunner().invoke(main, ["--config", str(config), *arguments])
        if words == ("tick",) and not standins.faults and done.exit_code == 0:
            ticked[(*ticks,)] = (done, database.read_bytes())
        return done

    return run


def test_ticks_by_hand_tell_what_the_service_would(havenwatch: Havenwatch) -> None:
    for at in ("2025-04-07 21:00", "2025-04-08 18:45", "2025-04-09 10:00", "2025-04-10 18:45"):
        done = havenwatch("tick", at=at)
        assert done.exit_code == 0, done.output
    assert "CRITICAL · Joint selloff · opened" in done.output
    assert "polled" in done.output
    found = json.loads(havenwatch("alerts", "--json").output)
    assert [one["id"] for one in found] == [
        "haven_failure/us/2025-04-08",
        "joint_selloff/us/2025-04-08",
        "term_premium_day/acm_10y/2025-04-07",
        "haven_failure/us/2025-04-10",
        "joint_selloff/us/2025-04-10",
        "term_premium_day/acm_10y/2025-04-08",
        "term_premium_jump/acm_10y/2025-04-08",
    ]
    keys = {"id", "rule", "subject", "episode", "severity", "state", "provisional", "opened_at"}
    assert keys | {"evidence", "deliveries"} <= set(found[0])
    wanted = {"label", "value", "unit", "period_end", "threshold", "source"}
    assert set(found[0]["evidence"][0]) == wanted
    assert found[0]["deliveries"] == []  # a notice is in the digest alone
    assert found[1]["deliveries"] == [{"channel": "console", "status": "sent", "attempts": 1}]
    again = json.loads(
        havenwatch("replay", "--from", "2025-04-08", "--to", "2025-04-10", "--json").output
    )
    assert again == found
    assert "joint_selloff/us/2025-04-10" in havenwatch("alerts").output
    replayed = havenwatch("replay", "--from", "2025-04-08", "--to", "2025-04-10").output
    assert "would notify console" in replayed
    assert "sent" not in replayed
    done = havenwatch("check", at="2025-04-10 18:50")
    assert done.exit_code == 2
    assert done.output.startswith(
        "CRITICAL - joint selloff 2025-04-10 (smallest of the three 0.97σ, provisional) | "
    )
    assert "critical: joint_selloff/us/2025-04-10: Stocks, the 10-year" in done.output


def test_an_alert_is_shown_as_it_was_told(havenwatch: Havenwatch) -> None:
    havenwatch("tick", at="2025-04-07 21:00")
    havenwatch("tick", at="2025-04-08 18:45")
    done = havenwatch("show", "joint_selloff/us/2025-04-08", "--messages")
    assert done.output.startswith("WARNING · Joint selloff · opened")
    assert "What it does not mean" in done.output
    only = json.loads(havenwatch("show", "joint_selloff/us/2025-04-08", "--json").output)
    assert only["id"] == "joint_selloff/us/2025-04-08"
    unknown = havenwatch("show", "1999")
    assert unknown.exit_code == 1
    assert "list them with: havenwatch alerts" in unknown.output


def test_vintages_show_how_a_number_changed(havenwatch: Havenwatch) -> None:
    for at in ("2025-04-07 21:00", "2025-04-08 18:45", "2025-04-09 10:00", "2025-04-10 10:00"):
        havenwatch("tick", at=at)
    lines = havenwatch("vintages", "nyfed_acm").output
    assert "4 vintages" in lines
    assert "kept" in lines
    one = havenwatch("vintages", "spx", "--period", "2025-04-08").output
    assert "4,982.77" in one
    assert "2025-04-08 18:45 EDT" in one
    assert "0 of" in havenwatch("vintages", "spx").output
    found = json.loads(havenwatch("vintages", "spx", "--period", "2025-04", "--json").output)
    assert found[-1]["value"] == 5456.9
    assert found[-1]["assumed"] is False
    assert (
        "No data for this period" in havenwatch("vintages", "spx", "--period", "2025-04-12").output
    )
    wrong = havenwatch("vintages", "spy")
    assert (wrong.exit_code, "did you mean spx" in wrong.output) == (1, True)
    assert havenwatch("vintages", "spx", "--period", "April").exit_code == 3


def test_sources_show_their_state_their_lag_and_their_terms(havenwatch: Havenwatch) -> None:
    havenwatch("tick", at="2025-04-08 21:00")
    done = havenwatch("sources", at="2025-04-08 21:05")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    cboe = next(line for line in lines if line.startswith("cboe "))
    assert "OK" in cboe
    assert "2025-04-08" in cboe
    assert "next in 21 h" in cboe
    assert any("complete" in line for line in lines if line.startswith("tic_form_s "))
    assert any("Yahoo's terms forbid" in line for line in lines)
    found = json.loads(havenwatch("sources", "--json", at="2025-04-08 21:06").output)
    tic = next(one for one in found if one["source"] == "treasury_tic")
    assert (tic["newest_period"], tic["next_period"]) == ("2025-01-31", "2025-02-28")
    assert tic["expected_at"] == "2025-04-16T20:00:00Z"


def test_a_source_that_is_late_or_unreachable_is_not_well(
    havenwatch: Havenwatch, standins: Standins
) -> None:
    havenwatch("tick", at="2025-04-08 21:00")
    standins.faults["cboe"] = lambda _: Reply(503, b"", "text/plain")
    havenwatch("tick", at="2025-04-11 09:30")
    done = havenwatch("sources", at="2025-04-11 09:31")
    assert done.exit_code == 1
    assert re.search(r"cboe +UNREACHABLE +2025-04-08 .* due 39 h ago", done.output)
    assert "got HTTP 503" in done.output


def test_a_probe_asks_each_once_says_what_it_saw_and_stores_nothing(
    havenwatch: Havenwatch, standins: Standins
) -> None:
    before = len(standins.asked)
    done = havenwatch("sources", "--probe", at="2025-04-08 21:00")
    assert done.exit_code == 1, "none has been asked yet"
    asked = [name for name, _ in standins.asked[before:]]
    assert len(asked) == len(set(asked)) > 10
    assert re.search(r"cboe: test 200, [\d,]+ bytes, \d+ numbers, newest 2025-04-08", done.output)
    assert "never" in done.output
    havenwatch("tick", at="2025-04-08 21:01")
    done = havenwatch("sources", "--probe", at="2025-04-08 21:02")
    assert done.exit_code == 0, done.output
    assert "cboe: test 304, unchanged since it was stored" in done.output
    assert "tic_form_s: test complete" in done.output
    standins.faults["h41"] = lambda _: Reply(200, b"<html>", "text/html")
    done = havenwatch("sources", "--probe", at="2025-04-08 21:03")
    assert done.exit_code == 1
    assert "h41: test CHANGED_FORMAT" in done.output


def test_the_calendar_shows_what_comes_next_and_the_closed_days(havenwatch: Havenwatch) -> None:
    empty = havenwatch("calendar", at="2025-04-08 20:00").output
    assert "make one with: havenwatch backfill" in empty
    havenwatch("sources", "--probe", at="2025-04-08 20:30")  # which stores nothing
    empty = havenwatch("calendar", at="2025-04-08 20:40").output
    assert "No data yet, so no release date: cboe" in empty
    havenwatch("tick", at="2025-04-08 21:00")
    shown = havenwatch("calendar", at="2025-04-08 21:05").output
    assert re.search(r"2025-04-09 18:30 +21 h +cboe +2025-04-09", shown)
    assert re.search(r"2025-04-16 16:00 +7 days +treasury_tic +2025-02-28", shown)
    assert "2025-04-18 closed: NYSE, US bonds (SIFMA), TARGET" in shown
    assert "2025-04-21 closed: TARGET" in shown
    found = json.loads(havenwatch("calendar", "--json", at="2025-04-08 21:06").output)
    assert [one["expected_at"] for one in found if one["source"] == "h41"] == [
        "2025-04-10T20:30:00Z"
    ]


def test_backfill_loads_history_tells_nothing_and_is_safe_to_repeat(
    havenwatch: Havenwatch,
) -> None:
    done = havenwatch("backfill", "--since", "2024-06-03", at="2025-04-21 21:00")
    assert done.exit_code == 0, done.output
    assert "cboe: " in done.output
    assert json.loads(havenwatch("alerts", "--json").output) == []
    again = havenwatch("backfill", "--source", "cboe", at="2025-04-21 21:05")
    assert "cboe: 0 new, 0 revised" not in done.output
    assert again.exit_code == 0
    found = json.loads(
        havenwatch("replay", "--from", "2025-04-08", "--to", "2025-04-21", "--json").output
    )
    joint = [one["id"] for one in found if one["rule"] == "joint_selloff"]
    assert joint == [f"joint_selloff/us/2025-04-{day}" for day in ("08", "10", "21")]


def test_backfill_of_an_unknown_source_says_which_there_are(havenwatch: Havenwatch) -> None:
    done = havenwatch("backfill", "--source", "reuters", at="2025-04-21 21:00")
    assert done.exit_code == 1
    assert "expected sources among cboe, cboe_vix, ecb" in done.output


def test_backfill_says_which_sources_failed_and_keeps_the_others(
    havenwatch: Havenwatch, standins: Standins
) -> None:
    standins.faults["yahoo"] = lambda reply: type(reply)(500, b"", "text/plain")
    done = havenwatch("backfill", at="2025-04-21 21:00")
    assert done.exit_code == 1
    assert "no history from yahoo" in done.output
    assert "ecb: 333 new" in done.output


def test_the_digest_is_printed_or_written_as_a_page(havenwatch: Havenwatch, tmp_path: Path) -> None:
    havenwatch("tick", at="2025-04-08 18:45")
    printed = havenwatch("digest", at="2025-04-08 18:50")
    assert "DAILY DIGEST" in printed.output
    page = tmp_path / "digest.html"
    done = havenwatch("digest", "--preview", str(page), at="2025-04-08 18:50")
    assert done.exit_code == 0
    assert "<h1" in page.read_text()


def test_a_test_message_is_sent_and_an_unknown_channel_named(havenwatch: Havenwatch) -> None:
    done = havenwatch("send-test", "console")
    assert done.exit_code == 0
    assert "Test from havenwatch: the channel works." in done.output
    done = havenwatch("send-test", "slak")
    assert done.exit_code == 1
    assert "configured are console" in done.output


def test_an_alert_of_the_past_is_sent_as_a_test(havenwatch: Havenwatch) -> None:
    for at in ("2025-04-10 18:40", "2025-04-10 18:45"):
        havenwatch("tick", at=at)
    done = havenwatch("send-test", "console", "--alert", "joint_selloff/us/2025-04-10")
    assert done.exit_code == 0, done.output
    assert "TEST \u00b7 CRITICAL" in done.output
    assert "Replay of an old alert (test)." in done.output
    assert "What it does not mean" in done.output
    wrong = havenwatch("send-test", "console", "--alert", "joint_selloff/us/1999-01-01")
    assert (wrong.exit_code, "did you mean" in wrong.output) == (1, True)


def test_a_right_configuration_is_summed_up(havenwatch: Havenwatch) -> None:
    done = havenwatch("config", "check")
    assert done.exit_code == 0
    assert "joint_selloff" in done.output


@pytest.mark.parametrize("command", [["config", "check"], ["tick"], ["run"], ["alerts"]])
def test_a_wrong_configuration_stops_everything_with_exit_3(
    tmp_path: Path, command: list[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("colour = 1\n[digest]\nat = 7\n")
    done = CliRunner().invoke(main, ["--config", str(config), *command])
    assert done.exit_code == 3
    assert "config: colour: unknown name 'colour'" in done.output
    assert "config: digest.at" in done.output
    assert "2 problem(s); nothing was started." in done.output


def test_time_that_goes_back_is_refused_in_words(havenwatch: Havenwatch) -> None:
    havenwatch("tick", at="2025-04-08 18:45")
    done = CliRunner().invoke(
        main,
        ["--config", str(_config(havenwatch)), "tick", "--at", "2025-04-01T00:00:00Z"],
    )
    assert done.exit_code == 1
    assert "fix the machine's clock" in done.output
    # To look at a day before the database began is no fault.
    assert havenwatch("digest", "--at", "2025-04-01T00:00:00Z").exit_code == 0


def _config(havenwatch: Havenwatch) -> Path:
    said = havenwatch("config", "check").output
    return Path(said.split(" is valid")[0])


@pytest.mark.parametrize("bad", ["yesterday", "2025-13-01"])
def test_a_date_that_is_none_is_refused_with_an_example(havenwatch: Havenwatch, bad: str) -> None:
    done = havenwatch("tick", "--at", bad)
    assert done.exit_code == 3
    assert "2025-04-10T22:40:00Z" in done.output


def test_replay_without_a_database_says_how_to_make_one(havenwatch: Havenwatch) -> None:
    done = havenwatch("replay", "--from", "2025-04-08", "--to", "2025-04-10")
    assert done.exit_code == 1
    assert "havenwatch backfill" in done.output


@pytest.mark.parametrize(
    "command", ["", "run", "tick", "backfill", "check", "alerts", "replay", "digest", "demo"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(main, [*command.split(), "--help"])
    assert done.exit_code == 0
    assert len(done.output) > 100
