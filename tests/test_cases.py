"""The cases under tests/cases: real figures, one change, one expected answer."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter
from syrupy.assertion import SnapshotAssertion

from alerts.lifecycle import step
from alerts.message.compose import alert_message
from alerts.message.plain import plain_text
from alerts.message.values import show
from monitor.config.plugins import rule_types
from monitor.ingest.calendars import NEW_YORK
from rules.evaluation import Rule
from rules.model import Evidence, Severity, Signal
from tests.case_rows import FOLDER, rows_of_case
from tests.support import judge, signal_for

CASES = sorted(FOLDER.glob("*/*.toml"))
KINDS = ("positive", "negative", "boundary", "missing", "revision")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_case(path: Path, snapshot: SnapshotAssertion) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    cls = rule_types()[path.parent.name]
    rule = TypeAdapter(cls).validate_python(case.get("thresholds", {}))
    at = datetime.fromisoformat(case["as_of"]).replace(tzinfo=NEW_YORK)
    expect = case["expect"]
    judged = judge(rule, rows_of_case(case, rule.series), at)[expect["subject"]]
    period: date = expect["period"]
    signal = signal_for(judged, period)
    assert signal.answer == expect["answer"], signal.explained.headline
    if expect["answer"] == "firing":
        assert signal.severity is Severity[expect["severity"].upper()]
    if "provisional" in expect:
        assert signal.provisional is expect["provisional"]
    if "measure" in expect:
        row = int(np.flatnonzero(judged.period_end == np.datetime64(period))[-1])
        assert float(judged.measure[row]) == pytest.approx(expect["measure"], abs=0.005)
    said = signal.explained
    text = " ".join((said.headline, said.unusual, said.caveat))
    for words in expect.get("says", []):
        assert words in text
    assert written_out(rule, signal) == snapshot


def written_out(rule: Rule, signal: Signal) -> str:
    """A signal as the mail about it would say it, in plain text."""
    transition = step(None, signal, rule.kind, rule.prompt_within)
    if transition is None:
        # Nothing is told of it; its evidence stands in the digest and the records.
        said = signal.explained
        return "\n".join([said.headline, said.period, *map(_line, said.evidence)])
    return plain_text(alert_message(transition, rule.title, (), NEW_YORK))


def _line(one: Evidence) -> str:
    limit = "" if one.threshold is None else f" against {show(one.threshold, one.unit)}"
    return f"{one.label}: {show(one.value, one.unit)}{limit}, {one.period_end}, {one.source}"


@pytest.mark.parametrize("rule_id", sorted(rule_types()))
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_a_case_of_each_kind(rule_id: str, kind: str) -> None:
    assert list((FOLDER / rule_id).glob(f"{kind}*.toml")), f"no tests/cases/{rule_id}/{kind}*.toml"
