"""What each rule has drawn of its last alert: of what, in what unit, how often, against which
thresholds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from alerts.message.alert_chart import described
from monitor.config.plugins import rule_types
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.term_premium_jump import TermPremiumJump
from rules.catalog.weak_auction import WeakAuction
from rules.evaluation import Evaluations, Rule
from rules.model import Signal
from rules.plot import Plot, plots_of, read_for_plots
from tests.case_rows import positive_rows
from tests.spring_figures import rows_of, spring
from tests.support import history_of, judge, new_york, panel_of

END = new_york("2025-06-30 23:00")
CLOSES = (("title of spx", "index"), ("title of ust10y", "pct"), ("title of dxy", "index"))


def drawn(rule: Rule) -> tuple[Signal, tuple[Plot, ...]]:
    """The last alert of a rule's first positive case, and its plots as of when it was known."""
    rows = positive_rows(rule)
    signal = [
        judged.outline(int(row))
        for judged in judge(rule, rows, END).values()
        for row in np.flatnonzero(judged.severity > Evaluations.QUIET)
    ][-1]
    panel = panel_of(rule, rows, signal.known_at)
    return signal, plots_of(rule, panel, signal.subject, signal.period_end)


@pytest.mark.parametrize(
    ("rule_id", "titles_and_units", "frequency", "over"),
    [
        ("custody_outflow", (("title of custody_treasuries", "pct"),), "session", 4),
        ("foreign_share", (("Foreign share of the public debt", "pct"),), "month", 12),
        ("haven_failure", CLOSES[:2], "session", 1),
        ("joint_selloff", CLOSES, "session", 1),
        ("joint_selloff_weekly", CLOSES, "week", 1),
        ("joint_selloff_monthly", CLOSES, "month", 1),
        ("selloff_cluster", CLOSES, "session", 10),
        ("rates_up_dollar_down", CLOSES[1:], "session", 21),
        ("term_premium_day", (("title of acm_tp10y", "pct"), ("title of kw_tp10y", "pct")),
         "session", 1),
        ("term_premium_jump", (("title of acm_tp10y", "pct"), ("title of kw_tp10y", "pct")),
         "session", 21),
    ],
)  # fmt: skip
def test_levels_are_lines_over_the_span_of_the_judged_change(
    rule_id: str, titles_and_units: tuple[tuple[str, str], ...], frequency: str, over: int
) -> None:
    _, plots = drawn(rule_types()[rule_id]())
    assert [(plot.title, plot.unit) for plot in plots] == list(titles_and_units)
    for plot in plots:
        assert (plot.frequency, plot.over, plot.bars, plot.levels) == (frequency, over, False, ())
        assert [line.label for line in plot.lines] == [""]


def test_sales_by_all_are_bars_in_dollars_and_in_percent_of_holdings() -> None:
    signal, (in_bn, in_pct) = drawn(AggregateNetSales())
    assert signal.period_end == date(2025, 4, 30)
    assert (in_bn.title, in_bn.unit, in_bn.frequency, in_bn.bars) == (
        "All foreigners, net long-term Treasuries", "usd_bn", "month", True)  # fmt: skip
    assert (in_pct.title, in_pct.unit, in_pct.frequency, in_pct.bars) == (
        "All foreigners, net with bills as % of holdings", "pct", "month", True)  # fmt: skip
    # Judged in percent; in dollars there is no threshold.
    assert (in_bn.levels, in_pct.levels) == ((), (-0.5, -0.75, -1.0))
    assert [line.label for line in (*in_bn.lines, *in_pct.lines)] == ["for_lt_treas_net", "net_pct"]
    # Two years of months by one method, the judged one the last.
    assert in_pct.lines[0].days[-1] == np.datetime64(signal.period_end)
    assert len(in_pct.lines[0].days) == 26
    assert in_pct.lines[0].values[-1] == pytest.approx(-0.778, abs=0.001)


def test_a_dollar_threshold_of_sales_by_all_is_drawn_where_one_is_set() -> None:
    rule = AggregateNetSales(
        notice_net_sales_usd_bn=40.0, warning_net_sales_usd_bn=60.0, critical_net_sales_usd_bn=80.0
    )
    _, (in_bn, _) = drawn(rule)
    assert in_bn.levels == (-40.0, -60.0, -80.0)


def test_the_three_correlations_are_lines_over_a_year() -> None:
    _, (plot,) = drawn(rule_types()["correlation_regime"]())
    assert (plot.title, plot.unit, plot.frequency) == (
        "Stock-dollar correlation", "correlation", "session")  # fmt: skip
    assert (plot.span, plot.levels, plot.bars) == (252, (0.25,), False)


def test_the_share_at_an_auction_is_drawn_against_what_was_weak_for_it() -> None:
    signal, (plot,) = drawn(WeakAuction())
    (line,) = plot.lines
    assert (plot.title, plot.unit, plot.frequency, line.label) == (
        "10-year note, indirect bidders' share", "pct", "auction", "")  # fmt: skip
    # The mean of the twelve auctions before it, less the larger of 3pp and the notice's deviations.
    before = line.values[:-1]
    mean, spread = before.mean(), before.std(ddof=1)
    weak = mean - max(WeakAuction().notice_below_mean_sd * spread, 3.0)
    assert line.days[-1] == np.datetime64(signal.period_end)
    assert plot.levels == pytest.approx((weak,))
    assert len(before) == 12


@pytest.mark.parametrize(
    ("day", "over"),
    [
        # Over 5 and 21 sessions it rose by 44 and 31 bp, of sizes of 29 and 54.
        (date(2025, 4, 11), 5),
        (date(2025, 4, 22), 21),  # by 12 and 41
        # No number of so early a day, and no rise to choose by.
        (date(2024, 1, 4), 5),
    ],
)
def test_the_term_premium_is_drawn_over_the_sessions_in_which_it_rose_most(
    day: date, over: int
) -> None:
    rule = TermPremiumJump()
    panel = panel_of(rule, rows_of(spring(), rule.series), END)
    assert {plot.over for plot in plots_of(rule, panel, "acm_10y", day)} == {over}


@pytest.mark.parametrize("rule_id", sorted(rule_types()))
def test_what_is_read_for_a_chart_shows_what_all_a_rule_reads_would(rule_id: str) -> None:
    rule, rows = rule_types()[rule_id](), positive_rows(rule_types()[rule_id]())
    signal, whole = drawn(rule)
    series = read_for_plots(rule)
    assert set(series) <= set(rule.series)
    known = history_of([row for row in rows if row[0] in series], series).as_of(signal.known_at)
    found = plots_of(rule, known, signal.subject, signal.period_end)
    assert described(found, signal.period_end) == described(whole, signal.period_end)
    for one, other in zip(found, whole, strict=True):
        for mine, theirs in zip(one.lines, other.lines, strict=True):
            assert np.array_equal(mine.days, theirs.days)
            assert np.array_equal(mine.values, theirs.values)
