"""The commands that act, as typed: tick, backfill, send-test, digest, config, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.demo.server import Standins
from tests.desk import AT, Desk
from tests.monitor.cli.typed import Havenwatch


@pytest.mark.slow
def test_ticks_by_hand_tell_what_the_service_would(havenwatch: Havenwatch) -> None:
    for at in ("2025-04-07 21:00", "2025-04-08 18:45", "2025-04-09 10:00", "2025-04-10 18:45"):
        done = havenwatch("tick", at=at)
        assert done.exit_code == 0, done.output
    assert "CRITICAL · Joint selloff · Thu 10 Apr 2025 · opened" in done.output
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


@pytest.mark.slow
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


def test_backfill_of_an_unknown_source_is_refused(havenwatch: Havenwatch) -> None:
    done = havenwatch("backfill", "--source", "reuters", at="2025-04-21 21:00")
    assert done.exit_code == 1
    assert "expected sources that are enabled" in done.output


@pytest.mark.slow
def test_backfill_says_which_sources_failed_and_keeps_the_others(
    havenwatch: Havenwatch, standins: Standins
) -> None:
    standins.faults["yahoo"] = lambda reply: type(reply)(500, b"", "text/plain")
    done = havenwatch("backfill", at="2025-04-21 21:00")
    assert done.exit_code == 1
    assert "no history from yahoo" in done.output
    assert "ecb: 1,332 new" in done.output


@pytest.mark.slow
def test_the_digest_is_printed_or_written_as_a_page(desk: Desk, tmp_path: Path) -> None:
    printed = desk.run("digest", *AT)
    assert "DAILY DIGEST" in printed.output
    page = tmp_path / "digest.html"
    done = desk.run("digest", "--preview", str(page), *AT)
    assert done.exit_code == 0
    assert "<h1" in page.read_text()


def test_a_test_message_is_sent_and_an_unknown_channel_named(havenwatch: Havenwatch) -> None:
    done = havenwatch("send-test", "console")
    assert done.exit_code == 0
    assert "Test from havenwatch: the channel works." in done.output
    done = havenwatch("send-test", "slak")
    assert done.exit_code == 1
    assert "known are console" in done.output


@pytest.mark.slow
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


@pytest.mark.slow
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
