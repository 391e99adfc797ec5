"""What each rule has drawn of its last alert: of what, in what unit, how often, against which
thresholds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import numpy as np
import pytest

from alerts.message.alert_chart import described
from monitor.config.plugins import rule_types
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.term_premium_jump import TermPremiumJump
from rules.catalog.weak_auction import WeakAuction
from rules.evaluation import Evaluations, Rule
from rules.figure import Line
from rules.model import Signal
from rules.plot import Plot, plots_of, read_for_plots, series_plot
from tests.case_rows import positive_rows
from tests.spring_figures import rows_of, spring
from tests.support import Row, history_of, judge, new_york, panel_of

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
        ("foreign_share", (("Foreign share of debt held by the public", "pct"),), "month", 12),
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


def test_sales_of_foreign_bonds_are_bars_over_four_weeks_against_the_notice() -> None:
    signal, (plot,) = drawn(rule_types()["japan_foreign_debt"]())
    assert (plot.title, plot.unit, plot.frequency, plot.bars, plot.levels) == (
        "Japan: net purchases of foreign long-term debt over 4 weeks",
        "jpy_bn", "week", True, (-2430.0,))  # fmt: skip
    (line,) = plot.lines
    assert (line.label, line.days[-1]) == ("", np.datetime64(signal.period_end))
    assert line.values.tolist()[-3:] == pytest.approx([-677.6, -2896.5, -3324.1])


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


@pytest.mark.parametrize(
    ("rule_id", "series"),
    [
        ("custody_outflow", ("custody_treasuries",)),
        ("term_premium_day", ("acm_tp10y", "kw_tp10y")),
        ("joint_selloff_weekly", ("spx", "ust10y", "dxy")),
    ],
)
def test_no_more_is_read_for_a_chart_than_it_shows(rule_id: str, series: tuple[str, ...]) -> None:
    assert read_for_plots(rule_types()[rule_id]()) == series


class Plain:
    """A rule that does not say what shows it."""

    needs = (("spx",), ("dxy", "usd_basket"))
    series = ("spx", "dxy", "usd_basket", "vix")


def test_a_rule_that_does_not_say_is_shown_by_the_first_of_each_group_it_has_a_number_of() -> None:
    days = (date(2025, 4, 8), date(2025, 4, 9), date(2025, 4, 10))
    rows: list[Row] = [
        (name, day, new_york(f"{day} 18:00"), 1, level + place)
        for name, level in (("spx", 5000.0), ("dxy", 100.0), ("usd_basket", 90.0))
        for place, day in enumerate(days)
        if (name, day) != ("dxy", days[2])
    ]
    rule = cast(Rule, Plain())
    assert read_for_plots(rule) == rule.series
    panel = history_of(rows, rule.series).as_of(END)
    first, second = plots_of(rule, panel, "us", days[2])
    assert (first.title, second.title) == ("title of spx", "title of usd_basket")
    assert (second.unit, second.frequency, second.over) == ("index", "session", 1)
    assert second.lines[0].values.tolist() == [90.0, 91.0, 92.0]
    # On a day on which all are known the first of a group stands for it, on the days of both.
    first, second = plots_of(rule, panel, "us", days[1])
    assert second.title == "title of dxy"
    assert [line.days.tolist() for plot in (first, second) for line in plot.lines] == [
        list(days[:2])
    ] * 2
    # Where none has a number for the day, the first.
    _, second = plots_of(rule, panel, "us", date(2025, 4, 11))
    assert second.title == "title of dxy"


def test_a_series_of_which_nothing_else_is_known_is_drawn_by_its_id() -> None:
    rows: list[Row] = [("spx", date(2025, 4, 10), new_york("2025-04-10 18:00"), 1, 5000.0)]
    panel = replace(history_of(rows, ("spx",)).as_of(END), series={})
    plot = series_plot(panel, "spx", over=5)
    assert plot == Plot("spx", "", "session", plot.lines, 5)
    assert (plot.lines[0].label, plot.lines[0].values.tolist()) == ("", [5000.0])


def test_millions_of_dollars_are_drawn_in_billions() -> None:
    rows: list[Row] = [("custody_treasuries", date(2025, 4, 9), END, 1, 2_900_000.0)]
    panel = history_of(rows, ("custody_treasuries",)).as_of(END)
    series = replace(panel.series["custody_treasuries"], unit="usd_mn", frequency="week")
    plot = series_plot(replace(panel, series={"custody_treasuries": series}), "custody_treasuries")
    assert (plot.unit, plot.frequency, plot.span) == ("usd_bn", "week", 52)
    assert plot.lines[0].values.tolist() == [2900.0]


def sessions(count: int, *, over: int = 1, frequency: str = "session", periods: int = 0) -> Plot:
    """A line of so many days from 1 January 2025, valued 0, 1, 2 and so on."""
    days = np.datetime64("2025-01-01") + np.arange(count)
    line = Line("the judged one", days, np.arange(count, dtype=np.float64))
    return Plot("A title", "index", frequency, (line,), over, periods=periods)


@pytest.mark.parametrize(
    ("plot", "judged", "shown"),
    [
        # The last 63 sessions, where the judged one and what it is a change from are among them.
        (sessions(100), 99, (37, 99)),
        (sessions(100), 38, (37, 99)),
        # An older one stands in the middle.
        (sessions(200), 38, (7, 69)),
        (sessions(200), 137, (106, 168)),
        (sessions(200), 138, (137, 199)),
        (sessions(200, over=21), 157, (126, 188)),
        (sessions(200, over=21), 158, (137, 199)),
        (sessions(200), 3, (0, 34)),
        # All where there are fewer; the last where the judged one is not there.
        (sessions(40), 20, (0, 39)),
        (sessions(100), 500, (37, 99)),
        (sessions(300, frequency="week"), 299, (248, 299)),
        (sessions(300, frequency="month"), 299, (264, 299)),
        (sessions(300, frequency="auction"), 299, (276, 299)),
        (sessions(300, frequency="quarter"), 299, (237, 299)),
        (sessions(300, periods=252), 299, (48, 299)),
    ],
)
def test_a_chart_shows_the_last_periods_or_those_around_an_older_one(
    plot: Plot, judged: int, shown: tuple[int, int]
) -> None:
    day = date(2025, 1, 1) + timedelta(days=judged)
    (line,) = plot.shown(day)
    assert (int(line.values[0]), int(line.values[-1])) == shown
    assert line.label == "the judged one"
    assert len(line.days) == len(line.values)
    assert plot.judged_row(day) == (judged if judged < len(plot.lines[0].days) else None)


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
