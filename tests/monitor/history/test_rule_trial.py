"""What a rule would have told: how often, in which years, the last, and the episodes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.config.load import build
from monitor.evaluate.known import Known
from monitor.history.rule_sizes import movable_sizes
from monitor.history.rule_trial import RuleTrial, trial_of
from monitor.history.rule_trial_tables import episodes_table, last_table, trial_sentence
from monitor.history.tune import thresholds, tune
from monitor.terminal.render_rule_trial import print_rule_trial
from rules.model import Analogue
from rules.terms import Severity
from tests.case_rows import positive_rows
from tests.support import history_of, new_york

START, END = new_york("2024-12-01 00:00"), new_york("2025-05-24 12:00")
BLOCK: dict[str, Any] = {
    "type": "conditions",
    "title": "Deep fall",
    "kind": "event",
    "all": [{"series": "spx", "change_pct": 1, "below_pct": {"notice": -2, "critical": -5}}],
}


@pytest.fixture(scope="module")
def trial() -> RuleTrial:
    config = build({"rules": {"deep_fall": BLOCK}}, {}, Path())
    rule = config.rules["deep_fall"]
    rows = positive_rows(config.rules["joint_selloff"])
    mine = [row for row in rows if row[0] in rule.series and row[1] >= date(2024, 12, 2)]
    return trial_of(config, Known.whole(history_of(mine, rule.series)), rule, START, END)


def test_it_counts_the_alerts_of_each_severity_and_year(trial: RuleTrial) -> None:
    assert trial.rate.by_severity == {
        Severity.NOTICE: 6, Severity.WARNING: 0, Severity.CRITICAL: 1,
    }  # fmt: skip
    assert sum(trial.by_year[2025].values()) + sum(trial.by_year[2024].values()) == 7
    assert trial_sentence(trial) == "7 alerts, 2024-12-03 to 2025-05-23."


def test_the_last_come_first_with_what_followed(trial: RuleTrial) -> None:
    newest = trial.last[0]
    assert newest.alert.episode == date(2025, 4, 21)
    assert newest.headline == "Deep fall on Mon 21 Apr 2025: S&P 500 −2.36%."
    assert last_table(trial).rows[0][:4] == (
        "2025-04-21",
        "notice",
        "−2.36%",
        "+2.5 / +7.2 / +15.2",
    )


def test_the_last_are_headed_by_what_their_table_has(trial: RuleTrial) -> None:
    assert last_table(trial).heading == "Last 7 alerts: next 1d / 5d / 21d"
    nothing = Analogue(date(2025, 4, 21), None, "", (), (), ())
    bare = replace(trial, last=tuple(replace(one, after=nothing) for one in trial.last))
    table = last_table(bare)
    assert (table.heading, table.columns) == ("Last 7 alerts", ("period", "severity", "value"))


def test_the_bars_of_the_years_say_what_they_are(
    trial: RuleTrial, capsys: pytest.CaptureFixture[str]
) -> None:
    print_rule_trial(trial, as_json=False)
    assert "Alerts a year: 2024 ▁█ 2025, from 1 to 6" in capsys.readouterr().out


def test_an_episode_is_caught_missed_or_not_covered(trial: RuleTrial) -> None:
    told = {row[0]: row[2] for row in episodes_table(trial).rows}
    assert told["Tariffs"] == "critical, first on 2025-04-03"
    assert "Lehman" not in told
    assert told["Moody's downgrade of the US"] == "missed"


def test_every_declared_size_may_be_tuned_and_moved() -> None:
    rule = build({"rules": {"deep_fall": BLOCK}}, {}, Path()).rules["deep_fall"]
    names = set(thresholds(rule))
    assert names == {
        "all.0.change_pct", "all.0.below_pct.notice", "all.0.below_pct.critical",
        "cooldown_periods",
    }  # fmt: skip
    sizes = {one.name: one for one in movable_sizes(rule, {})}
    assert set(sizes) == names
    notice = sizes["all.0.below_pct.notice"]
    assert (notice.lowest, notice.value, notice.highest) == (-6.0, -2.0, -0.5)
    assert notice.label == "S&P 500, change: at or below % (notice)"


def test_the_command_says_the_same_and_sends_nothing(fifty_years: Path, tmp_path: Path) -> None:
    lines = [
        "[state]",
        f'path = "{fifty_years}"',
        "[rules.deep_fall]",
        'type = "conditions"',
        'title = "Deep fall"',
        'kind = "event"',
    ]
    lines.append('all = [{ series = "spx", change_pct = 21, below_pct = { notice = -5 } }]')
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    before = fifty_years.stat().st_mtime_ns
    called = ["--config", str(path), "rules", "try", "deep_fall", "--since", "2024-01-01"]
    done = CliRunner().invoke(main, called)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Deep fall: ")
    assert "Known episodes" in done.output
    found = json.loads(CliRunner().invoke(main, [*called, "--json"]).output)
    assert found["rule"] == "deep_fall"
    assert found["alerts_a_year"]["critical"] == 0.0
    assert fifty_years.stat().st_mtime_ns == before
    config = build({"rules": {"deep_fall": BLOCK}}, {}, tmp_path)
    vary = {"all.0.below_pct.notice": [-1.0, -3.0]}
    rule = config.rules["deep_fall"]
    runs = list(tune(config, fifty_years, rule, START, END, vary))
    most, fewest = (one.alert_rates.by_severity[Severity.NOTICE] for one in runs)
    assert most > fewest
