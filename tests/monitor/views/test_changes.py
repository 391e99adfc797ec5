"""Changes of alerts that are followed: each once, in the order in which they were recorded, also by
a reader that stops and goes on."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import HavenwatchError
from monitor.stop import Stop
from monitor.views.changes import CHANGES, follow_changes
from state.recorded_changes import BATCH_ROWS
from tests.desk import AT, CRITICAL, Desk
from tests.monitor.evaluate.desk import Desk as Alerts
from tests.monitor.evaluate.desk import crossings


class Writer(Alerts):
    """The program's side, with a connection of its own."""

    def __init__(self, path: Path):
        self.path: Path = path
        super().__init__()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    made = Writer(tmp_path / "havenwatch.db")
    yield made
    made.database.close()


def recorded(writer: Writer) -> list[str]:
    rows = writer.database.connection.execute("SELECT transition_id FROM transitions")
    return [row["transition_id"] for row in rows]


def followed(
    writer: Writer, after: str, steps: list[Callable[[], object]], form: str = "jsonl"
) -> bytes:
    """What a reader prints that looks once, and once more after each of some steps."""
    left, stream = iter(steps), io.BytesIO()

    def waits() -> bool:
        step = next(left, None)
        if step is not None:
            step()
        return step is not None

    follow_changes(writer.path, form, stream, after, lambda _: True, waits)
    return stream.getvalue()


def ids(printed: bytes) -> list[str]:
    return [json.loads(line)["id"] for line in printed.splitlines()]


def more(writer: Writer, count: int) -> Callable[[], object]:
    """Records so many more changes, each set of another day."""

    def record() -> None:
        before = len(recorded(writer))
        crossings(writer, count, subject=f"s{before}")

    return record


def test_each_change_comes_once_and_in_order_while_they_are_recorded(writer: Writer) -> None:
    steps = [more(writer, 3), more(writer, 0), more(writer, 2)]
    crossings(writer, 2)
    found = followed(writer, "", steps)
    assert ids(found) == recorded(writer)
    assert len(ids(found)) == 7


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=6))
def test_a_reader_that_stops_goes_on_without_repeats_or_gaps(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[int, bool]]
) -> None:
    """At each turn some are recorded, and the reader may be started again where it stopped."""
    writer = Writer(tmp_path_factory.mktemp("followed") / "havenwatch.db")
    found: list[str] = []
    for count, is_read in turns:
        more(writer, count)()
        if is_read:
            found += ids(followed(writer, found[-1] if found else "", [more(writer, 1)]))
    found += ids(followed(writer, found[-1] if found else "", []))
    assert found == recorded(writer)
    writer.database.close()


def test_more_than_one_batch_comes_whole(writer: Writer) -> None:
    crossings(writer, 2)
    with writer.database.immediate() as connection:
        connection.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {BATCH_ROWS})
            INSERT INTO transitions
            (transition_id, alert_id, at, reason, before, after, signal, releases, late)
            SELECT 'x#' || i, alert_id, at, reason, before, after, signal, releases, late
            FROM transitions, n WHERE transitions.rowid = 1"""
        )
    rows = followed(writer, "", []).splitlines()
    assert len(rows) == BATCH_ROWS + 2


def test_nobody_who_writes_waits_for_a_reader(writer: Writer) -> None:
    """The writer truncates its log, which needs every reader to be gone."""
    crossings(writer, 2)

    def truncate() -> None:
        writer.database.connection.execute("PRAGMA busy_timeout = 0")
        found = writer.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert found[0] == 0

    followed(writer, "", [truncate])


def test_csv_has_a_header_and_the_same_rows(writer: Writer) -> None:
    crossings(writer, 2)
    rows = [*csv.DictReader(io.StringIO(followed(writer, "", [], "csv").decode()))]
    assert list(rows[0]) == list(CHANGES)
    assert [one["reason"] for one in rows] == ["opened", "resolved"]
    assert rows[0]["severity_before"] == ""
    assert rows[1]["severity_before"] == "warning"


def test_an_id_that_is_none_is_said_also_where_an_older_backup_came_back(writer: Writer) -> None:
    crossings(writer, 2)

    def restore() -> None:
        writer.database.close()
        for left in writer.path.parent.glob("havenwatch.db*"):
            left.unlink()
        Writer(writer.path).database.close()

    for after, steps in (("no/such#1", []), ("", [restore])):
        with pytest.raises(HavenwatchError, match="restored from an older backup"):
            followed(writer, after, steps)  # type: ignore[arg-type]


def test_the_command_lists_what_the_alerts_went_through(desk: Desk) -> None:
    done = desk.run("export", "changes", "--format", "jsonl", *AT)
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    mine = [one["reason"] for one in rows if one["alert"] == CRITICAL]
    assert mine[0] == "opened"
    assert mine[-1] == "acknowledged"
    last = desk.run("export", "changes", "--format", "jsonl", "--after", rows[-2]["id"], *AT)
    assert [json.loads(last.stdout)] == rows[-1:]
    since = desk.run("export", "changes", "--format", "json", "--since", "2025-04-10", *AT)
    days = [one for one in json.loads(since.stdout) if one["at_utc"] < "2025-04-10T04:00:00Z"]
    assert days == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("alerts", "--follow"), "work with changes only"),
        (("observations", "--after", "x#1"), "work with changes only"),
        (("changes", "--follow", "--format", "json"), "--follow prints csv or jsonl"),
        (("changes", "--follow", "--out", "x.csv"), "leave out --out, --until and --at"),
        (("changes", "--series", "spx"), "work with observations only"),
        (("changes", "--every", "0"), "0.5<=x<=3600"),
    ],
)
def test_what_does_not_go_together_is_refused(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    done = desk.run("export", *words)
    assert done.exit_code == 3
    assert said in " ".join(done.output.split())


def test_a_wait_ends_where_the_process_is_told_to_stop() -> None:
    stop = Stop()
    assert not stop.wait_within(0)
    stop.tell(signal.SIGTERM)
    assert stop.wait_within(3600)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_prints_what_comes_and_ends_well_on_a_signal(
    writer: Writer, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "config.toml").write_text("")
    crossings(writer, 1)
    words = [sys.executable, "-m", "monitor", "--config", str(tmp_path / "config.toml")]
    words += ["export", "changes", "--format", "jsonl", "--follow", "--every", "0.5"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        found = [json.loads(process.stdout.readline())["id"]]
        more(writer, 2)()
        found += [json.loads(process.stdout.readline())["id"] for _ in range(2)]
        process.send_signal(number)
        rest, said = process.communicate(timeout=30)
    assert (process.returncode, rest, said) == (0, b"", b"")
    assert found == recorded(writer)
