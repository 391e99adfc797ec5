"""The documentation and the tests name the same ways to break the program."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "alive.md").read_text(encoding="utf-8")


def test_each_cause_in_the_documentation_has_a_test_and_each_test_a_line() -> None:
    table = PAGE.partition("| cause | check says |")[2]
    causes = re.findall(r"^\| ([A-Z][^|]+?) \|", table, re.MULTILINE)
    written = {f"test_{re.sub('[^a-z0-9]+', '_', cause.lower())}" for cause in causes}
    tests = {
        name
        for path in HERE.glob("test_breakages_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(causes) >= 17
    assert written == tests
