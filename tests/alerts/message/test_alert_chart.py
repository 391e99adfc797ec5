"""What an alert's chart shows, in lines and in words."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image as Picture

from alerts.message.alert_chart import WIDTH_IN, _write_head, _write_levels, alert_chart, described
from alerts.message.sections import Image
from monitor.config.plugins import rule_types
from rules.catalog.correlation_regime import CorrelationRegime
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.catalog.joint_selloff import JointSelloff
from rules.catalog.joint_selloff_weekly import JointSelloffWeekly
from rules.catalog.term_premium_jump import TermPremiumJump
from rules.evaluation import Rule
from rules.figure import Line
from rules.model import Panel, Signal
from rules.plot import MOST_PLOTS, SPANS, Plot, plots_of
from rules.terms import Severity
from tests.case_rows import positive_rows
from tests.slow import quick_where
from tests.spring_figures import rows_of, spring, tic_rows
from tests.support import Row, judge, new_york, panel_of, signal_for

END = new_york("2025-06-30 23:00")
TENTH = date(2025, 4, 10)
EVERY = pytest.mark.parametrize(
    "rule", [cls() for cls in rule_types().values()], ids=sorted(rule_types())
)


# Of kinds of plots two: months, and what has no level.
DRAWN = {"foreign_net_sales", "weak_auction"}


def rows_for(rule: Rule) -> list[Row]:
    return [*rows_of(spring(), rule.series), *tic_rows()]


def fired(rule: Rule, rows: list[Row]) -> Iterable[Signal]:
    for judged in judge(rule, rows, END).values():
        for row in np.flatnonzero(judged.severity > 0):
            yield judged.outline(int(row))


def chart(rule: Rule, panel: Panel, signal: Signal) -> Image:
    plots = plots_of(rule, panel, signal.subject, signal.period_end)
    found = alert_chart(plots, signal.period_end, signal.severity or Severity.NOTICE)
    assert found is not None
    return found


def the_tenth(change: Callable[[list[Row]], list[Row]] = list) -> tuple[Plot, ...]:
    rule = JointSelloff()
    panel = panel_of(rule, change(rows_for(rule)), new_york("2025-04-10 18:30"))
    return plots_of(rule, panel, "us", TENTH)


@EVERY
def test_whatever_fires_is_drawn_with_the_judged_period_in_it(rule: Rule) -> None:
    rows = positive_rows(rule)
    signals = list(fired(rule, rows))
    assert signals
    for signal in signals[-3:]:
        panel = panel_of(rule, rows, signal.known_at)
        plots = plots_of(rule, panel, signal.subject, signal.period_end)
        assert 1 <= len(plots) <= MOST_PLOTS
        shown = plots[0].shown(signal.period_end)
        assert np.datetime64(signal.period_end) in shown[0].days
        said = described(plots, signal.period_end)
        assert all(plot.title in said for plot in plots)
        assert "nan" not in said


@pytest.mark.parametrize("rule_id", quick_where(DRAWN.__contains__, sorted(rule_types())))
def test_whatever_fires_is_a_picture(rule_id: str) -> None:
    rule = rule_types()[rule_id]()
    rows = positive_rows(rule)
    newest = list(fired(rule, rows))[-1]
    panel = panel_of(rule, rows, newest.known_at)
    assert chart(rule, panel, newest).png.startswith(b"\x89PNG")


def test_a_joint_selloff_is_its_three_legs_over_63_sessions() -> None:
    plots = the_tenth()
    assert [plot.title for plot in plots] == [f"title of {n}" for n in ("spx", "ust10y", "dxy")]
    for plot in plots:
        (line,) = plot.shown(TENTH)
        assert len(line.days) == 63
        assert line.days[-1] == np.datetime64(TENTH)


def test_a_provisional_one_is_shown_with_what_stood_in_for_the_dollar() -> None:
    def without_dxy(rows: list[Row]) -> list[Row]:
        return [row for row in rows if (row[0], row[1]) != ("dxy", TENTH)]

    assert the_tenth(without_dxy)[2].title == "title of usd_basket"


def test_the_words_say_what_is_seen() -> None:
    assert described(the_tenth(), TENTH).startswith(
        "title of spx: 5,268.05 on Thu 10 Apr 2025; between 4,982.77 and 6,144.15 over 63 sessions."
    )


def test_net_sales_are_bars_in_billions_against_both_sizes() -> None:
    rule = ForeignNetSales()
    march = date(2025, 4, 30)
    panel = panel_of(rule, tic_rows(), END)
    (plot,) = plots_of(rule, panel, "china", march)
    signal = signal_for(judge(rule, tic_rows(), END)["china"], march)
    assert plot.bars
    assert plot.levels == (-20.0, -30.0)
    row = plot.judged_row(march)
    assert row is not None
    assert signal.explained.headline.startswith(
        f"China sold net ${-plot.lines[0].values[row]:.1f}bn of {plot.title[11:]}"
    )


def test_a_weekly_selloff_is_drawn_week_by_week() -> None:
    rule = JointSelloffWeekly()
    rows = positive_rows(rule)
    signal = list(fired(rule, rows))[-1]
    panel = panel_of(rule, rows, signal.known_at)
    plots = plots_of(rule, panel, "us", signal.period_end)
    days = plots[0].lines[0].days
    assert days[-1] == np.datetime64(signal.period_end)
    assert set(np.diff(days).astype(int)) == {7}


def test_both_models_of_the_term_premium_are_shown() -> None:
    rule = TermPremiumJump()
    panel = panel_of(rule, rows_for(rule), new_york("2025-04-14 09:00"))
    plots = plots_of(rule, panel, "acm_10y", date(2025, 4, 10))
    assert [plot.title for plot in plots] == ["title of acm_tp10y", "title of kw_tp10y"]
    assert plots[0].over == 5


def test_the_three_correlations_share_one_plot_with_the_level_that_opens() -> None:
    rule = CorrelationRegime()
    rows = positive_rows(rule)
    signal = list(fired(rule, rows))[-1]
    panel = panel_of(rule, rows, signal.known_at)
    (plot,) = plots_of(rule, panel, signal.subject, signal.period_end)
    assert [line.label for line in plot.lines] == [
        "over 63 sessions",
        "over 126 sessions",
        "over 252 sessions",
    ]
    assert plot.levels == (rule.open_correlation,)
    assert "threshold 0.25" in described([plot], signal.period_end)


@pytest.mark.slow
def test_the_same_numbers_make_the_same_bytes() -> None:
    first, second = (alert_chart(the_tenth(), TENTH, Severity.CRITICAL) for _ in range(2))
    assert first == second
    assert first != alert_chart(the_tenth(), TENTH, Severity.WARNING)


@pytest.mark.slow
def test_nothing_that_came_later_is_drawn() -> None:
    now = alert_chart(the_tenth(), TENTH, Severity.CRITICAL)
    known = new_york("2025-04-10 18:30")
    cut = the_tenth(lambda rows: [row for row in rows if row[2] <= known])
    assert alert_chart(cut, TENTH, Severity.CRITICAL) == now


@pytest.mark.slow
def test_the_ground_is_solid_so_that_it_reads_on_any() -> None:
    image = alert_chart(the_tenth(), TENTH, Severity.CRITICAL)
    assert image is not None
    picture = Picture.open(io.BytesIO(image.png)).convert("RGBA")
    edges = {picture.getpixel((x, y)) for x in (0, picture.width - 1) for y in (0, 5)}
    assert edges == {(255, 255, 255, 255)}
    assert len(image.png) < 200_000


def a_plot(count: int) -> Plot:
    days = np.arange(count) + np.datetime64("2024-01-01")
    return Plot("A line", "index", "session", (Line("", days, np.arange(float(count))),))


def test_a_period_judged_late_is_shown_with_what_came_around_it() -> None:
    plot = a_plot(500)
    late = date(2024, 1, 1) + timedelta(days=100)
    (line,) = plot.shown(late)
    assert len(line.days) == SPANS["session"]
    assert line.days[0] <= np.datetime64(late) <= line.days[-1]
    assert "100.00 on Wed 10 Apr 2024, the period evaluated" in described([plot], late)


def test_a_period_without_a_number_is_drawn_unmarked() -> None:
    plot = a_plot(10)
    assert plot.judged_row(date(2025, 4, 10)) is None
    assert alert_chart([plot], date(2025, 4, 10), Severity.NOTICE)


def test_where_nothing_is_known_there_is_no_chart() -> None:
    rule = JointSelloff()
    assert plots_of(rule, panel_of(rule, [], END), "us", TENTH) == ()
    assert alert_chart((), TENTH, Severity.NOTICE) is None


@pytest.mark.slow
def test_a_title_too_long_for_its_place_is_cut() -> None:
    long = replace(a_plot(10), title="word " * 40)
    assert alert_chart([long], date(2024, 1, 10), Severity.NOTICE)


@pytest.mark.parametrize(
    "title", ["W" * 70, "i" * 90, "All foreigners, including bills " * 3, "x", ""]
)
@pytest.mark.parametrize("unit", quick_where("jpy_bn".__eq__, ["usd_bn", "sd", "usd_mn", "jpy_bn"]))
def test_a_title_never_runs_into_the_value_beside_it(title: str, unit: str) -> None:
    plot = replace(a_plot(10), title=title, unit=unit)
    canvas = Canvas(figsize=(WIDTH_IN, 2.0))
    FigureCanvasAgg(canvas)
    axes = canvas.add_axes((0.1, 0.1, 0.8, 0.7))
    _write_head(axes, plot, date(2024, 1, 10), "#000000", 0.8 * WIDTH_IN, 1.4)
    value, said = axes.texts
    assert said.get_window_extent().x1 < value.get_window_extent().x0
    assert said.get_text().startswith(title[:1])


@pytest.mark.parametrize("levels", [(-0.5, -0.75, -1.0), (1.0, 1.01, 1.02), (5.0,), (0.0, 100.0)])
def test_thresholds_near_each_other_are_written_apart(levels: tuple[float, ...]) -> None:
    canvas = Canvas(figsize=(WIDTH_IN, 2.0))
    FigureCanvasAgg(canvas)
    axes = canvas.add_axes((0.1, 0.1, 0.7, 0.5))
    axes.plot([0, 1], [min(levels) - 50.0, max(levels) + 50.0])
    _write_levels(axes, levels)
    boxes = sorted((one.get_window_extent() for one in axes.texts), key=lambda box: box.y0)
    assert all(one.y1 <= other.y0 + 1.0 for one, other in pairwise(boxes))
