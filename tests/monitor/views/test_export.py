"""What is handed out: the same numbers in every form, whole or not at all, and little memory."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alerts.clean import clean
from monitor.cli.params import load_config
from monitor.errors import HavenwatchError
from monitor.views.export import Wanted, export_rows
from monitor.views.export_formats import WRITERS, write_csv
from monitor.views.read_model import ReadModel
from rules.model import to_instant
from state.archive import Archive
from state.database import Database
from tests.desk import CRITICAL, NASTY, Desk
from tests.support import VINTAGE, utc

THEN = utc("2025-04-09 12:00")


@pytest.fixture(scope="module")
def reading(desk: Desk) -> Iterator[ReadModel]:
    config, path = load_config((desk.config, None))
    database = Database(path, read_only=True)
    yield ReadModel(config, database)
    database.close()


def exported(desk: Desk, tmp_path: Path, *words: str) -> Path:
    path = tmp_path / "out"
    done = desk.run("export", *words, "--out", str(path))
    assert done.exit_code == 0, done.output
    assert [one.name for one in tmp_path.iterdir()] == ["out"], "nothing half written is left"
    return path


def stored(reading: ReadModel) -> pd.DataFrame:
    query = "SELECT * FROM observations_named ORDER BY series, period_end, vintage_id"
    found = pd.read_sql(query, reading.database.connection)
    found["period_end"] = pd.to_datetime(found["period_end"])
    found["known_at_utc"] = pd.to_datetime(found["known_at_utc"], utc=True)
    return found.drop(columns=["fetched_at_utc", "published_at_utc"])


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    found = found[wanted.columns].copy()
    found["period_end"] = pd.to_datetime(found["period_end"])
    found["known_at_utc"] = pd.to_datetime(found["known_at_utc"], utc=True)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


@pytest.mark.slow
def test_observations_come_back_from_csv_as_they_are_stored(
    desk: Desk, reading: ReadModel, tmp_path: Path
) -> None:
    path = exported(desk, tmp_path, "observations")
    same(pd.read_csv(path), stored(reading))


@pytest.mark.slow
def test_observations_come_back_from_json_as_they_are_stored(
    desk: Desk, reading: ReadModel, tmp_path: Path
) -> None:
    path = exported(desk, tmp_path, "observations", "--format", "json")
    same(pd.DataFrame(json.loads(path.read_text())), stored(reading))


@pytest.mark.slow
def test_observations_come_back_from_parquet_with_their_types(
    desk: Desk, reading: ReadModel, tmp_path: Path
) -> None:
    found = pd.read_parquet(exported(desk, tmp_path, "observations", "--format", "parquet"))
    assert str(found["known_at_utc"].dtype) == "datetime64[ms, UTC]"
    assert isinstance(found["period_end"].iloc[0], date)
    same(found, stored(reading))


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_alerts_come_back_with_their_evidence(desk: Desk, tmp_path: Path, form: str) -> None:
    path = exported(desk, tmp_path, "alerts", "--format", form)
    if form == "csv":
        found = pd.read_csv(path)
    elif form == "parquet":
        found = pd.read_parquet(path)
    else:
        found = pd.DataFrame(json.loads(path.read_text()))
    listed = json.loads(desk.run("alerts", "--json").output)
    assert list(found["id"]) == [one["id"] for one in listed]
    for row, one in zip(found.to_dict("records"), listed, strict=True):
        assert row["headline"] == one["headline"]
        for name in ("evidence", "analogues", "deliveries"):
            nested = row[name] if form == "json" else json.loads(row[name])
            assert nested == one[name]
    opened = pd.to_datetime(found.set_index("id")["opened_at_utc"], utc=True)
    assert opened[CRITICAL] == pd.Timestamp("2025-04-10T22:30:00Z")


@pytest.mark.slow
def test_as_of_an_instant_it_is_what_a_panel_of_that_instant_shows(
    desk: Desk, reading: ReadModel, tmp_path: Path
) -> None:
    path = exported(desk, tmp_path, "observations", "--as-of", "2025-04-09T12:00:00Z")
    found = pd.read_csv(path, parse_dates=["period_end"])
    assert not found.duplicated(["series", "period_end"]).any()
    series = tuple(
        pd.read_sql("SELECT series_id FROM series", reading.database.connection)["series_id"]
    )
    panel = Archive(reading.database).history(series, THEN).as_of(THEN)
    for name in series:
        wanted = panel.frame[name].dropna()
        mine = found[found["series"] == name].set_index("period_end")["value"]
        pd.testing.assert_series_equal(mine, wanted, check_names=False, check_index_type=False)
    known = pd.to_datetime(found["known_at_utc"], utc=True)
    assert known.max() <= pd.Timestamp(THEN)
    assert to_instant(panel.known_at["spx"].dropna().max().to_numpy()) <= THEN


def test_periods_and_series_are_those_asked_for(desk: Desk, tmp_path: Path) -> None:
    words = ("--series", "spx", "--since", "2025-04-08", "--until", "2025-04-09")
    found = pd.read_csv(exported(desk, tmp_path, "observations", *words))
    assert list(found["series"]) == ["spx", "spx"]
    assert list(found["period_end"]) == ["2025-04-08", "2025-04-09"]
    done = desk.run("export", "observations", "--series", "spy")
    assert done.exit_code == 1
    assert "expected stored series, got spy" in done.output


def test_what_is_printed_is_what_is_written(desk: Desk, tmp_path: Path) -> None:
    path = exported(desk, tmp_path, "observations", "--series", "spx")
    assert desk.run("export", "observations", "--series", "spx").stdout == path.read_text()


def test_a_cell_that_a_spreadsheet_would_run_is_made_text_and_numbers_are_not() -> None:
    rows: list[dict[str, Any]] = [
        {"text": text, "number": -1.5}
        for text in (NASTY, "+1", "-1", "@x", "\tx", "=1", "fine − 1")
    ]
    stream = io.BytesIO()
    assert write_csv(rows, {"text": str, "number": float}, stream) == len(rows)
    read = list(csv.reader(io.StringIO(stream.getvalue().decode())))
    texts = [clean(one["text"]) for one in rows[:-1]]
    texts = [f"'{one}" if one[0] in "=+-@" else one for one in texts]
    assert [line[0] for line in read[1:]] == [*texts, "fine − 1"]
    assert {line[1] for line in read[1:]} == {"-1.5"}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_rows_that_cannot_be_read_leave_the_stream_open(form: str) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield {"a": 1}
        raise sqlite3.DatabaseError("malformed")

    stream = io.BytesIO()
    with pytest.raises(sqlite3.DatabaseError):
        WRITERS[form](rows(), {"a": int}, stream)
    gc.collect()
    assert not stream.closed


def test_a_file_that_cannot_be_finished_is_not_there_at_all(
    reading: ReadModel, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    reading.database.connection.set_progress_handler(stop, 2_000)
    try:
        with pytest.raises(BaseException, match=r"interrupted|^$"):
            export_rows(reading, Wanted("observations"), "csv", path)
    finally:
        reading.database.connection.set_progress_handler(None, 0)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_place_that_cannot_be_written_is_named(reading: ReadModel, tmp_path: Path) -> None:
    with pytest.raises(HavenwatchError, match="name another place"):
        export_rows(reading, Wanted("observations"), "csv", tmp_path / "nowhere" / "out.csv")


def test_alerts_have_no_series_and_are_not_as_of(desk: Desk) -> None:
    done = desk.run("export", "alerts", "--series", "spx")
    assert "work with observations only" in done.output


def test_without_pyarrow_it_says_how_to_get_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it was never installed
    path = tmp_path / "x.parquet"
    done = desk.run("export", "alerts", "--format", "parquet", "--out", str(path))
    assert done.exit_code == 1
    assert "pip install '.[parquet]'" in done.output
    assert not path.exists()


def test_parquet_is_not_printed_to_a_terminal(
    reading: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = os.openpty()
    with open(ours, "rb"), open(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        with pytest.raises(HavenwatchError, match="name one with --out FILE"):
            export_rows(reading, Wanted("alerts"), "parquet", None)


@pytest.mark.slow
def test_a_reader_that_stops_early_is_no_error(desk: Desk) -> None:
    line = f"{sys.executable} -m monitor --config {desk.config} export observations | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("series,title,unit")
    assert done.stderr == ""


LARGE_ROWS = 40_000


@pytest.mark.slow
def test_a_large_database_is_not_read_into_memory(tmp_path: Path) -> None:
    """Rows that take ten megabytes more where all of them are in memory at once."""
    database = Database(tmp_path / "havenwatch.db")
    with database.immediate() as connection:
        connection.execute(
            "INSERT INTO series VALUES (1, 'x', 'd', 'X', 'index', 'session', 'Nobody', 0)"
        )
        connection.execute(
            f"INSERT INTO vintages {VINTAGE} VALUES (1, 'd', '[]', '', NULL, "
            "'2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', 'observed', 1)"
        )
        connection.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {LARGE_ROWS})
            INSERT INTO observations SELECT 1, date('1600-01-01', '+' || i || ' days'), 1,
            '2025-01-01T00:00:00Z', i / 7.0 FROM n"""
        )
    database.close()
    (tmp_path / "config.toml").write_text("")
    small, large = peaks_mb(Desk(tmp_path), ("--since", "2400-01-01"), ())
    assert large - small < 5, f"{small:.0f} MB of few rows, {large:.0f} MB of {LARGE_ROWS:,}"


def peaks_mb(desk: Desk, *exports: tuple[str, ...]) -> list[float]:
    """The most memory that a process of its own had after each export."""
    script = (
        "import json, resource, sys; from monitor.cli.main import main\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    main([*sys.argv[2:], *words], standalone_mode=False)\n"
        "    print('MB', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    out = desk.folder / "out.csv"
    done = subprocess.run(
        # By a shell: the system counts for a process also what the one that started it had by then.
        ["sh", "-c", '"$@"; exit', "sh", sys.executable, "-c", script, json.dumps(exports),
         "--config", str(desk.config), "export", "observations", "--out", str(out)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert len(out.read_text().splitlines()) > LARGE_ROWS
    return [float(line[3:]) for line in done.stdout.splitlines() if line.startswith("MB ")]
