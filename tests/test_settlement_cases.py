"""The cases under tests/settlement_cases: an alert, and what the month's transactions answer."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from alerts.lifecycle import settle, step
from alerts.message.plain import plain_text
from alerts.message.sections import Text
from alerts.message.settled import settled_message
from monitor.ingest.calendars import NEW_YORK, month_end
from rules.judged_over import JudgedOver
from rules.settlement.answer import month_answer
from rules.settlement.text import READ, settlement
from rules.terms import Kind
from rules.verdict.rule import VerdictRule
from tests.case_rows import rows_of_case
from tests.support import history_of, signal

CASES = sorted((Path(__file__).parent / "settlement_cases").glob("*.toml"))
# So much of a message is read at a glance, above it the alert that it answers.
MOST_CHARACTERS = 600
NEVER_LATE = timedelta(days=9)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, snapshot: SnapshotAssertion) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(case["as_of"]).replace(tzinfo=NEW_YORK)
    panel = history_of(rows_of_case(case, READ), READ).as_of(at)
    answer = month_answer(panel, month_end(case["period"]), VerdictRule().month_sold_pct)
    expect = case["expect"]
    if expect["move"] == "no data":
        assert answer is None
        return
    assert answer is not None
    assert answer.move == expect["move"]
    assert (None if answer.officials_bn is None else round(answer.officials_bn, 1)) == expect.get(
        "officials"
    )
    found = settlement(panel, answer, case["period"], JudgedOver(case["over"]), None)
    opened = step(None, signal(period=case["period"]), Kind.EVENT, NEVER_LATE)
    assert opened is not None
    message = settled_message(
        settle(opened.after, opened.signal, at, found), "Joint selloff", NEW_YORK
    )
    text = " ".join(
        [message.title, *(one.body for one in message.sections if isinstance(one, Text))]
    )
    for words in expect["says"]:
        assert words in text
    for words in expect.get("never", []):
        assert words not in text
    glance = (found.title, found.officials, found.areas, found.custody, found.markets)
    assert sum(map(len, glance)) <= MOST_CHARACTERS
    assert plain_text(message) == snapshot
