"""The run of all checks: side by side, within a deadline, in order, and without a secret."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import ClassVar

import pytest

from monitor.clock import SystemClock
from monitor.doctor.check import (
    Check,
    Finding,
    Group,
    Outcome,
    Step,
    failed,
    failed_as_said,
    found,
    ok,
    skipped,
    warning,
)
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.examine import Line, check_types, examine, exit_code
from tests.monitor.doctor.bench import Bench

GOOD = ok("fine")
DOUBT = warning(expected="a", got="b", remedy="c")
BAD = failed(expected="a", got="b", remedy="c")


def check_of(*steps: Step, name: str = "made") -> Check:
    class Made(Check):
        """Made by a test."""

        group: ClassVar[Group] = Group.FILES

        def steps(self, given: Circumstances) -> Iterable[Step]:
            return steps

    Made.name = name
    return Made()


def run(bench: Bench, *checks: Check) -> list[Line]:
    return examine(bench.given(), checks, lambda _: lambda _: None)


def raising() -> Finding:
    raise RuntimeError("with a secret-part in it")


def test_a_step_that_hangs_is_a_failure_and_waited_for_no_longer(bench: Bench) -> None:
    bench.changed |= {"within_s": 0.05, "clock": SystemClock()}
    ended = threading.Event()

    def hang() -> Finding:
        ended.wait(60)
        return GOOD

    lines = run(bench, check_of(found("first", GOOD), Step("hangs", hang)))
    ended.set()
    assert [one.finding.outcome for one in lines] == [Outcome.OK, Outcome.FAILED]
    assert "expected an end within 0.05 s, got none; " in lines[1].finding.text
    assert "--timeout" in lines[1].finding.remedy


def test_steps_run_side_by_side_and_those_of_a_lane_one_after_another(bench: Bench) -> None:
    both, order = threading.Barrier(3, timeout=30), list[str]()

    def meet() -> Finding:
        both.wait()
        return GOOD

    def noting(name: str) -> Callable[[], Finding]:
        def note() -> Finding:
            if name == "1":
                both.wait()  # till the last of the others runs
            order.append(name)
            return GOOD

        return note

    lane = [Step(name, noting(name), "lane") for name in ("1", "2", "3", "4")]
    lines = run(bench, check_of(Step("here", meet), *lane, Step("there", meet)))
    assert [one.finding for one in lines] == [GOOD] * 6
    assert [one.name for one in lines] == ["here", "1", "2", "3", "4", "there"]
    assert order == ["1", "2", "3", "4"]


def test_a_check_that_crashes_is_named_and_ends_no_other(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Crashing(Check):
        """It has no steps."""

        name: ClassVar[str] = "crashing"
        group: ClassVar[Group] = Group.FILES

        def steps(self, given: Circumstances) -> Iterable[Step]:
            raise TypeError("no steps")

    lines = run(bench, Crashing(), check_of(Step("raises", raising), found("after", GOOD)))
    assert [(one.name, one.finding.got or one.finding.said) for one in lines] == [
        ("crashing", "an internal error (TypeError)"),
        ("raises", "an internal error (RuntimeError)"),
        ("after", "fine"),
    ]
    assert caplog.text.count("crashed") == 2


def test_nothing_secret_is_in_a_line(bench: Bench) -> None:
    bench.secrets |= {
        "HAVENWATCH_WEBHOOK_URL": "https://desk.example.org/in/secret-part",
        "https_proxy": "http://desk:password1@proxy.example.org:8080",
    }
    said = (
        "https://desk.example.org/in/secret-part and http://desk:password1@proxy.example.org:8080"
    )
    step = found("says", failed(expected=said, got=said, remedy=said))
    for line in run(bench, check_of(step, found("is", ok(said)))):
        assert "secret-part" not in line.finding.text
        assert "password1" not in line.finding.text
        assert "[secret]" in line.finding.text


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([GOOD, skipped("why")], 0),
        ([GOOD, DOUBT], 1),
        ([DOUBT, BAD, GOOD], 2),
    ],
)
def test_the_exit_code_is_that_of_the_worst(findings: list[Finding], code: int) -> None:
    assert exit_code(Line("made", "made", one) for one in findings) == code


def test_the_lines_are_in_the_order_of_the_groups() -> None:
    groups = [cls.group for cls in check_types().values()]
    assert groups == sorted(groups)


def test_how_far_it_is_is_said_for_each_step_that_ends(bench: Bench) -> None:
    totals, ended = list[int](), list[str]()

    def begin(total: int) -> Callable[[str], None]:
        totals.append(total)
        return ended.append

    steps = [found(str(place), GOOD) for place in range(3)]
    examine(bench.given(), [check_of(*steps)], begin)
    assert totals == [3]
    assert sorted(ended) == ["0", "1", "2"]


def test_an_error_in_four_parts_keeps_them() -> None:
    found_there = failed_as_said("a.db: expected one, got another; move it", "x", "y")
    assert (found_there.expected, found_there.got, found_there.remedy) == (
        "one", "another", "move it",
    )  # fmt: skip
    other = failed_as_said("disk I/O error", "x", "y")
    assert (other.expected, other.got, other.remedy) == ("x", "disk I/O error", "y")
