"""`havenwatch tic`: a month of TIC, and the months of an area."""

from __future__ import annotations

import json
import re

import pytest

from tests.desk import Desk
from tests.once import built_once
from tests.tic_days import build_tic_day


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(built_once(tmp_path_factory, "tic_day", build_tic_day))


def test_the_newest_month_is_shown_by_name(here: Desk) -> None:
    said = here.run("tic").output
    assert said.startswith("TIC · April 2025 · Wed 18 Jun 2025 16:02 EDT")
    assert re.search(r"^Canada +−57.7", said, re.MULTILINE)
    assert "Next: May 2025, Thu 17 Jul 16:00 EDT" in " ".join(said.split())


def test_a_first_print_is_the_month_as_its_release_gave_it(here: Desk) -> None:
    now = json.loads(here.run("tic", "--month", "2025-04", "--json").output)
    first = json.loads(here.run("tic", "--month", "2025-04", "--first", "--json").output)
    assert (now["is_first_print"], first["is_first_print"]) == (False, True)
    assert (now["month"], now["all"]["name"], now["all"]["long"]) == (
        "2025-04", "All foreigners", -58.453,
    )  # fmt: skip
    assert now["sellers"][:3] == ["29998", "41408", "10251"]
    assert first["all"] == now["all"]
    loaded = here.run("tic", "--month", "2025-03", "--first")
    assert (loaded.exit_code, "loaded as history" in loaded.output) == (1, True)


def test_an_area_is_found_by_any_part_of_its_name(here: Desk) -> None:
    said = here.run("tic", "belg").output
    assert said.startswith("Belgium (10251): net Treasuries and holdings by month, $bn")
    assert "Apr 2025      −15.5   −2.0  −17.5" in said
    assert here.run("tic", "10251").output == said
    found = json.loads(here.run("tic", "canada", "--json").output)
    assert (found["name"], found["months"][0]["long"]) == ("Canada", -57.71)
    several = here.run("tic", "united")
    assert "United Arab Emirates, United Kingdom" in several.output


def test_what_is_not_there_is_said_with_what_is(here: Desk) -> None:
    wrong = here.run("tic", "--month", "2025-05")
    assert (wrong.exit_code, "the newest are 2025-04, 2025-03, 2025-02" in wrong.output) == (
        1,
        True,
    )
    assert here.run("tic", "--month", "April").exit_code == 3
    assert "try fewer letters" in here.run("tic", "atlantis").output


def test_the_past_knows_no_later_month(here: Desk) -> None:
    said = here.run("tic", "--at", "2025-06-18T19:55:00Z").output
    assert "TIC · March 2025" in said
