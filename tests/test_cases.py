"""The cases under tests/cases: real figures, one change, one expected answer."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter
from syrupy.assertion import SnapshotAssertion

from monitor.config.plugins import rule_types
from monitor.ingest.calendars import NEW_YORK
from rules.terms import Severity
from tests.case_rows import FOLDER, rows_of_case
from tests.support import judge, signal_for
from tests.written_out import written_out

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


@pytest.mark.parametrize("rule_id", sorted(rule_types()))
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_a_case_of_each_kind(rule_id: str, kind: str) -> None:
    assert list((FOLDER / rule_id).glob(f"{kind}*.toml")), f"no tests/cases/{rule_id}/{kind}*.toml"
