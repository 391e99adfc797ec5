"""The commands about the past: replay with its page, explain, tune, verdict and figures."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.config.load import build
from monitor.history.alert_rates import alert_rates, digests_with_news, reminders
from monitor.history.page import replay_document
from monitor.history.replay import Replayed, replay
from monitor.history.tune import thresholds, tune
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.terms import Severity
from state.database import Database
from tests.support import new_york

Run = Callable[..., Result]
SPAN = ("--from", "2024-01-01", "--to", "2025-12-31")
START, END = new_york("2024-01-01 00:00"), new_york("2025-12-31 23:59:59")


@pytest.fixture(scope="module")
def database(fifty_years: Path) -> Path:
    """Made figures of fifty years: what is tested here is the program, not the numbers."""
    return fifty_years


@pytest.fixture(scope="module")
def run(database: Path) -> Run:
    config = database.with_name("config.toml")

    def run_command(*words: str) -> Result:
        arguments = ["--config", str(config), "--db", str(database), *words]
        return CliRunner(env={**os.environ, "COLUMNS": "120"}).invoke(main, arguments)

    return run_command


@pytest.fixture(scope="module")
def replayed(database: Path) -> Replayed:
    return replay(build({}, {}, Path()), database, START, END)


@pytest.mark.slow
def test_a_replay_counts_every_alert_by_rule_severity_and_year(replayed: Replayed) -> None:
    lines = {one.rule_id: one for one in alert_rates(replayed)}
    alerts = replayed.alerts()
    assert len(alerts) > 40
    assert sum(sum(one.by_severity.values()) for one in lines.values()) == len(alerts)
    joint = lines["joint_selloff"]
    mine = [alert for alert in alerts if alert.rule_id == "joint_selloff"]
    assert joint.by_severity[Severity.CRITICAL] == sum(a.severity == 3 for a in mine)
    assert joint.by_year == {y: sum(a.opened_at.year == y for a in mine) for y in (2024, 2025)}
    assert joint.years == pytest.approx(2.0, abs=0.02)
    assert 0 < digests_with_news(replayed) <= 2 * 252
    lasted = [
        one
        for rule in replayed.rules
        for one in rule.verdicts.decided
        if one.outline.signal.known_at - one.outline.after.opened_at >= timedelta(30)
        and one.outline.after.severity >= Severity.WARNING
    ]
    assert 0 < reminders(replayed) <= len(lasted)


@pytest.mark.slow
def test_what_is_listed_and_what_is_counted_agree(run: Run, replayed: Replayed) -> None:
    found = json.loads(run("replay", *SPAN, "--json").output)
    assert [one["id"] for one in found] == [one.alert_id for one in replayed.alerts()]
    assert all(one["what_would_change_it"] for one in found)
    shown = run("replay", *SPAN).output
    assert f"{len(found):,} alerts in 2024 to 2025" in shown
    assert "Use --json for the list" in shown


@pytest.mark.slow
def test_a_rule_may_be_replayed_alone_and_by_other_thresholds(
    run: Run, tmp_path: Path, replayed: Replayed
) -> None:
    every = [one.alert_id for one in replayed.alerts() if one.rule_id == "haven_failure"]
    alone = json.loads(run("replay", *SPAN, "--rule", "haven_failure", "--json").output)
    assert [one["id"] for one in alone] == every
    other = tmp_path / "other.toml"
    other.write_text("[rules.haven_failure]\nnotice_spx_fall_pct = 2.0\n")
    fewer = json.loads(
        run("replay", *SPAN, "--rule", "haven_failure", "--config", str(other), "--json").output
    )
    assert 0 < len(fewer) < len(alone)
    wrong = run("replay", *SPAN, "--rule", "havenfailure")
    assert wrong.exit_code == 3
    assert "no rule 'havenfailure' is enabled; did you mean 'haven_failure'?" in wrong.output


@pytest.mark.slow
def test_the_page_of_a_replay_shows_every_rule_and_year(
    run: Run, replayed: Replayed, tmp_path: Path
) -> None:
    page = tmp_path / "timeline.html"
    assert f"wrote {page}" in run("replay", *SPAN, "--html", str(page)).output
    text = page.read_text(encoding="utf-8")
    assert text == replay_document(replayed)
    assert text.count("<svg") == 1
    for one in alert_rates(replayed):
        assert one.title in text
    assert ">2024<" in text


@pytest.mark.slow
def test_an_alert_is_explained_with_its_steps_and_inputs(run: Run, replayed: Replayed) -> None:
    alert = next(one for one in replayed.alerts() if one.rule_id == "haven_failure")
    told = alert.opened_at + timedelta(hours=1)
    done = run("explain", alert.alert_id, "--as-of", told.isoformat())
    assert done.exit_code == 0, done.output
    for part in ("Rule", "notice_spx_fall_pct", "History (event", "opened"):
        assert part in done.output
    assert re.search(rf"ust10y +{alert.episode} ", done.output)
    assert "(assumed)" in done.output
    assert "yahoo.spx" in done.output  # what it was compared with
    before = run("explain", alert.alert_id, "--as-of", (alert.opened_at - timedelta(1)).isoformat())
    assert before.exit_code == 1
    assert "expected an alert that existed at" in before.output


@pytest.mark.slow
def test_a_rule_is_explained_by_its_newest_answers(run: Run) -> None:
    done = run("explain", "correlation_regime", "--as-of", "2025-04-11T12:00:00Z")
    assert "stock_bond" in done.output
    assert "stock_dollar" in done.output
    assert "2025-04-10" in done.output
    assert "2025-04-11" not in done.output.partition("Latest results")[2].partition("--")[0]
    wrong = run("explain", "no_such_rule")
    assert wrong.exit_code == 1
    assert "expected the id of an alert or of a rule" in wrong.output


@pytest.mark.slow
def test_tuning_shows_the_noise_of_each_threshold(run: Run, database: Path) -> None:
    shown = run("tune", "haven_failure", *SPAN).output
    assert "critical_spx_fall_pct" in shown
    assert "* = current setting" in shown
    config = build({}, {}, Path())
    rule = config.rules["haven_failure"]
    found = list(tune(config, database, rule, START, END, {"notice_spx_fall_pct": [1.0, 1.5]}))
    many, some = (sum(one.alert_rates.by_severity.values()) for one in found)
    assert many > some
    assert [one.is_set for one in found] == [False, True]


@pytest.mark.slow
def test_a_grid_is_every_combination_and_mistakes_are_told(run: Run) -> None:
    vary = ("--vary", "warning_spx_fall_pct=2,3", "--vary", "min_ust10y_rise_bp=1,2,5")
    shown = run("tune", "haven_failure", *SPAN, *vary).output.splitlines()
    (names,) = [n for n, line in enumerate(shown) if "warning_spx_fall_pct" in line]
    table = [line.partition("  ")[::2] for line in shown[names + 1 : names + 7]]
    assert [mark for mark, _ in table] == ["*", "", "", "", "", ""]
    settings = [tuple(rest.split()[:2]) for _, rest in table]
    assert settings == [(fall, rise) for fall in "23" for rise in "125"]
    many = ",".join(f"{number / 1000 + 1:.3f}" for number in range(1001))
    for words, said in (
        (("--vary", "nope=1"), "expected thresholds of the rule, got nope; known are"),
        (("--vary", "min_ust10y_rise_bp=-1"), "greater than 0"),
        (("--vary", "min_ust10y_rise_bp=x"), "is not like"),
        (
            ("--vary", f"min_ust10y_rise_bp={many}", "--vary", f"warning_spx_fall_pct={many}"),
            "at most 1,000,000",
        ),
    ):
        wrong = run("tune", "haven_failure", *SPAN, *words)
        assert wrong.exit_code != 0
        assert said in wrong.output


def test_tuning_without_a_database_says_how_to_make_one(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    done = CliRunner().invoke(main, ["--config", str(config), "tune", "haven_failure"])
    assert done.exit_code == 1
    assert "havenwatch backfill" in done.output
    assert not (tmp_path / "havenwatch.db").exists()


def test_thresholds_in_a_table_have_dotted_names() -> None:
    found = thresholds(ForeignNetSales())
    assert found["countries.japan.warning_net_sales_usd_bn"] == 20.0
    assert all(isinstance(value, int | float) for value in found.values())


@pytest.mark.slow
def test_the_verdict_is_printed_with_every_rule(run: Run) -> None:
    shown = run("verdict", "--at", "2026-06-25T12:00:00Z").output
    assert shown.startswith("Are foreigners dumping Treasuries?")
    found = json.loads(run("verdict", "--at", "2026-06-25T12:00:00Z", "--json").output)
    names = ["flows", "custody", "auctions", "price action", "term premium", "share"]
    assert [one["name"] for one in found["headings"]] == names
    for one in found["headings"]:
        assert one["name"] in shown
        assert one["reading"] in ("supports", "neutral", "contradicts", "not enough data")
    horizons = ["today", "last published month", "3 months", "12 months", "structure"]
    assert [one["name"] for one in found["horizons"]] == horizons
    for one in found["horizons"]:
        assert one["name"] in shown
        assert one["confidence"] in ("high", "medium", "low", "no data")
    early = json.loads(run("verdict", "--at", "1960-01-01T00:00:00Z", "--json").output)
    assert {one["reading"] for one in early["headings"]} == {"not enough data"}


@pytest.mark.slow
def test_the_six_figures_are_drawn_with_a_page(run: Run, tmp_path: Path) -> None:
    done = run("figures", "--out", str(tmp_path / "out"), "--at", "2026-06-25T12:00:00Z")
    assert done.exit_code == 0, done.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    drawn = {f"figure-{n}.{form}" for n in range(1, 7) for form in ("png", "svg")}
    assert written == {*drawn, "index.html"}
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 6
    assert page.count("<b>The article:</b>") == 6
    assert page.count("<b>Today:</b>") == 6
    assert "680 of 13,632 (5.0%)" in page


def test_without_data_the_figures_say_so(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    Database(tmp_path / "havenwatch.db").close()
    done = CliRunner().invoke(
        main, ["--config", str(config), "figures", "--out", str(tmp_path / "none")]
    )
    assert done.exit_code == 0, done.output
    page = (tmp_path / "none" / "index.html").read_text(encoding="utf-8")
    assert page.count("Nothing to show: it needs ") >= 5
    assert page.count(">nothing stored to draw<") == 6
