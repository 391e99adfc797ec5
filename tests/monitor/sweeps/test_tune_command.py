"""`havenwatch tune`: its tables, files and pictures, and what it refuses."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main

Run = Callable[..., Result]
SPAN = ("--from", "2019-01-01", "--to", "2024-12-31")
TWO = ("--vary", "notice_spx_fall_pct=0.5,1,1.5", "--vary", "min_ust10y_rise_bp=1,2")


@pytest.fixture(scope="module")
def run(small: Path) -> Run:
    config = str(small.with_name("config.toml"))

    def run_command(*words: str) -> Result:
        runner = CliRunner(env={"COLUMNS": "120"})
        return runner.invoke(main, ["--config", config, "--db", str(small), "tune", *words, *SPAN])

    return run_command


def test_each_rule_has_a_table_of_its_own_settings(run: Run) -> None:
    vary = ("--vary", "haven_failure.notice_spx_fall_pct=0.5,1.5")
    done = run("haven_failure", "foreign_net_sales", *vary, "--bootstrap", "200")
    assert done.exit_code == 0, done.output
    shown = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line.split()[0] for line in shown if "per year" in line] == ["Haven", "Foreign"]
    header = next(line for line in shown if "notice_spx_fall_pct" in line)
    assert header.split() == ["notice_spx_fall_pct", "critical", "warning", "notice", "all", "90%"]
    marked = [line for line in shown if line.startswith("*")]
    assert marked[0].split()[1] == "1.5"
    assert " to " in marked[0]


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_the_lines_are_written_as_rows(run: Run, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"sweep.{form}"
    done = run("haven_failure", *TWO, "--out", str(out))
    assert f"wrote {out}: 6 rows" in done.stdout
    if form == "parquet":
        rows = pq.read_table(out).to_pylist()
    elif form == "csv":
        rows = list(csv.DictReader(out.read_text().splitlines()))
    else:
        text = out.read_text()
        rows = json.loads(text) if form == "json" else list(map(json.loads, text.splitlines()))
    assert [float(one["notice_spx_fall_pct"]) for one in rows] == [0.5, 0.5, 1.0, 1.0, 1.5, 1.5]
    assert [str(one["is_set"]).lower() for one in rows] == ["false"] * 4 + ["true", "false"]
    counts = [int(one["notice"]) + int(one["warning"]) + int(one["critical"]) for one in rows]
    assert counts[0] > counts[-1] > 0


def test_two_settings_make_a_heat_map(run: Run, tmp_path: Path) -> None:
    picture, page = tmp_path / "map.png", tmp_path / "map.html"
    assert f"wrote {picture}" in run("haven_failure", *TWO, "--heat-map", str(picture)).stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert run("haven_failure", *TWO, "--heat-map", str(page)).exit_code == 0
    text = page.read_text()
    assert text.count("<svg") == 1
    assert "framed: the current setting" in text
    assert "notice_spx_fall_pct down, min_ust10y_rise_bp across" in text


def test_areas_are_named(run: Run) -> None:
    done = run("foreign_net_sales", "--areas", "--vary", "warning_net_sales_usd_bn=5")
    assert done.exit_code == 0, done.output
    named = [line.split()[0] for line in done.stdout.splitlines() if " 5 " in line]
    assert named == ["Belgium", "China", "Japan"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("haven_failure", "--areas"), "--areas is of foreign_net_sales alone"),
        (("haven_failure", "--jobs", "2", "--on", "tcp://x:1"), "take one of them"),
        (("haven_failure", "--out", "sweep.xls"), "expected a name that ends in .csv"),
        (("haven_failure", "--heat-map", "map.gif"), "expected a name that ends in .png or .html"),
        (("haven_failure", "--heat-map", "map.png", "--vary", "min_ust10y_rise_bp=1"), "1 setting"),
        (("haven_failure", "--bootstrap", "5"), "100<=x<=100000"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code != 0
    assert said in done.output
