"""Stored JSON is read as pydantic, which wrote it, would read it; reading loads no pydantic."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from alerts.model import Alert
from alerts.release import Release
from rules.model import Analogue, Signal
from state.database import Database
from state.stored_json import StoredJson
from tests.desk import Desk

KINDS: dict[str, Any] = {
    "signal": Signal,
    "after": Alert,
    "before": Alert | None,
    "releases": tuple[Release, ...],
}


@pytest.mark.parametrize("column", KINDS)
def test_everything_stored_is_read_as_pydantic_reads_it(desk: Desk, column: str) -> None:
    stored, adapter = StoredJson[Any](KINDS[column]), TypeAdapter(KINDS[column])
    database = Database(desk.path, read_only=True)
    texts = [row[0] for row in database.connection.execute(f"SELECT {column} FROM transitions")]
    database.close()
    assert len(texts) > 3
    for text in texts:
        value = stored.read(text)
        assert value == adapter.validate_json(text)
        assert stored.write(value) == text


def test_missing_numbers_whole_numbers_and_names_of_other_versions() -> None:
    written = Analogue(date(2025, 4, 10), None, "pct", (1, None, -2.5), (), (0.0,))
    stored = StoredJson[Analogue](Analogue)
    text = stored.write(written)
    assert stored.read(text) == written
    assert type(stored.read(text).spx_pct[0]) is float
    assert stored.read(text.replace("{", '{"of_a_later_version":[1],', 1)) == written
    assert stored.read(text.replace(',"mean_of":1', "")) == written
    with pytest.raises(TypeError, match="a kind that is stored"):
        StoredJson[Any](bytes).read('""')


def test_reading_alerts_and_deliveries_loads_nothing_heavy() -> None:
    script = (
        "import sys, state.alert_store, state.outbox, state.silences, state.suppressions\n"
        "heavy = {'numpy', 'pandas', 'pydantic', 'pydantic_core', 'requests'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
