"""The commands that look, as typed: show, vintages, sources and calendar."""

from __future__ import annotations

import json
import re

import pytest

from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from tests.monitor.cli.typed import Havenwatch


@pytest.mark.slow
def test_an_alert_is_shown_as_it_was_told(havenwatch: Havenwatch) -> None:
    havenwatch("tick", at="2025-04-07 21:00")
    havenwatch("tick", at="2025-04-08 18:45")
    done = havenwatch("show", "joint_selloff/us/2025-04-08", "--messages")
    assert done.output.startswith("WARNING · Joint selloff · Tue 8 Apr 2025 · opened")
    assert "What it does not mean" in done.output
    only = json.loads(havenwatch("show", "joint_selloff/us/2025-04-08", "--json").output)
    assert only["id"] == "joint_selloff/us/2025-04-08"
    unknown = havenwatch("show", "1999")
    assert unknown.exit_code == 1
    assert "list them with: havenwatch alerts" in unknown.output


@pytest.mark.slow
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
    assert wrong.exit_code == 1
    assert re.search(r"did you mean [a-z or]*\bspx\b", wrong.output)
    assert havenwatch("vintages", "spx", "--period", "April").exit_code == 3


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_calendar_shows_what_comes_next_and_the_closed_days(havenwatch: Havenwatch) -> None:
    empty = havenwatch("calendar", at="2025-04-08 20:00").output
    assert "make one with: havenwatch backfill" in empty
    havenwatch("sources", "--probe", at="2025-04-08 20:30")  # which stores nothing
    empty = havenwatch("calendar", at="2025-04-08 20:40").output
    assert "No data yet, so no release date: boc" in empty
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
