"""A feed of a desk's own, from its file to numbers in the database, or to one clear error."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.config.load import load
from monitor.config.plugins import source_types
from monitor.config.starter import starter_text
from tests.slow import quick_where
from tests.table_files import xlsx

SMALL = "".join(f"[sources.{n}]\nenabled = false\n" for n in source_types() if n != "table")
BEGIN = date(2024, 1, 2)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def weekdays(count: int, style: str = "%Y-%m-%d") -> list[str]:
    days = [BEGIN + timedelta(days=one) for one in range(count * 7 // 5 + 7)]
    return [day.strftime(style) for day in days if day.weekday() < 5][:count]


def csv(*, style: str = "%Y-%m-%d", count: int = 300, head: str = "Date,Close") -> str:
    rows = [f"{day},{100 + one % 7}" for one, day in enumerate(weekdays(count, style))]
    return "\n".join([head, *rows]) + "\n"


def called(*words: str, answers: tuple[str, ...] = (), **environ: str) -> Result:
    piped = "".join(f"{one}\n" for one in answers)
    return CliRunner(env=environ).invoke(main, ["feeds", *words], input=piped)


def block(name: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(Path("config.toml").read_text("utf-8-sig"))
    return dict(found["sources"][name])


def test_piped_answers_make_a_feed_whose_history_is_stored(tmp_path: Path) -> None:
    Path("gold.csv").write_text(csv(), "utf-8")
    answers = ("", "LBMA", "Europe/London", "15:00", "1", "y", "Close", "pm", "Gold fix", "index")
    done = called("add", "gold.csv", answers=("metal", *answers[1:], "y", "y"))
    assert done.exit_code == 0, done.output
    found = block("metal")
    gates = found["columns"]["pm"]
    assert (gates.pop("plausible"), gates.pop("max_step")) == ([50, 220], 17)
    assert found == {
        "type": "table", "base_url": f"file://{tmp_path}", "path": "/gold.csv",
        "publisher": "LBMA", "time_zone": "Europe/London", "known_at": "15:00",
        # An hour later there for some weeks of the year.
        "poll_at": ["11:30", "09:00"],
        "lag_business_days": 1, "grows": True, "market": "weekdays", "date_column": "Date",
        "columns": {"pm": {"column": "Close", "title": "Gold fix", "unit": "index"}},
    }  # fmt: skip
    for said in (
        "300, 2024-01-02 to 2025-02-24", "15:00 Europe/London, 1 business days later",
        "first 100, last 105", "level 50 to 220 (was 100 to 106)", "step up to 17%",
        "fewer numbers than before are held back", "metal: 300 new, 0 revised",
        "Series for rules: metal.pm",
    ):  # fmt: skip
        assert said in done.output
    listed = called()
    assert "metal.pm  Gold fix, index: 300 periods, 2024-01-02 to 2025-02-24" in listed.output
    assert CliRunner().invoke(main, ["config", "check"]).exit_code == 0


def test_with_yes_flags_and_defaults_answer_all() -> None:
    Path("Gold PM (fix).csv").write_text(csv(), "utf-8")
    done = called("add", "Gold PM (fix).csv", "--yes")
    assert done.exit_code == 0, done.output
    assert list(block("gold_pm_fix")["columns"]) == ["close"]
    assert "havenwatch backfill --source gold_pm_fix" in done.output
    assert "nothing stored" in called().output


def test_a_price_that_is_said_to_be_a_percentage_is_a_caution() -> None:
    Path("gold.csv").write_text(csv().replace(",10", ",430"), "utf-8")
    done = called("add", "gold.csv", "--yes", "--dry-run", "--unit", "pct")
    assert "caution   'Close': (usually 4,303 percent: is its unit index?)" in done.output
    done = called("add", "gold.csv", "--yes", "--dry-run")
    assert "caution" not in done.output


def test_the_lines_of_the_docs_turn_every_built_in_source_and_rule_off(config: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text("utf-8")
    lines = [one for one in page.splitlines() if one.startswith("sed -i ")]
    assert len(lines) == 2
    config.write_text(starter_text(), "utf-8")
    for line in lines:
        subprocess.run(shlex.split(line), check=True, cwd=config.parent)
    found = load(config, {})
    for blocks in (found.sources, found.quotes, found.rules):
        assert not [name for name, one in blocks.items() if one.enabled]


def test_a_dry_run_prints_the_block_alone_and_writes_nothing(config: Path) -> None:
    Path("gold.csv").write_text(csv(), "utf-8")
    done = called("add", "gold.csv", "--yes", "--dry-run")
    assert done.exit_code == 0, done.output
    assert list(tomllib.loads(done.stdout)["sources"]) == ["gold"]
    assert "Understood" in done.stderr
    assert config.read_text("utf-8") == SMALL


def test_without_a_feed_the_list_says_how_to_add_one() -> None:
    assert "havenwatch feeds add" in called().output


def test_what_could_be_days_or_months_is_asked() -> None:
    firsts = [f"{month:02d}/02/2025,1" for month in range(3, 8)]
    Path("m.csv").write_text("\n".join(["Date,Close", *firsts]), "utf-8")
    done = called("add", "m.csv", "--yes")
    assert done.exit_code == 1
    assert "got no --date-format" in done.output
    for style, frequency in (("%d/%m/%Y", "session"), ("%m/%d/%Y", "month")):
        name = frequency
        done = called("add", "m.csv", "--yes", "--date-format", style, "--name", name)
        assert done.exit_code == 0, done.output
        assert block(name).get("frequency", "session") == frequency
        assert "5 numbers are too few to propose" in done.output
    done = called("add", "m.csv", "--yes", "--date-format", "%Y", "--name", "other")
    assert done.exit_code == 3
    assert "'%Y' does not read it" in done.output


def written(**files: str | bytes) -> None:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        Path(name.replace("_", ".")).write_bytes(raw)


REFUSED: dict[str, tuple[Callable[[], object], tuple[str, ...], int, str]] = {
    "a file that is not there": (lambda: None, ("no.csv",), 1, "no.csv: expected a file, got none"),
    "a folder": (lambda: Path("x").mkdir(), ("x",), 1, "expected a file"),
    "an address without a scheme it knows": (lambda: None, ("ftp://h/x",), 3, "base_url"),
    "a URL with a login": (lambda: None, ("https://a:b@h/x",), 3, "a login (not shown)"),
    "a URL with a key": (lambda: None, ("https://h/x?apikey=abc",), 3, "'apikey' may be a secret"),
    "a token without a variable": (
        lambda: None, ("https://h/x", "--token-env", "FEED_TOKEN"), 3, "FEED_TOKEN is not set",
    ),
    "a token without encryption": (
        lambda: None, ("http://example.org/x", "--token-env", "SET_TOKEN"), 3, "unencrypted",
    ),
    "nobody listening": (lambda: None, ("http://127.0.0.1:1/x",), 1, "expected a whole answer"),
    "no table": (lambda: written(a_csv="hello\n"), ("a.csv",), 1, "no column of dates"),
    "another encoding": (
        lambda: written(a_csv="Date,Préis\n".encode("latin-1")), ("a.csv",), 1, "UTF-8 text",
    ),
    "half a workbook": (
        lambda: written(a_xlsx=b"PK\x03\x04half"), ("a.xlsx",), 1, "whole zip file",
    ),
    "weekends": (
        lambda: written(a_csv="Date,V\n2025-04-11,1\n2025-04-12,1\n2025-04-14,1\n"), ("a.csv",), 1,
        "not business days",
    ),
    "the future": (
        lambda: written(a_json=json.dumps([{"t": f"2099-01-0{n}", "v": n} for n in (1, 2, 3)])),
        ("a.json",), 1, "of the future",
    ),
    "a name that is taken": (
        lambda: written(a_csv=csv()), ("a.csv", "--name", "cboe"), 3, "'cboe' is taken",
    ),
    "a name that is none": (
        lambda: written(a_csv=csv()), ("a.csv", "--name", "My feed"), 3, "use a-z, 0-9 and _",
    ),
    "a zone that is none": (
        lambda: written(a_csv=csv()), ("a.csv", "--time-zone", "Mars"), 3, "time_zone",
    ),
    "a time that is none": (
        lambda: written(a_csv=csv()), ("a.csv", "--known-at", "noon"), 3, "a clock time (HH:MM)",
    ),
    "a lag that is none": (lambda: written(a_csv=csv()), ("a.csv", "--lag", "x"), 3, "lag"),
    "a lag too long": (lambda: written(a_csv=csv()), ("a.csv", "--lag", "900"), 3, "90"),
    "a column that is not there": (
        lambda: written(a_csv=csv()), ("a.csv", "--columns", "Clos"), 3, "did you mean 'Close'?",
    ),
    "a column with a cell that is no number": (
        lambda: written(a_csv="Date,Open,Close\n2025-04-09,1,1\n2025-04-10,1,'4\n"),
        ("a.csv", "--columns", "Close"), 3, "has \"'4\" in the row of 2025-04-10",
    ),
    "a unit that is none": (
        lambda: written(a_csv=csv()), ("a.csv", "--unit", "oz"), 3, "'index'",
    ),
    "a configuration in which no block has a place": (
        lambda: written(a_csv=csv(), config_toml='sources = { cboe = { enabled = false } }\n'),
        ("a.csv",), 3, "put it in by hand",
    ),
    "a configuration with a mistake": (
        lambda: written(a_csv=csv(), config_toml="[desk]\nnam = 1\n"), ("a.csv",), 3, "desk.nam",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", quick_where([*REFUSED][::3].__contains__, [*REFUSED]))
def test_wrong_input_is_one_error_and_no_change(name: str, config: Path) -> None:
    prepare, words, code, said = REFUSED[name]
    prepare()
    before = config.read_bytes()
    done = called("add", *words, "--yes", SET_TOKEN="abcdefgh")
    assert done.exit_code == code, done.output
    assert said in done.output
    assert "Traceback" not in done.output
    assert config.read_bytes() == before
    assert [one.name for one in config.parent.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize(
    "before",
    [
        b"",
        SMALL.encode().rstrip(),
        SMALL.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + SMALL.encode(),
    ],
    ids=["empty", "no end of line", "line ends of Windows", "a byte-order mark"],
)
def test_the_configuration_keeps_its_bytes_its_mode_and_its_place(
    before: bytes, tmp_path: Path, config: Path
) -> None:
    Path("gold.csv").write_text(csv(), "utf-8")
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_bytes(before)
    elsewhere.chmod(0o640)
    config.unlink()
    config.symlink_to(elsewhere)
    done = called("add", "gold.csv", "--yes")
    assert done.exit_code == 0, done.output
    after = elsewhere.read_bytes()
    assert after.startswith(before)
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert (b"\n" in after.replace(b"\r\n", b"")) == (b"\r\n" not in before)
    assert config.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o640
    assert block("gold")["path"] == "/gold.csv"


def test_a_configuration_that_changed_meanwhile_keeps_the_change(config: Path) -> None:
    """The block goes behind what is there when it is written, not what was there at the start."""
    Path("a.csv").write_text(csv(), "utf-8")
    Path("b.csv").write_text(csv(), "utf-8")
    assert called("add", "a.csv", "--yes").exit_code == 0
    assert called("add", "b.csv", "--yes").exit_code == 0
    assert block("a")["path"] == "/a.csv"
    assert block("b")["path"] == "/b.csv"
    assert called("add", "b.csv", "--yes").exit_code == 3  # its name is taken by now


def test_no_is_the_default_and_writes_nothing(config: Path) -> None:
    Path("gold.csv").write_text(csv(), "utf-8")
    done = called("add", answers=("gold.csv", *[""] * 11))
    assert done.exit_code == 0, done.output
    assert "nothing was written" in done.output
    assert config.read_text("utf-8") == SMALL


def test_columns_get_keys_of_their_own_and_a_comma_in_a_name_is_kept() -> None:
    rows = [f"{day};{one};2;x" for one, day in enumerate(weekdays(30))]
    head = "Date;Last, USD;Last  USD;Note"
    Path("gold.csv").write_text("\n".join([head, *rows]), "utf-8")
    done = called("add", "gold.csv", "--yes", "--columns", '"Last, USD"')
    assert done.exit_code == 0, done.output
    assert block("gold")["columns"]["last_usd"]["column"] == "Last, USD"
    done = called("add", "gold.csv", "--yes", "--name", "both")
    assert done.exit_code == 3
    assert "'last_usd' is taken" in done.output
    answers = ("", "", "", "", "", "", "a", "", "", "b", "", "", "y", "n")
    done = called("add", "gold.csv", "--name", "both", answers=answers)
    assert done.exit_code == 0, done.output
    assert list(block("both")["columns"]) == ["a", "b"]


def test_what_reads_a_workbook_is_named_where_it_is_missing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("gold.xlsx").write_bytes(xlsx({"Data": [["Date", "Close"]]}))
    monkeypatch.setitem(sys.modules, "openpyxl", None)  # as where it was never installed
    done = called("add", "gold.xlsx", "--yes")
    assert done.exit_code == 3
    assert "pip install '.[excel]'" in done.output
    assert config.read_text("utf-8") == SMALL
