"""Each market moves from its own close before, and says since when where it was closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from rules.catalog.haven_failure import HavenFailure
from rules.catalog.joint_selloff import JointSelloff
from rules.catalog.joint_selloff_weekly import JointSelloffWeekly
from rules.catalog.rates_up_dollar_down import RatesUpDollarDown
from rules.catalog.selloff_cluster import SelloffCluster
from rules.evaluation import Evaluations, Rule
from rules.markets.market import MARKET, Market, joint_falls, sessions_of
from rules.model import Evidence
from tests.fifty_years import is_real, market
from tests.support import Row, history_of, judge, signal_for, utc

AT = utc("2026-12-01 00:00")
# Veterans Day, on which only stocks and the dollar trade; the session after it.
CLOSED, AFTER = date(2010, 11, 11), date(2010, 11, 12)


def rows() -> list[Row]:
    """Eighty sessions that go up and down by a little, then Veterans Day and the day after: stocks
    −0.5% and then −2%, the yield +10 bp over both, the dollar +0.4% and then −0.5%."""
    stamps = pd.bdate_range(end="2010-11-10", periods=80)
    found: list[Row] = []
    for place, stamp in enumerate(stamps):
        wave = 1.0 if place % 2 else -1.0
        for name, value in (
            ("spx", 1000.0 + 5.0 * wave), ("ust10y", 2.5 + 0.02 * wave), ("dxy", 80.0 + 0.2 * wave),
        ):  # fmt: skip
            found.append((name, stamp.date(), known(stamp.date()), 1, value))
    spx, ust, dxy = 1005.0, 2.52, 80.2
    found += [
        ("spx", CLOSED, known(CLOSED), 1, spx * 0.995),
        ("dxy", CLOSED, known(CLOSED), 1, dxy * 1.004),
        ("spx", AFTER, known(AFTER), 1, spx * 0.995 * 0.98),
        ("ust10y", AFTER, known(AFTER), 1, ust + 0.10),
        ("dxy", AFTER, known(AFTER), 1, dxy * 1.004 * 0.995),
    ]
    return found


def known(day: date) -> datetime:
    return utc(f"{day} 22:30")


def told(rule: Rule) -> tuple[Evaluations, dict[str, Evidence]]:
    mine = [row for row in rows() if row[0] in rule.series]
    (judged,) = judge(rule, mine, AT).values()
    signal = signal_for(judged, AFTER)
    return judged, {line.label: line for line in signal.explained.evidence}


@pytest.mark.parametrize(
    ("rule", "label", "value"),
    [
        (JointSelloff(), "S&P 500", -2.0),
        (JointSelloff(), "10-year yield since Wed 10 Nov", 10.0),
        (JointSelloff(), "ICE DXY", -0.5),
        (HavenFailure(), "S&P 500", -2.0),
        (HavenFailure(), "10-year yield since Wed 10 Nov", 10.0),
        # Over a whole week from Friday to Friday nothing is left out.
        (JointSelloffWeekly(), "S&P 500, week", 100.0 * (1005.0 * 0.995 * 0.98 / 995.0 - 1.0)),
    ],
    ids=lambda one: one.rule_id if isinstance(one, Rule) else str(one),
)
def test_a_move_is_that_of_its_own_market(rule: Rule, label: str, value: float) -> None:
    _, evidence = told(rule)
    assert evidence[label].value == pytest.approx(value, abs=0.01)


def test_the_headlines_say_since_when() -> None:
    for rule in (JointSelloff(), HavenFailure()):
        judged, _ = told(rule)
        assert "+10bp since Wed 10 Nov" in signal_for(judged, AFTER).explained.headline


def test_a_move_over_two_sessions_is_scaled_by_their_root() -> None:
    panel = history_of(rows(), MARKET).as_of(AT)
    whole = sessions_of(panel, MARKET)
    ust, spx = whole.leg["ust10y"], whole.leg["spx"]
    assert (int(ust.span[-1]), int(spx.span[-1])) == (2, 1)
    assert ust.fall_sd(63)[-1] == pytest.approx(10.0 / ust.usual(63)[-1] / np.sqrt(2.0))
    assert ust.since[-1] == np.datetime64("2010-11-10")


def test_a_cluster_counts_what_a_session_was_by_own_closes() -> None:
    """Between common closes the dollar fell by 0.1%; by its own it fell by 0.5%."""
    later = [(n, d, k, v, 1.01 * x if (n, d) == ("dxy", CLOSED) else x) for n, d, k, v, x in rows()]
    panel = history_of(later, MARKET).as_of(AT)
    assert bool(joint_falls(sessions_of(panel, MARKET))[-1])
    (judged,) = judge(SelloffCluster(), later, AT).values()
    assert float(judged.measure[-1]) == 1.0


def test_a_day_on_which_only_the_dollar_trades_is_no_session_between() -> None:
    alone = [row for row in rows() if (row[0], row[1]) != ("spx", CLOSED)]
    found = sessions_of(history_of(alone, MARKET).as_of(AT), MARKET)
    assert int(found.leg["spx"].span[-1]) == 1
    assert int(found.leg["ust10y"].span[-1]) == 1
    # Its own close is there all the same.
    assert found.leg["dxy"].since[-1] == np.datetime64(CLOSED)


def test_what_is_known_of_a_session_waits_for_the_closes_it_is_measured_from() -> None:
    late = utc("2010-11-15 12:00")
    rows_late = [(n, d, late if (n, d) == ("spx", CLOSED) else k, v, x) for n, d, k, v, x in rows()]
    found: Market = sessions_of(history_of(rows_late, MARKET).as_of(AT), MARKET)
    assert found.known[-1] == np.datetime64("2010-11-15T12:00:00")


@pytest.mark.parametrize(
    ("day", "fell"),
    [
        ("2010-11-12", True), ("2008-10-14", True), ("2001-09-17", True),
        ("2013-11-12", False), ("1996-02-20", False), ("1978-11-08", False),
    ],
)  # fmt: skip
def test_the_real_sessions_that_differ_are_judged_by_own_closes(day: str, fell: bool) -> None:
    if not is_real():
        pytest.skip("the real files (../shared/data) are not here")
    on = pd.Timestamp(day)
    rows_real = [
        (name, stamp.date(), utc(f"{stamp.date()} 22:00"), 1, float(value))
        for name, file in (("spx", "SPX"), ("ust10y", "DGS10"), ("dxy", "DXY"))
        for known_now in [market(file)[on - timedelta(days=30) : on]]
        for stamp, value in zip(pd.DatetimeIndex(known_now.index), known_now, strict=True)
    ]
    found = sessions_of(history_of(rows_real, MARKET).as_of(AT), MARKET)
    assert found.session[-1] == np.datetime64(day)
    assert bool(joint_falls(found)[-1]) is fell


def test_a_change_over_weeks_names_the_session_it_ends_on() -> None:
    (judged,) = judge(RatesUpDollarDown(), rows(), AT).values()
    assert "over 21 sessions to Fri 12 Nov 2010" in signal_for(judged, AFTER).explained.headline
