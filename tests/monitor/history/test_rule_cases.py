"""A desk's own cases: what they change, what they expect, and what is said where it is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.config.load import Config, load
from monitor.errors import ConfigInvalid
from monitor.evaluate.chains import Chained
from monitor.history.replay import chained
from monitor.history.rule_cases import run_case
from state.database import Database

PAGE = Path(__file__).parents[3] / "docs" / "own-rules.md"
RULE = """
[series.twice]
title = "Twice DXY"
unit = "index"
sum = { dxy = 2 }

[rules.jump]
type = "conditions"
title = "Jump"
kind = "event"
all = [{ series = "twice", change_pct = 1, above_pct = { notice = 2, warning = 3 } }]
"""
CASE = """
title = "a jump of 3%"
rule = "jump"
as_of = "2025-04-10 23:00"

[[line]]
series = "dxy"
periods = [2025-04-09, 2025-04-10]
values = [100.0, 103.0]

[expect]
period = 2025-04-10
answer = "firing"
severity = "warning"
measure = 3.0
says = ["Twice DXY +3.00%"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "config.toml").write_text(RULE, encoding="utf-8")
    return load(tmp_path / "config.toml", {})


@pytest.fixture
def archive(config: Config) -> Iterator[Chained]:
    with closing(Database(config.database)) as database:
        yield chained(config, database)


def wrong(config: Config, archive: Chained, text: str, folder: Path) -> tuple[str, ...]:
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return run_case(config, archive, path).wrong


def test_a_rule_that_answers_as_expected(config: Config, archive: Chained, tmp_path: Path) -> None:
    assert wrong(config, archive, CASE, tmp_path) == ()


TURNS: tuple[tuple[str, str, str], ...] = (
    (
        "103.0]",
        "102.5]",
        "expected warning, got notice: Jump on Thu 10 Apr 2025: Twice DXY +2.50%.",
    ),
    ("103.0]", "101.0]", "expected firing, got quiet: Jump on Thu 10 Apr 2025: Twice DXY +1.00%."),
    ("measure = 3.0", "measure = 3.1", "expected a measure of 3.1, got 3.00"),
    ("+3.00%", "+4.00%", "expected 'Twice DXY +4.00%' in: Jump on"),
    ('rule = "jump"', 'rule = "jmp"', "the configuration has no rule 'jmp'; did you mean 'jump'?"),
    ('answer = "firing"', 'answer = "firing"\nsubject = "us"', "no subject 'us'; there are desk"),
    ("period = 2025-04-10", "period = 2025-04-11", "no answer for 2025-04-11"),
    ("[expect]", '[[drop]]\nseries = "dxy"\nperiod = 2025-04-09\n[expect]', ""),
    (
        "[expect]",
        '[[set]]\nseries = "dxy"\nperiod = 2025-04-10\nvalue = 90.0\n'
        'known = "2025-04-11 09:00"\n[expect]',
        "",
    ),
    (
        "[expect]",
        '[[set]]\nseries = "dxy"\nperiod = 2025-04-10\nvalue = 102.1\n'
        'known = "2025-04-10 23:00"\n[expect]',
        "expected warning, got notice: Jump on Thu 10 Apr 2025: Twice DXY +2.10%.",
    ),
    # Known by default when the publisher usually has it, and never before: yahoo at 17:30.
    ("2025-04-10 23:00", "2025-04-10 17:30", ""),
    ("2025-04-10 23:00", "2025-04-10 17:29", "no answer for 2025-04-10"),
    ("2025-04-10 23:00", "2025-04-02 23:00", "no answer for 2025-04-10"),
)


