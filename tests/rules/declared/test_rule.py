"""A declared rule as a whole: three answers, severities, closing, cool-down, subjects, and series
that come at different times."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pytest

from alerts.message.alert_chart import alert_chart
from rules.declared.rule import DESK, ConditionsRule
from rules.evaluation import Evaluations
from rules.model import Series
from rules.plot import not_drawn, plots_of
from rules.point_in_time.panel import History
from rules.terms import Severity
from tests.rules.declared.test_transforms import AT, panel, rule_of
from tests.support import new_york

UNKNOWN, QUIET, NOTICE, WARNING, CRITICAL = -1, 0, 1, 2, 3
NAN: Final = float("nan")
HIGH: Final = {"series": "spx", "above": 10.0}
LOW: Final = {"series": "dxy", "below": 5.0}


def last(rule: ConditionsRule, **levels: tuple[float, ...]) -> int:
    (answers,) = rule.judge(panel(rule, **levels))
    return int(answers.severity[-1])


# What the rule is made of, what both series are, and its answer; the second is taken over two
# periods, so that it is not known of the first.
GROUPS: Final = (
    ("all", (11.0,), (4.0,), NOTICE),
    ("all", (11.0,), (6.0,), QUIET),
    ("any", (11.0,), (6.0,), NOTICE),
    ("any", (9.0,), (6.0,), QUIET),
    ("any", (9.0,), (4.0,), NOTICE),
)


@pytest.mark.parametrize(("way", "spx", "dxy", "expected"), GROUPS)
def test_conditions_count_together(
    way: str, spx: tuple[float, ...], dxy: tuple[float, ...], expected: int
) -> None:
    assert last(rule_of(**{way: [HIGH, LOW]}), spx=spx, dxy=dxy) == expected


SLOW: Final = {"series": "dxy", "change": 1, "below": 0.0}


@pytest.mark.parametrize(
    ("settings", "spx", "expected"),
    [
        ({"all": [HIGH, SLOW]}, 11.0, UNKNOWN),
        ({"all": [HIGH, SLOW]}, 9.0, QUIET),
        ({"any": [HIGH, SLOW]}, 11.0, NOTICE),
        ({"any": [HIGH, SLOW]}, 9.0, UNKNOWN),
        ({"of": [HIGH, LOW, SLOW], "at_least": 2}, 11.0, NOTICE),
        ({"of": [HIGH, LOW, SLOW], "at_least": 2}, 9.0, UNKNOWN),
        ({"of": [HIGH, LOW, SLOW], "at_least": 3}, 9.0, QUIET),
    ],
)
def test_what_is_not_known_is_unknown_only_where_it_matters(
    settings: dict[str, Any], spx: float, expected: int
) -> None:
    assert last(rule_of(**settings), spx=(spx,), dxy=(4.0,)) == expected


def test_a_severity_is_reached_by_its_size_or_by_its_own_conditions() -> None:
    sizes = {"notice": 10.0, "warning": 20.0}
    own = [{"all": [{"series": "dxy", "below": 1.0}]}]
    rule = rule_of(all=[{"series": "spx", "above": sizes}, LOW], critical=own)
    assert last(rule, spx=(10.0,), dxy=(4.0,)) == NOTICE
    assert last(rule, spx=(20.0,), dxy=(4.0,)) == WARNING
    assert last(rule, spx=(90.0,), dxy=(4.0,)) == WARNING
    assert last(rule, spx=(9.0,), dxy=(0.5,)) == CRITICAL


def test_without_sizes_by_severity_it_fires_at_the_one_named() -> None:
    assert last(rule_of(all=[HIGH], severity="warning"), spx=(11.0,)) == WARNING


def test_it_stays_open_to_half_of_the_way_or_until_it_is_closed() -> None:
    levels = (11.0, 6.0, 5.0, 4.9)
    (answers,) = (rule := rule_of(all=[HIGH])).judge(panel(rule, spx=levels))
    assert answers.keeps_open.tolist() == [True, True, True, False]
    closed = rule_of(all=[HIGH], close_when={"series": "spx", "below": 5.5})
    (answers,) = closed.judge(panel(closed, spx=levels))
    assert answers.keeps_open.tolist() == [True, True, False, False]


def test_an_event_soon_after_one_as_severe_is_quiet_and_a_worse_one_is_not() -> None:
    sizes = {"notice": 10.0, "warning": 20.0}
    rule = rule_of(kind="event", all=[{"series": "spx", "above": sizes}], cooldown_periods=2)
    (answers,) = rule.judge(panel(rule, spx=(11.0, 12.0, 25.0, 13.0, 9.0, 11.0, 21.0)))
    expected = [NOTICE, QUIET, WARNING, QUIET, QUIET, NOTICE, WARNING]
    assert answers.severity.tolist() == expected


def test_each_subject_is_judged_by_itself_and_named() -> None:
    rule = rule_of(
        subjects={"spx": "Stocks", "dxy": "The dollar"},
        all=[{"series": "{subject}", "above": 10.0}],
    )
    stocks, dollar = rule.judge(panel(rule, spx=(11.0,), dxy=(9.0,)))
    assert (stocks.subject, dollar.subject) == ("spx", "dxy")
    assert (stocks.severity[-1], dollar.severity[-1]) == (NOTICE, QUIET)
    assert stocks.explain(0).headline.startswith("Stocks on Mon 3 Mar 2025: S&P 500 11.00")


def test_a_size_in_another_unit_than_the_series_is_an_error_that_says_so() -> None:
    rule = rule_of(all=[{"series": "ust10y", "change": 1, "above_bp": 5.0}])
    levels = panel(rule_of(all=[{"series": "spx", "above": 1.0}]), spx=(4.0, 4.1))
    wrong = Series("ust10y", "10-year", "index", "session", "made up")
    history = History.of(
        ("ust10y", *rule.series[1:]),
        {"ust10y": wrong},
        column=np.zeros(2, dtype=np.int64),
        period_end=levels.days,
        known_at=levels.known[0],
        vintage=np.ones(2, dtype=np.int64),
        value=levels.value[0],
    )
    with pytest.raises(ValueError, match="ust10y: expected a size in index, got above_bp"):
        rule.judge(history.as_of(AT))


def test_a_slower_series_gives_what_was_known_then() -> None:
    rule = rule_of(all=[HIGH, {"series": "custody_treasuries", "below_usd_bn": 3000.0}])
    days = np.array(["2025-03-05", "2025-03-06", "2025-03-07"], dtype="datetime64[D]")
    weeks = np.array(["2025-02-26", "2025-03-05"], dtype="datetime64[D]")
    # That of Wednesday 5 March comes on Thursday evening.
    known = [new_york(text) for text in ("2025-02-27 16:30", "2025-03-06 16:30")]
    closes = [new_york(f"{day} 16:15") for day in ("2025-03-05", "2025-03-06", "2025-03-07")]
    history = History.of(
        rule.series,
        {
            "spx": Series("spx", "S&P 500", "index", "session", "made up"),
            "custody_treasuries": Series(
                "custody_treasuries", "Custody", "usd_mn", "week", "made up"
            ),
        },
        column=np.array([rule.series.index(name) for name in ["spx"] * 3 + [rule.series[1]] * 2]),
        period_end=np.concatenate((days, weeks)),
        known_at=np.array([one.replace(tzinfo=None) for one in (*closes, *known)], "datetime64[s]"),
        vintage=np.ones(5, dtype=np.int64),
        value=np.array([11.0, 11.0, 11.0, 3_100_000.0, 2_900_000.0]),
    )
    (answers,) = rule.judge(history.as_of(AT))
    assert answers.severity.tolist() == [QUIET, QUIET, NOTICE]
    # It does not wait for the next release.
    assert [answers.outline(row).known_at for row in range(3)] == closes


def test_a_slower_series_is_too_old_at_last() -> None:
    rule = rule_of(all=[HIGH, {"series": "custody_treasuries", "above_usd_bn": 1.0}])
    last_week = date(2025, 2, 26)
    old = last_week + timedelta(days=36)
    history = History.of(
        rule.series,
        {
            "spx": Series("spx", "S&P 500", "index", "session", "made up"),
            "custody_treasuries": Series(
                "custody_treasuries", "Custody", "usd_mn", "week", "made up"
            ),
        },
        column=np.array([0, 0, 1]),
        period_end=np.array([old - timedelta(days=1), old, last_week], dtype="datetime64[D]"),
        known_at=np.array(["2025-04-02T22:00", "2025-04-03T22:00", "2025-02-27T22:00"], "M8[s]"),
        vintage=np.ones(3, dtype=np.int64),
        value=np.array([11.0, 11.0, 3_100_000.0]),
    )
    (answers,) = rule.judge(history.as_of(AT))
    assert answers.severity.tolist() == [NOTICE, Evaluations.UNKNOWN]


def test_a_chart_has_its_first_four_series_and_the_others_are_named() -> None:
    names = ("spx", "ust10y", "dxy", "vix", "ust2y", "ust30y")
    rule = rule_of(any=[{"series": name, "above": 1.0} for name in names])
    known = panel(rule, **dict.fromkeys(names, (2.0, 3.0)))
    plots = plots_of(rule, known, DESK, date(2025, 4, 8))
    more = not_drawn(rule, DESK)
    assert (len(plots), more) == (4, ("ust2y", "ust30y"))
    chart = alert_chart(plots, date(2025, 4, 8), Severity.NOTICE, len(more))
    assert chart is not None
    assert chart.heading == "The last 63 sessions, 4 of 6 series"
