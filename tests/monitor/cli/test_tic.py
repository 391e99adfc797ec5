"""`havenwatch tic`: a month of TIC, and the months of an area."""

from __future__ import annotations

import json

from tests.monitor.cli.typed import Havenwatch


def test_a_month_and_an_area_are_shown_by_name(havenwatch: Havenwatch) -> None:
    havenwatch("tick", at="2025-04-15 21:00")
    havenwatch("tick", at="2025-04-16 16:45")
    done = havenwatch("tic", at="2025-04-16 18:00")
    assert done.output.startswith("TIC · February 2025 · Wed 16 Apr 2025 16:45 EDT")
    assert "Foreigners bought net" in done.output
    found = json.loads(havenwatch("tic", "--json", at="2025-04-16 18:00").output)
    assert (found["month"], found["is_first_print"]) == ("2025-02", False)
    assert found["all"]["name"] == "All foreigners"
    assert found["sellers"]
    first = json.loads(havenwatch("tic", "--month", "2025-02", "--first", "--json").output)
    assert first["is_first_print"]
    assert first["all"] == found["all"]
    belgium = havenwatch("tic", "belg").output
    assert belgium.startswith("Belgium (10251)")
    assert "Feb 2025" in belgium


def test_what_is_not_there_is_said_with_what_is(havenwatch: Havenwatch) -> None:
    empty = havenwatch("tic")
    assert empty.exit_code != 0
    havenwatch("tick", at="2025-04-08 21:00")
    wrong = havenwatch("tic", "--month", "2025-03")
    assert "the newest are 2025-01, 2024-12, 2024-11" in wrong.output
    assert "loaded as history" in havenwatch("tic", "--first").output
    assert "United Arab Emirates, United Kingdom" in havenwatch("tic", "united").output
    assert havenwatch("tic", "--month", "April").exit_code == 3
