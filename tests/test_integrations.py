"""What docs/integrations.md says to type, run and query does what it says."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from monitor.cli.params import load_config
from monitor.config.load import build
from state.archive import Archive
from state.database import Database
from tests.database_page import METADATA, blocks
from tests.desk import Desk
from tests.monitor.web.desk import TOKEN, browsing
from tests.monitor.web.desk import Desk as Site
from tests.support import utc
from tests.test_commands_written import lines_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "integrations.md"
DASHBOARD = json.loads((ROOT / "docs" / "grafana" / "havenwatch.json").read_text("utf-8"))
PLUGIN = "frser-sqlite-datasource"
FIRST, LAST = utc("2025-03-01 00:00"), utc("2025-04-12 00:00")
# Of these the desk has some in these days.
MUST_ANSWER = {"Open alerts", "Series", "Alerts opened per day", "Changes of alerts",
               "Latest levels", "Sources", "Notifications queued or failed"}  # fmt: skip
GRID_COLUMNS = 24


def section(heading: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def db(desk: Desk) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{desk.path}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_what_is_exported_to_be_followed_can_be_exported(desk: Desk) -> None:
    done = desk.run("export", "changes", "--format", "jsonl")
    row = json.loads(done.stdout.splitlines()[0])
    cells = re.findall(r"^\| (`[^|]*) \| [^|]+ \|$", section("Follow the alerts"), re.MULTILINE)
    listed = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert listed == set(row)


def test_pandas_reads_what_the_page_says(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = desk.copy(tmp_path)
    monkeypatch.chdir(mine.folder)
    for line in map(str.strip, lines_of(PAGE)):
        if line.startswith("export") and "--out" in line:
            done = mine.run(*shlex.split(line))
            assert done.exit_code == 0, done.output
    known: dict[str, Any] = {}
    for block in blocks(section("pandas"), "python"):
        exec(block, known)
    known["db"].close()
    database = Database(mine.path, read_only=True)
    wanted = Archive(database).history(("spx", "ust10y"), LAST)
    database.close()
    for name, at in (("then", "2025-04-09 12:00"), ("now", "2025-04-10 23:00")):
        frame = wanted.as_of(utc(at)).frame[["spx", "ust10y"]].dropna(how="all")
        pd.testing.assert_frame_equal(
            known[name], frame, check_names=False, check_index_type=False, check_freq=False,
            check_column_type=False,
        )  # fmt: skip
    assert len(known["now"]) > len(known["then"])
    assert "joint_selloff/us/2025-04-10" in set(known["events"].alert)
    assert known["events"].spx_pct.notna().any()
    same = known["table"].pivot(index="period_end", columns="series", values="value")
    assert same["spx"].dropna().tolist() == known["then"]["spx"].dropna().tolist()
    assert len(known["alerts"]) > 0
    assert len(known["changes"]) > 0


def queries() -> list[tuple[str, dict[str, Any]]]:
    """The dashboard's queries by the title of their panel."""
    found = [(one["title"], target) for one in DASHBOARD["panels"] for target in one["targets"]]
    return found + [(one["name"], one["target"]) for one in DASHBOARD["annotations"]["list"]]


def as_sent(query: str, series: list[str]) -> str:
    """A query with what Grafana puts in for its variables."""
    listed = ",".join(f"'{one}'" for one in series)
    query = query.replace("${series:sqlstring}", listed)
    for name, moment in (("$__from", FIRST), ("$__to", LAST)):
        query = query.replace(name, str(int(moment.timestamp() * 1000)))
    assert "$" not in query
    return query


@pytest.mark.parametrize(("title", "target"), queries(), ids=lambda one: str(one)[:30])
def test_a_query_of_the_dashboard_answers(
    db: sqlite3.Connection, title: str, target: dict[str, Any]
) -> None:
    assert target["rawQueryText"] == target["queryText"]
    found = db.execute(as_sent(target["queryText"], ["ust10y", "spx"]))
    columns, rows = [one[0] for one in found.description], found.fetchall()
    assert rows or title not in MUST_ANSWER
    assert set(target["timeColumns"]) <= set(columns)
    for name in target["timeColumns"]:
        # The plugin takes seconds since 1970, or RFC 3339 and days as text.
        for value in (row[columns.index(name)] for row in rows):
            seconds = value if isinstance(value, int) else utc(value[:10]).timestamp()
            assert 0 < seconds < LAST.timestamp() + 10 * 365 * 86_400
    if target["queryType"] == "time series":
        times = [row[columns.index("time")] for row in rows]
        assert times == sorted(times)


def test_the_series_are_those_known_with_the_newest_value_of_each_period(
    db: sqlite3.Connection,
) -> None:
    (variable,) = [one for one in DASHBOARD["templating"]["list"] if one["name"] == "series"]
    catalog = build({}, {}, Path())
    known = {name for one in catalog.sources.values() for name in one.series_ids}
    assert set(variable["query"].split(",")) <= known | set(catalog.chains)
    query = next(one["queryText"] for title, one in queries() if title == "Series")
    rows = db.execute(as_sent(query, ["spx"])).fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    assert {row[1] for row in rows} == {"spx, index"}


def test_the_dashboard_is_laid_out_on_its_grid_and_reads_one_data_source() -> None:
    taken: set[tuple[int, int]] = set()
    for one in DASHBOARD["panels"]:
        at = one["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}  # fmt: skip
        assert at["x"] + at["w"] <= GRID_COLUMNS
        assert not taken & cells, one["title"]
        taken |= cells
    assert len({one["id"] for one in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    used = {json.dumps(one["datasource"]) for one in DASHBOARD["panels"]}
    used |= {json.dumps(target["datasource"]) for _, target in queries()}
    assert used == {json.dumps({"type": PLUGIN, "uid": "${datasource}"})}


INFINITY = re.findall(
    r"^\| [a-z ]+ \| (JSON|CSV) \| `(/api/[^`]+)` \| (?:`(\w+)`)? *\| (.+) \|$",
    section("Grafana"),
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def site(desk: Desk) -> Site:
    config, path = load_config((desk.config, None))
    return Site(config, path, LAST)


@pytest.mark.parametrize(("form", "url", "rows", "columns"), INFINITY)
def test_an_address_for_infinity_has_the_rows_and_columns(
    site: Site, form: str, url: str, rows: str, columns: str
) -> None:
    with browsing(site) as browser:
        answer = browser.get(url, Authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    if form == "JSON":
        found = json.loads(answer.body)[rows]
    else:
        found = [*csv.DictReader(io.StringIO(answer.text))]
    assert found
    assert set(re.findall(r"`(\w+)`", columns)) <= set(found[0])


def test_there_are_addresses_for_infinity() -> None:
    assert {form for form, *_ in INFINITY} == {"JSON", "CSV"}


def test_what_datasette_describes_can_be_queried(db: sqlite3.Connection) -> None:
    (described,) = json.loads(METADATA.read_text(encoding="utf-8"))["databases"].values()
    for name, table in described["tables"].items():
        found = db.execute(f"SELECT {', '.join(table['columns'])} FROM {name} LIMIT 1")
        assert [one[0] for one in found.description] == list(table["columns"])
    named = re.findall(r"/havenwatch/(\w+)\.(?:json|csv)", section("Datasette"))
    assert len(named) == 2
    assert set(named) <= set(described["tables"])