@pytest.mark.parametrize(("old", "new", "expected"), TURNS)
def test_what_is_otherwise_is_said(
    config: Config, archive: Chained, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    found = wrong(config, archive, CASE.replace(old, new, 1), tmp_path)
    assert found == () if not expected else expected in found[0]


def test_a_number_known_too_late_is_named_where_the_case_fails(
    config: Config, archive: Chained, tmp_path: Path
) -> None:
    found = wrong(config, archive, CASE.replace("10 23:00", "09 23:00", 1), tmp_path)
    assert found == (
        "no answer for 2025-04-10: the period has no number of every series",
        "dxy of Thu 10 Apr 2025 is known only from Thu 10 Apr 2025 17:30 EDT, after as_of: move "
        "as_of, or give known",
    )


def test_a_number_that_replaces_a_stored_one_is_not_known_before_it(
    config: Config, fifty_years: Path, tmp_path: Path
) -> None:
    text = CASE.replace("10 23:00", "10 12:00", 1)
    with closing(Database(fifty_years, read_only=True)) as database:
        found = wrong(config, chained(config, database), text, tmp_path)
    assert "no answer for 2025-04-10" in found[0]
    assert "after as_of" in found[1]


def test_the_case_in_the_docs_is_right_beside_the_feed_and_the_rule_there(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    blocks = [dedent(one) for one in re.findall(r"^ *```toml\n.*?^ *```", page, re.S | re.M)]
    written = [one.strip("`").removeprefix("toml\n") for one in blocks]
    heads = ("[sources.gold]", "[rules.gold_jump]", 'title = "a jump')
    feed, rule, case = (next(one for one in written if one.startswith(head)) for head in heads)
    (tmp_path / "config.toml").write_text(feed + rule, encoding="utf-8")
    config = load(tmp_path / "config.toml", {})
    with closing(Database(config.database)) as database:
        assert wrong(config, chained(config, database), case, tmp_path) == ()
        fewer = case.replace("18:30", "23:30")
        assert "no answer" in wrong(config, chained(config, database), fewer, tmp_path)[0]


def test_stored_numbers_are_what_a_case_begins_with(
    config: Config, fifty_years: Path, tmp_path: Path
) -> None:
    text = CASE.replace("[2025-04-09, 2025-04-10]", "[2025-04-10]").replace("[100.0, ", "[")
    with closing(Database(fifty_years, read_only=True)) as database:
        found = wrong(config, chained(config, database), text.replace("103.0", "1000.0"), tmp_path)
    assert not any("no answer" in one for one in found)
    assert "expected a measure of 3" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("as_of", "as_off", "case.toml.as_off: unknown name 'as_off'; did you mean 'as_of'?"),
        ('"2025-04-10 23:00"', '"10 April 2025, 23h"', "write times as 2025-04-10 23:00"),
        ("values = [100.0, 103.0]", "values = [100.0]", "as many values as periods"),
        ('answer = "firing"', 'answer = "fires"', "case.toml.expect.answer: expected"),
        ("title =", "title = =", "not TOML"),
        (
            'series = "dxy"',
            'series = "dxyy"',
            "case.toml.line.0.series: unknown name 'dxyy'; did you mean 'dxy'?",
        ),
        (
            'series = "dxy"',
            'series = "vix"',
            "case.toml.line.0.series: jump does not read vix; name a series that it reads: dxy",
        ),
        (
            'series = "dxy"',
            'series = "twice"',
            "case.toml.line.0.series: twice is made of others; set those: dxy",
        ),
        (
            "[2025-04-09,",
            "[2025-04-06,",
            "case.toml.line.0.periods.0: dxy has no number of Sun 6 Apr 2025 (Monday to Friday); "
            "name a day on which it has, such as 2025-04-04",
        ),
        (
            "[expect]",
            '[[drop]]\nseries = "dx"\nperiod = 2025-04-09\n[expect]',
            "case.toml.drop.0.series: unknown name 'dx'; did you mean 'dxy'?",
        ),
        (
            "[expect]",
            '[[drop]]\nseries = "dxy"\nperiod = 2025-04-05\n[expect]',
            "case.toml.drop.0.period: dxy has no number of Sat 5 Apr 2025",
        ),
        (
            "[expect]",
            '[[weekly]]\nseries = "dxy"\nuntil = 2025-04-06\nweeks = 3\npattern = [1.0]\n[expect]',
            "case.toml.weekly.0.until: dxy has no number of Sun 23 Mar 2025",
        ),
        (
            "[expect]",
            '[[set]]\nseries = "dxy"\nperiod = 2025-04-10\nvalue = 90.0\n'
            'known = "2025-04-09 18:30"\n[expect]',
            "case.toml.set.0.known: 2025-04-09 18:30 is before Thu 10 Apr 2025; give a later time",
        ),
        (
            "[expect]",
            '[[set]]\nseries = "dxy"\nperiod = 2025-04-10\nvalue = 90.0\n'
            'known = "10 April 2025, 18h"\n[expect]',
            "write times as 2025-04-10 23:00",
        ),
    ],
)
def test_a_mistake_in_a_case_is_told(
    config: Config, archive: Chained, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        wrong(config, archive, CASE.replace(old, new, 1), tmp_path)
    assert expected in str(caught.value)


def test_the_command_runs_a_folder_and_fails_where_one_does(
    config: Config, archive: Chained, tmp_path: Path
) -> None:
    def called(*paths: Path) -> Any:
        words = ["--config", str(tmp_path / "config.toml"), "rules", "test", *map(str, paths)]
        return CliRunner().invoke(main, words)

    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "right.toml").write_text(CASE, encoding="utf-8")
    done = called(cases)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 case, 0 failed")
    text = CASE.replace("103.0]", "101.0]").replace("a jump", "no jump")
    (cases / "wrong.toml").write_text(text, encoding="utf-8")
    done = called(cases)
    assert done.exit_code == 1
    assert "FAILED  no jump of 3%" in done.output
    assert done.output.splitlines()[-1] == "2 cases, 1 failed"
    (cases / "broken.toml").write_text(CASE.replace('"dxy"', '"dxyy"'), encoding="utf-8")
    done = called(cases)
    assert "FAILED  cannot be run" in done.output
    assert "did you mean 'dxy'?" in done.output
    assert done.output.splitlines()[-1] == "3 cases, 2 failed"


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(("name", "said"), [("none", "no such file"), ("empty", "holds no case")])
def test_a_path_without_a_case_is_refused_with_how_to_write_one(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    words = ["--config", str(tmp_path / "config.toml"), "rules", "test", str(tmp_path / name)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code != 0
    assert said in done.output
    assert "docs/own-rules.md" in done.output
    assert "init" not in done.output
