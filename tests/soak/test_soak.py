"""Some weeks of the soak, with each of its events: `make soak` lives ten years."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from monitor.ingest.calendars import at_local
from tests.publication_model import is_bond_day
from tests.soak.costs import Compared
from tests.soak.findings import DIGEST, KINDS, growth
from tests.soak.plan import WEEK, Plan, instants, short, ten_years, tic_day
from tests.support import new_york


@pytest.mark.slow
def test_every_promise_of_the_soak_holds_over_some_weeks(tmp_path: Path) -> None:
    """A leap day, a clock change, outages of one source and of all, and a clock set back; in a
    process of its own, whose memory is the program's alone."""
    command = [sys.executable, "-m", "tests.soak", "--short", "--folder", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    held = [line for line in done.stdout.splitlines() if line.startswith("holds")]
    assert [line for line in held if "without cboe" in line]
    assert [line for line in held if "without every publisher" in line]
    assert [line for line in held if "1 of them 29 February" in line]
    assert [line for line in held if "clock set back" in line]
    assert "an idle cycle at most 1.2 times the first year's: measured" in done.stdout


def test_a_digests_hour_is_among_the_instants_of_every_business_day() -> None:
    for day in ten_years().days:
        if is_bond_day(day):
            hour = at_local(day, datetime.min.time().replace(hour=19))
            assert hour in instants(day) or ten_years().is_lived(day)


def test_a_release_of_tic_is_awaited_each_month() -> None:
    days = [day for day in ten_years().days if day.year == 2029 and tic_day(day)]
    assert len(days) == 12
    assert instants(days[0])[new_york(f"{days[0]} 16:00")] == "TIC"


@pytest.mark.parametrize("head", ["[Digest 2025-04-10] Quiet", "[Digest 2025-04-10 · NOTICE] x"])
def test_a_digest_is_known_by_its_head(head: str) -> None:
    found = DIGEST.match(head)
    assert found is not None
    assert found[1] == "2025-04-10"


def test_events_lie_inside_the_plan() -> None:
    for plan in (short(), ten_years()):
        first, last = new_york(f"{plan.first} 00:00"), new_york(f"{plan.last} 23:59")
        assert all(first < one.begins < one.ends < last for one in plan.outages)
        assert all(first < one.begins < one.ends < last for one in plan.set_backs)
    assert ten_years().year_of(date(2035, 3, 23)) == 10


@pytest.mark.parametrize("plan", [short(), ten_years()], ids=["short", "ten years"])
def test_the_weeks_compared_have_the_same_weekdays(plan: Plan) -> None:
    young, aged = plan.compared_after(plan.young), plan.compared_after(plan.last)
    assert plan.first + plan.young_after <= plan.young < plan.first + plan.young_after + WEEK
    assert [day.weekday() for day in young.days] == [day.weekday() for day in aged.days]
    assert len([*aged.days]) == plan.weeks_compared * 7


@pytest.mark.parametrize(
    ("young", "aged", "holds"),
    [
        ([0.10] * 20, [0.12] * 20, True),
        ([0.10] * 20, [0.13] * 20, False),
        ([0.10] * 19, [0.13] * 20, None),
    ],
    ids=["a fifth more", "three tenths more", "too few"],
)
def test_growth_is_of_what_was_measured_in_turn(
    young: list[float], aged: list[float], holds: bool | None
) -> None:
    found = growth(Compared(young=dict.fromkeys(KINDS, young), aged=dict.fromkeys(KINDS, aged)))
    assert [one.holds for one in found] == [holds] * len(KINDS)


def test_nothing_is_said_of_growth_where_a_plan_ended_early() -> None:
    assert [one.holds for one in growth(None)] == [None] * len(KINDS)
