"""The report: a line a check, also where the terminal is narrow, and a summary."""

from __future__ import annotations

import json

import pytest

from monitor.doctor.check import failed, ok, skipped, warning
from monitor.doctor.examine import Line
from monitor.doctor.output import as_json, report
from monitor.terminal.styled import StyledOutput
from tests.support import utc

LONG = "wait: it was asked too often, and it will not answer for as long as an hour from now"
LINES = [
    Line("python", "python", ok("3.11.7 (>=3.11)")),
    Line("sources", "source cboe", failed(expected="HTTP 200", got="HTTP 429", remedy=LONG)),
    Line("permissions", "umask", warning(expected="0022", got="0000", remedy="set it")),
    Line("channels", "channels", skipped("not asked: --offline")),
]


def output(columns: int) -> StyledOutput:
    made = StyledOutput()
    made.columns = columns
    return made


def test_a_line_is_whole_where_no_person_looks() -> None:
    assert list(report(LINES, output(40), is_wrapped=False)) == [
        "ok       python       3.11.7 (>=3.11)",
        f"failed   source cboe  expected HTTP 200, got HTTP 429; {LONG}",
        "warning  umask        expected 0022, got 0000; set it",
        "skipped  channels     not asked: --offline",
        "4 checks: 1 ok, 1 warning, 1 failed, 1 skipped",
    ]


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_long_line_is_broken_to_fit_and_loses_no_word(columns: int) -> None:
    lines = list(report(LINES, output(columns), is_wrapped=True))
    assert max(map(len, lines)) <= columns
    said = " ".join(" ".join(lines).split())
    whole = " ".join(" ".join(report(LINES, output(40), is_wrapped=False)).split())
    assert said == whole
    assert any(line.startswith("failed   source cboe") for line in lines)


def test_an_outcome_has_its_colour_where_colour_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    lines = list(report(LINES, output(80), is_wrapped=True))
    assert lines[0].startswith("\x1b[32mok")
    assert lines[1].startswith("\x1b[1;31mfailed")
    assert "\x1b[1;31m1 failed\x1b[0m" in lines[-1]


def test_json_has_the_parts_of_each_line() -> None:
    found = json.loads(json.dumps(as_json(LINES, utc("2025-04-08 01:00"))))
    assert found["at"] == "2025-04-08T01:00:00Z"
    assert found["exit_code"] == 2
    assert found["counts"] == {"ok": 1, "warning": 1, "failed": 1, "skipped": 1}
    assert found["checks"][1] == {
        "check": "sources", "name": "source cboe", "outcome": "failed", "said": None,
        "expected": "HTTP 200", "got": "HTTP 429", "remedy": LONG,
    }  # fmt: skip
