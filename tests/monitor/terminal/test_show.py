"""One alert with all its evidence, and the list it is found in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.errors import HavenwatchError
from monitor.evaluate.alert_lookup import resolve_alert_id
from monitor.terminal.table import on_decimal_point
from tests.desk import CRITICAL, Desk

KNOWN = ("haven_failure/us/2025-04-10", "joint_selloff/us/2025-04-08", CRITICAL)


def shown(desk: Desk, *words: str) -> str:
    done = desk.run("show", *words)
    assert done.exit_code == 0, done.output
    return done.output


def test_an_alert_is_shown_with_all_that_stands_behind_it(desk: Desk) -> None:
    said = " ".join(shown(desk, CRITICAL).split())
    assert said.startswith(
        "CRITICAL Joint selloff open, provisional S&P −3.5% · 10y +6bp (2y −7, 30y +14: twist"
    )
    assert "opened Thu 10 Apr 2025 18:30 EDT (2025-04-10T22:30:00Z)" in said
    assert "acknowledged by Ann" in said
    for heading in (
        "How unusual",
        "What it does not mean",
        "What would change our mind",
        "Evidence",
    ):
        assert heading in said
    assert "next 1d / 5d / 21d" in said
    assert "(2025-04-10T22:30:00Z) opened as critical, provisional" in said
    assert "acknowledged by Ann, provisional note: =cmd() red" in said
    assert "console, change 1: sent" in said


def test_every_number_of_a_publisher_has_the_vintage_that_brought_it(desk: Desk) -> None:
    said = " ".join(shown(desk, CRITICAL).split())
    assert "[1] S&P 500: Cboe SPX_History.csv; cboe vintage " in said
    found = json.loads(shown(desk, CRITICAL, "--json"))
    by_label = {line["label"]: line for line in found["evidence"]}
    (origin,) = by_label["S&P 500"]["origins"]
    assert origin["known_at"] == "2025-04-10T22:30:00Z"
    assert (origin["dataset"], origin["known_basis"]) == ("cboe", "observed")
    assert by_label["Sessions in the sample"]["origins"] == []


def test_values_are_aligned_on_the_decimal_point(desk: Desk) -> None:
    assert on_decimal_point(["−3.46", "6.0", "318"]) == [" −3.46", "  6.0 ", "318   "]
    lines = [line for line in shown(desk, CRITICAL).splitlines() if "2025-04-10  [" in line]
    values = {
        line.find(".") for line in lines if line.startswith(("  S&P 500  ", "  10-year yield"))
    }
    assert len(values) == 1


def test_no_control_character_of_a_note_reaches_the_terminal(desk: Desk) -> None:
    assert "\x1b" not in shown(desk, CRITICAL)


@pytest.mark.parametrize("part", ["joint_selloff/us/2025-04-1", "SELLOFF/us/2025-04-10", CRITICAL])
def test_a_part_that_fits_one_alert_is_enough(part: str) -> None:
    assert resolve_alert_id(KNOWN, part) == CRITICAL


def test_a_part_that_fits_several_lists_them() -> None:
    with pytest.raises(HavenwatchError) as caught:
        resolve_alert_id(KNOWN, "2025-04-10")
    assert "which matches 2" in str(caught.value)
    assert "\n  haven_failure/us/2025-04-10\n  joint_selloff/us/2025-04-10" in str(caught.value)


def test_a_slip_is_told_the_nearest() -> None:
    with pytest.raises(HavenwatchError, match=r"did you mean 'joint_selloff/us/2025-04-08'"):
        resolve_alert_id(KNOWN, "joint_selof/us/2025-04-08")


def test_json_adds_to_what_the_list_says_and_changes_nothing_of_it(desk: Desk) -> None:
    listed = json.loads(desk.run("alerts", "--json").output)
    (one,) = [found for found in listed if found["id"] == CRITICAL]
    found = json.loads(shown(desk, CRITICAL, "--json"))
    assert {key: found[key] for key in one if key not in ("evidence", "deliveries")} == {
        key: value for key, value in one.items() if key not in ("evidence", "deliveries")
    }
    assert [step["what"] for step in found["transitions"]] == [
        "opened as critical, provisional",
        "acknowledged by Ann, provisional",
    ]


def test_messages_and_values_are_not_asked_for_at_once(desk: Desk) -> None:
    done = desk.run("show", CRITICAL, "--messages", "--json")
    assert "use one of them" in done.output


def test_the_old_name_of_messages_still_works_and_says_the_new_one(desk: Desk) -> None:
    done = desk.run("show", CRITICAL, "--told")
    assert done.stderr == "--told is now called --messages\n"
    assert done.stdout == desk.run("show", CRITICAL, "--messages").stdout


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ((), 7),
        (("--severity", "critical"), 2),
        (("--rule", "joint_selloff"), 2),
        (("--since", "2025-04-10"), 4),
        (("--state", "withdrawn"), 0),
        (("--rule", "joint_selloff", "--severity", "critical", "--state", "open"), 1),
    ],
)
def test_the_list_keeps_to_what_is_asked(desk: Desk, words: tuple[str, ...], count: int) -> None:
    found = json.loads(desk.run("alerts", *words, "--json").output)
    every = json.loads(desk.run("alerts", "--json").output)
    assert [one for one in every if one in found] == found
    assert len(found) == count


def test_an_unknown_rule_is_refused_with_the_one_meant(desk: Desk) -> None:
    done = desk.run("alerts", "--rule", "joint_selof")
    assert done.exit_code != 0
    assert "joint_selloff" in done.output
    assert "did you mean 'joint_selloff'?" in done.output


def test_an_alert_of_a_terminal_of_sixty_columns_fits(desk: Desk) -> None:
    lines = desk.run("show", CRITICAL, COLUMNS="60").output.splitlines()
    assert max(map(len, lines)) <= 60


def test_without_a_database_it_says_how_to_begin(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    done = Desk(tmp_path).run("show", "2025")
    assert done.exit_code == 1
    assert "make one with: havenwatch backfill" in done.output
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]
