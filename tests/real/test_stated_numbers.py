"""Every number that documents and docstrings state of the market rules comes out of the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from monitor.evaluate.known import Known
from monitor.history.replay import Replayed
from rules.context.base_rates import BASE_RATES
from rules.context.shipped_selloffs import FIRST, shipped_selloffs
from rules.figures.prices import plain_counts
from rules.terms import Severity
from tests.real.stated import END, Stated

ROOT = Path(__file__).resolve().parents[2]
NOTICE, WARNING, CRITICAL = Severity
PREMIUM = {"subject": "acm_10y"}
BEFORE = {**PREMIUM, "until": "2009"}
RULES, CONFIG, README = "docs/rules.md", "config.toml", "README.md"
MARKET_RULES = (
    "joint_selloff", "joint_selloff_weekly", "joint_selloff_monthly", "selloff_cluster",
    "haven_failure", "rates_up_dollar_down", "correlation_regime", "term_premium_day",
    "term_premium_jump",
)  # fmt: skip


@pytest.fixture(scope="module")
def stated(known: Known, replayed: Replayed) -> Stated:
    panel = known.read(("spx", "ust10y", "dxy", "acm_tp10y")).as_of(END)
    return Stated(panel, replayed)


# A number as it is printed, how it is measured, and where it stands, in its sentence.
STATED: tuple[tuple[str, Callable[[Stated], float], dict[str, str]], ...] = (
    ("24.2", lambda s: s.plain("1973-01-31"), {
        RULES: "16.6, and 24.2 since 1973",
        "rules/catalog/joint_selloff.py": "24.2 sessions a year since 1973",
    }),
    ("16.6", lambda s: s.plain("1999-01-01"), {
        RULES: "not notified | 16.6,", CONFIG: "0 fires on every one, 16.6 a year",
        "rules/catalog/joint_selloff.py": "since 1973, 16.6 since 1999",
    }),
    ("7.1", lambda s: s.rate("joint_selloff", NOTICE, "1999-01-01"), {
        RULES: "0 fires on every one | 7.1 |", CONFIG: "7.1 sessions a year since 1999",
    }),
    ("2.9", lambda s: s.rate("joint_selloff", WARNING, "1999-01-01"), {
        RULES: "0.5σ | 2.9 |", CONFIG: "2.9 a year",
    }),
    ("0.9", lambda s: s.rate("joint_selloff", CRITICAL, "1999-01-01"), {
        RULES: "at once | 0.9;", CONFIG: "0.9 a year",
    }),
    ("7", lambda s: s.beyond_the_absolute_sizes("2015-01-01"), {
        RULES: "7 sessions since 2015 by the absolute thresholds", CONFIG: "7 sessions since 2015",
    }),
    ("4.6", lambda s: s.by_the_index_of_the_afternoon()[0], {
        RULES: "4.6% of the joint sessions since 1999 drop out",
    }),
    ("13", lambda s: s.by_the_index_of_the_afternoon()[1], {
        RULES: "13% of those it gives are new",
    }),
    ("5", lambda s: s.by_the_index_of_the_afternoon()[0], {
        "rules/shared/dollar_leg.py": "5% of such sessions since 1999",
    }),
    ("1.2", lambda s: s.rate("joint_selloff_weekly", NOTICE, "1999-01-01"), {
        RULES: "0.25σ | 1.2 |", CONFIG: "1.2 weeks a year since 1999",
        "rules/catalog/joint_selloff_weekly.py": "notice or more 1.2 a year",
    }),
    ("0.6", lambda s: s.rate("joint_selloff_weekly", WARNING, "1999-01-01"), {
        RULES: "0.5σ | 0.6 |", CONFIG: "0.6 a year",
    }),
    ("0.07", lambda s: s.rate("joint_selloff_weekly", CRITICAL, "1999-01-01"), {
        RULES: "1σ | 0.07 |",
    }),
    ("0.25", lambda s: s.rate("joint_selloff_monthly", NOTICE, "1999-01-01"), {
        RULES: "| 1.2 | 0.25 |", CONFIG: "0.25 months a year since 1999",
    }),
    ("0", lambda s: s.rate("joint_selloff_monthly", WARNING, "1999-01-01"), {
        RULES: "0.6 | none",
    }),
    ("0.40", lambda s: s.cluster(0.25, by_chance=False), {RULES: "opened 0.4 times a year"}),
    ("0.11", lambda s: s.rate("selloff_cluster", WARNING, "1999-01-01"), {
        RULES: "0.11 reached warning",
    }),
    ("0.15", lambda s: s.cluster(0.25, by_chance=True), {
        RULES: "random order would open 0.15", CONFIG: "0.15 by chance",
        "rules/catalog/selloff_cluster.py": "independent days would open 0.15",
    }),
    ("1.4", lambda s: s.cluster(0.0, by_chance=False), {RULES: "open 1.4 times a year, and"}),
    ("1.3", lambda s: s.cluster(0.0, by_chance=True), {RULES: "1.3 by chance"}),
    ("3.7", lambda s: s.rate("haven_failure", NOTICE, "1999-01-01"), {
        RULES: "Since 1999 3.7, 1.8 and 0.7", CONFIG: "3.7 sessions a year since 1999",
        "rules/catalog/haven_failure.py": "notice or more 3.7 sessions",
    }),
    ("1.8", lambda s: s.rate("haven_failure", WARNING, "1999-01-01"), {CONFIG: "# 1.8 a year"}),
    ("0.7", lambda s: s.rate("haven_failure", CRITICAL, "1999-01-01"), {CONFIG: "# 0.7 a year"}),
    ("10.5", lambda s: s.deep_falls(2.0), {RULES: "falls of 2% or more came 10.5 times a year"}),
    ("1.7", lambda s: s.rate("rates_up_dollar_down", NOTICE, "1999-01-01"), {
        RULES: "opened 1.7 times a year", CONFIG: "1.7 times a year since 1999",
    }),
    ("0.9", lambda s: s.rate("rates_up_dollar_down", WARNING, "1999-01-01"), {
        RULES: "0.9 reached warning",
    }),
    ("0.4", lambda s: s.rate("rates_up_dollar_down", CRITICAL, "1999-01-01"), {
        RULES: "warning and 0.4 critical",
    }),
    ("0.5", lambda s: s.rate("correlation_regime", NOTICE, "1999-01-01", "stock_bond"), {
        RULES: "Since 1999 each opened 0.5 times a year",
    }),
    ("0.2", lambda s: s.rate("correlation_regime", WARNING, "1999-01-01", "stock_bond"), {
        RULES: "0.2 and 0.3 reached warning",
    }),
    ("0.3", lambda s: s.rate("correlation_regime", WARNING, "1999-01-01", "stock_dollar"), {
        RULES: "0.2 and 0.3 reached warning",
    }),
    ("0.4", Stated.regimes_by_chance, {RULES: "would open it 0.4 times a year"}),
    ("11.3", lambda s: s.rate("term_premium_day", NOTICE, "1999-01-01", **BEFORE), {
        RULES: "8.7bp or more | 11.3 |", CONFIG: "11.3 a year in 1999-2009",
    }),
    ("1.7", lambda s: s.rate("term_premium_day", WARNING, "1999-01-01", **BEFORE), {
        RULES: "15.3bp | 1.7 |",
    }),
    ("0.1", lambda s: s.rate("term_premium_day", CRITICAL, "1999-01-01", **BEFORE), {
        RULES: "25bp | 0.1 |",
    }),
    ("3.8", lambda s: s.rate("term_premium_jump", NOTICE, "1999-01-01", **BEFORE), {
        RULES: "95th percentiles | 3.8 |", CONFIG: "3.8 times a year in 1999-2009",
    }),
    ("1.1", lambda s: s.rate("term_premium_jump", WARNING, "1999-01-01", **BEFORE), {
        RULES: "99th percentiles | 1.1 |",
    }),
    ("0.5", lambda s: s.rate("term_premium_jump", CRITICAL, "1999-01-01", **BEFORE), {
        RULES: "at once | 0.5 |",
    }),
    ("12.6", lambda s: s.rate("term_premium_day", NOTICE, "2010-01-01", **PREMIUM), {
        RULES: "since 2010 they are 12.6, 2.5 and 0.4, and 3.9, 1.4 and 0.2",
    }),
    ("3.9", lambda s: s.rate("term_premium_jump", NOTICE, "2010-01-01", **PREMIUM), {
        RULES: "and 3.9, 1.4 and 0.2",
    }),
    ("8.7", lambda s: s.percentile_of_the_premium(1, 95), {CONFIG: "= 8.7 "}),
    ("15.3", lambda s: s.percentile_of_the_premium(1, 99), {CONFIG: "= 15.3 "}),
    ("18.6", lambda s: s.percentile_of_the_premium(5, 95), {CONFIG: "= 18.6 "}),
    ("28.9", lambda s: s.percentile_of_the_premium(5, 99), {CONFIG: "= 28.9 "}),
    ("36.1", lambda s: s.percentile_of_the_premium(21, 95), {CONFIG: "= 36.1"}),
    ("54.3", lambda s: s.percentile_of_the_premium(21, 99), {CONFIG: "= 54.3"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "measured", "places"), STATED, ids=[next(iter(one[2].values())) for one in STATED]
)
def test_a_stated_number_comes_out(
    stated: Stated, printed: str, measured: Callable[[Stated], float], places: dict[str, str]
) -> None:
    for path, sentence in places.items():
        text = " ".join((ROOT / path).read_text(encoding="utf-8").replace("\\n", " ").split())
        assert sentence in text, f"{path} does not say so any more"
    digits = len(printed.partition(".")[2])
    value = measured(stated)
    assert f"{value:.{digits}f}" == printed, value


@pytest.mark.parametrize(
    "key", [key for key in BASE_RATES if key.partition("/")[0] in MARKET_RULES]
)
def test_a_shipped_base_rate_comes_out(stated: Stated, key: str) -> None:
    rule_id, _, subject = key.partition("/")
    base = BASE_RATES[key]
    since, until = f"{base.since}-01", base.until[:4]
    found = [stated.rate(rule_id, least, since, subject, until) for least in Severity]
    shipped = [base.notice, base.warning, base.critical]
    assert found == pytest.approx(shipped, rel=0.03, abs=0.01)


def test_the_shipped_selloffs_are_those_of_the_rule(stated: Stated) -> None:
    found = stated.selloffs(0.25, str(FIRST))
    assert found == pytest.approx(dict(shipped_selloffs()), abs=0.006)


def test_the_plain_counts_are_those_of_the_documents_and_of_figure_2(stated: Stated) -> None:
    found = plain_counts(stated.panel)
    said = (ROOT / RULES).read_text(encoding="utf-8")
    counts = {name: f"{one.joint:,} of {one.periods:,}" for name, one in found.items()}
    assert counts == {
        "daily": "1,278 of 13,037", "weekly": "241 of 2,726", "monthly": "54 of 627",
    }  # fmt: skip
    assert all(one in said for one in counts.values())
    assert np.isfinite(found["daily"].pct)
