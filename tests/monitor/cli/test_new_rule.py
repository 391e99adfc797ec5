"""A rule from answers: what is written loads, does what was answered, and replaces nothing else."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from alerts.titles import OPERATIONAL_TITLES
from monitor.cli.main import main
from monitor.cli.questions import Questions
from monitor.cli.rule_questions import RuleQuestions
from monitor.config.load import build
from monitor.history.proposed_sizes import NOTHING_STORED
from tests.slow import quick_where

BEFORE = '# of the desk\r\n[desk]\r\nname = "Rates"\r\n'
# A table of the desk's own, of which nothing is stored.
GOLD = """
[sources.gold]
type = "table"
publisher = "the desk's terminal"
base_url = "file:///srv/havenwatch"
path = "/gold.csv"
columns.close = { column = "close", title = "Gold", unit = "index", plausible = [100, 20000] }
"""
DEFAULTS = ("",) * 12


@pytest.fixture
def config(fifty_years: Path, tmp_path: Path) -> Path:
    found = tmp_path / "config.toml"
    rest = f'\n[state]\npath = "{fifty_years}"\n{GOLD}'
    found.write_bytes(f"{BEFORE}{rest}".encode())
    found.chmod(0o640)
    return found


def answered(config: Path, *answers: str, words: tuple[str, ...] = ("mine",)) -> Result:
    piped = "".join(f"{one}\n" for one in answers)
    return CliRunner().invoke(main, ["--config", str(config), "rules", "new", *words], input=piped)


def rule_in(config: Path, name: str = "mine") -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(config.read_bytes().decode())["rules"][name]
    return found


def test_defaults_make_a_rule_that_loads_and_can_be_tried(config: Path) -> None:
    done = answered(config, "ust10y", *DEFAULTS, words=())
    assert done.exit_code == 0, done.output
    assert config.read_bytes().startswith(BEFORE.encode())
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    rule = rule_in(config, "ust10y_change_5")
    (condition,) = rule["all"]
    sizes = condition["above_bp"]
    assert (condition["series"], condition["change"], rule["kind"]) == ("ust10y", 5, "condition")
    assert 0 < sizes["notice"] < sizes["warning"] < sizes["critical"]
    assert "times a year (notice)" in done.output
    assert "alerts a year, 1973 to 2026" in done.output
    tried = CliRunner().invoke(main, ["--config", str(config), "rules", "try", "ust10y_change_5"])
    assert tried.exit_code == 0, tried.output
    assert answered(config, "ust10y", *DEFAULTS, words=()).exit_code == 0
    assert "ust10y_change_5_new" in config.read_text(encoding="utf-8")


# The answers, and what of the block they make.
WRITTEN: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "a fall, without history": (
        ("gold.close", "change_pct", "1", "below", "-2", "-3.5", "none", "none", "", "Gold falls",
         'Not "dumping".'),
        {"all": [{"series": "gold.close", "change_pct": 1,
                  "below_pct": {"notice": -2, "warning": -3.5}}],
         "kind": "event", "title": "Gold falls", "caveat": 'Not "dumping".'},
    ),
    "two conditions and a close": (
        ("dxy", "zscore", "63", "above", "2", "3", "4", "vix", "level", "above", "25", "none",
         "condition", "1", "", ""),
        {"all": [{"series": "dxy", "zscore": 63,
                  "above_sd": {"notice": 2, "warning": 3, "critical": 4}},
                 {"series": "vix", "above": 25}],
         "kind": "condition", "close_when": {"series": "dxy", "zscore": 63, "below_sd": 1},
         "title": "ICE DXY, z-score over 63 sessions"},
    ),
    "flows in dollars": (
        ("tic.99996.for_lt_treas_net", "sum", "3", "below", "-10", "", "", "none", "event", "", ""),
        {"kind": "event"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", quick_where("two conditions and a close".__eq__, WRITTEN))
def test_the_block_is_what_was_answered(config: Path, name: str) -> None:
    answers, wanted = WRITTEN[name]
    done = answered(config, *answers)
    assert done.exit_code == 0, done.output
    rule = rule_in(config)
    assert {key: rule[key] for key in wanted} == wanted
    assert CliRunner().invoke(main, ["--config", str(config), "config", "check"]).exit_code == 0


REFUSED = {
    "a series that is none": (("ust10",), 3, "did you mean 'ust10y'?"),
    "a series like none": (("platinum",), 3, " more"),
    "a statistic that is none": (("dxy", "chnge"), 3, "did you mean 'change'?"),
    "a window in words": (("dxy", "change", "five"), 3, "expected a valid integer"),
    "a window too long": (("dxy", "change", "99999"), 3, "less than or equal to 2600"),
    "a window of a re-estimated series": (("acm_tp10y", "change", "61"), 3, "use 60 or fewer"),
    "a size in words": (("dxy", "", "", "", "2%"), 3, "expected a number or none, got '2%'"),
    "a size without end": (("dxy", "", "", "", "inf"), 3, "expected a number or none"),
    "sizes that fall": (("dxy", "", "", "", "3", "2", "1"), 3, "let it rise from notice"),
    "no size": (("dxy", "", "", "", "none", "none", "none"), 3, "set notice, warning or critical"),
    "no size where nothing is stored": (("gold.close", "", "", "", ""), 1, "Notice size"),
    "no size of another": (
        ("dxy", "", "", "", "", "", "", "vix", "", "", "", "none"), 3, "has no size",
    ),
    "a close in words": (
        ("dxy", "", "", "", "", "", "", "", "condition", "low"), 3, "expected a number or none",
    ),
    "no more answers": (("dxy",), 1, "pipe one answer a line"),
}  # fmt: skip


# One of each kind of question; the others ask again from the start what has been answered.
QUICK = {"a series that is none", "a window too long", "sizes that fall", "no more answers"}


@pytest.mark.parametrize("name", quick_where(QUICK.__contains__, REFUSED))
def test_a_wrong_answer_is_named_and_nothing_is_written(config: Path, name: str) -> None:
    answers, code, said = REFUSED[name]
    before = config.read_bytes()
    done = answered(config, *answers)
    assert done.exit_code == code, done.output
    assert said in done.output
    assert "Traceback" not in done.output
    assert config.read_bytes() == before
    assert [*config.parent.glob("*.part")] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("joint_selloff", "'joint_selloff' is taken"),
        ("Gold", "use a-z, 0-9 and _"),
        (next(iter(OPERATIONAL_TITLES)), "is taken"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_anything_is_asked(
    config: Path, name: str, said: str
) -> None:
    done = answered(config, words=(name,))
    assert done.exit_code == 3
    assert said in done.output
    assert "Series" not in done.output


def test_a_dry_run_writes_nothing(config: Path) -> None:
    before = config.read_bytes()
    done = answered(config, "dxy", *DEFAULTS, words=("mine", "--dry-run"))
    assert done.exit_code == 0, done.output
    assert "[rules.mine]" in done.output
    assert "Nothing was written (--dry-run)." in done.output
    assert config.read_bytes() == before


def test_without_a_database_it_says_that_nothing_is_stored(config: Path) -> None:
    config.write_text(GOLD, encoding="utf-8")
    done = answered(config, "dxy", "", "", "", "1.5", *DEFAULTS)
    assert done.exit_code == 0, done.output
    assert "havenwatch backfill loads the history" in done.output
    assert rule_in(config)["all"][0]["above_pct"] == {"notice": 1.5}
    assert [one.name for one in config.parent.iterdir()] == ["config.toml"]


@pytest.mark.slow
def test_a_link_stays_one(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    assert answered(link, "dxy", *DEFAULTS).exit_code == 0
    assert link.is_symlink()
    assert rule_in(config)["title"] == "ICE DXY, change over 5 sessions"


def test_a_file_to_which_no_block_can_be_added_stays_as_it_is(config: Path) -> None:
    config.write_text("rules = { }\n", encoding="utf-8")
    done = answered(config, "dxy", "", "", "", "1", *DEFAULTS)
    assert done.exit_code == 3
    assert "the block cannot stand at its end" in done.output
    assert config.read_text(encoding="utf-8") == "rules = { }\n"


@pytest.mark.slow
def test_a_file_that_cannot_be_written_is_said(config: Path) -> None:
    before = config.read_bytes()
    (config.parent / f".config.toml.{os.getpid()}.part").write_text("another's")
    done = answered(config, "dxy", *DEFAULTS)
    assert done.exit_code == 1
    assert "a file that can be written" in done.output
    assert config.read_bytes() == before


def test_at_a_terminal_a_wrong_answer_can_be_given_again() -> None:
    asked = Questions({}, asks=True, is_terminal=True, command="rules new")
    rules = RuleQuestions(asked, build({}, {}, Path()), lambda _: NOTHING_STORED)
    answers = ["ust10", "ust10y", "change", "0", "5", "above", "x", "10", "5", "", "10", "20", "",
               "", "", "", "", "", "Joint", "jumpy"]  # fmt: skip
    piped = "".join(f"{one}\n" for one in answers)
    with CliRunner().isolation(input=piped) as (_, err, _):
        name, settings = rules.ask("")
    assert name == "jumpy"
    assert settings["all"] == [
        {"series": "ust10y", "change": 5, "above_bp": {"notice": 10.0, "warning": 20.0}}
    ]
    said = err.getvalue().decode()
    for wrong in ("did you mean 'ust10y'?", "condition.change: expected", "got 'x'",
                  "let it rise", "'Joint' is no name"):  # fmt: skip
        assert wrong in said
