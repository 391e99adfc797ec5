"""Every check finds the faults it is for, each made on purpose, and says what to do."""

from __future__ import annotations

from itertools import chain
from typing import Final

import pytest

from monitor.doctor.check import Outcome
from monitor.doctor.examine import check_types
from tests.alerts.slack_standin import TOKEN
from tests.monitor.doctor.bench import Bench, Fault, Faults
from tests.monitor.doctor.faults_files import FILES
from tests.monitor.doctor.faults_followed import FOLLOWED, followed
from tests.monitor.doctor.faults_machine import MACHINE
from tests.monitor.doctor.faults_outside import OUTSIDE

EVERY: Final[Faults] = {**MACHINE, **FILES, **FOLLOWED, **OUTSIDE}
CASES: Final = [
    pytest.param(check, fault, id=f"{check}: {name}")
    for check, faults in EVERY.items()
    for name, fault in faults.items()
]
HIDDEN: Final = ("secret-part", "of-another-secret", "a secret", "another secret", TOKEN)
BAD: Final = (Outcome.FAILED, Outcome.WARNING)


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert set(EVERY) == set(check_types())
    for check, faults in EVERY.items():
        assert any(one.outcome in BAD for one in faults.values()), check


@pytest.mark.parametrize(("check", "fault"), CASES)
def test_a_fault_is_found_and_named(check: str, fault: Fault, bench: Bench) -> None:
    fault.make(bench)
    lines = bench.lines(*(fault.checks or (check,)))
    (found,) = [one for one in lines if one.name == fault.line]
    text = found.finding.text
    assert (found.finding.outcome, text) == (fault.outcome, text)
    for words in fault.words:
        assert words in text
    said = " ".join(chain.from_iterable((one.name, one.finding.text) for one in lines))
    assert not any(secret in said for secret in HIDDEN), said
    others = [one for one in lines if one.finding.outcome in BAD and one.check != found.check]
    assert others == []


@pytest.mark.parametrize("check", EVERY)
def test_without_a_fault_nothing_is_found(check: str, bench: Bench) -> None:
    lines = bench.lines(check)
    assert lines
    assert [one for one in lines if one.finding.outcome in BAD] == []


def test_what_is_followed_is_looked_at_and_its_sources_are_not_asked(bench: Bench) -> None:
    followed()(bench)
    said = {one.name: one.finding.text for one in bench.lines("followed", "sources")}
    assert said["followed"].endswith("12 s ago")
    assert said["sources"].startswith("not asked: the program of ")
    assert bench.standins.asked == []
