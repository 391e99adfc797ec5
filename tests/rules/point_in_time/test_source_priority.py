"""Several sources for one series: who gives the number, and what a disagreement does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.known import Known
from rules.catalog.joint_selloff import JointSelloff
from rules.model import Panel
from rules.point_in_time.panel import History
from rules.point_in_time.source_priority import SourceChain, chained, expanded, latest_disputes
from rules.terms import Answer
from tests.spring_figures import rows_of, spring
from tests.support import Row, history_of, new_york, utc

SELLOFF = date(2025, 4, 10)
DAY_AFTER = date(2025, 4, 11)
END = new_york("2025-04-16 12:00")

CHAINS = {
    "spx": SourceChain("spx", ("spx", "other.spx"), (), 0.2, is_relative=True),
    "ust10y": SourceChain("ust10y", ("ust10y", "other.ust10y"), (), 0.03, is_relative=False),
    "dxy": SourceChain("dxy", ("dxy",), ("usd_basket",), 3.0, is_relative=True),
}
RULE = JointSelloff()


def rows() -> list[Row]:
    figures = spring(since=date(2024, 12, 2), until=date(2025, 4, 15))
    market = rows_of(figures, RULE.series)
    others = rows_of({f"other.{n}": figures[n] for n in ("spx", "ust10y")}, ("other.spx",))
    late = [
        ("other.ust10y", day, known + timedelta(hours=22), 1, value)
        for name, day, known, _, value in market
        if name == "ust10y"
    ]
    return [*market, *others, *late]


def history(found: list[Row]) -> History:
    return chained(history_of(found, expanded(RULE.series, CHAINS)), RULE.series, CHAINS)


def panel(found: list[Row], at: datetime = END) -> Panel:
    return history(found).as_of(at)


def changed(found: list[Row], name: str, day: date, factor: float) -> list[Row]:
    return [(*row[:4], row[4] * factor) if row[:2] == (name, day) else row for row in found]


def without(found: list[Row], name: str, day: date) -> list[Row]:
    return [row for row in found if row[:2] != (name, day)]


def answers(found: list[Row], at: datetime = END) -> dict[date, tuple[Answer, str]]:
    (judged,) = RULE.judge(panel(found, at))
    said = [
        judged.signal(row) for row in range(len(judged.period_end) - 10, len(judged.period_end))
    ]
    return {one.period_end: (one.answer, one.explained.headline) for one in said}


def test_where_all_agree_the_first_gives_the_numbers_and_nothing_is_disputed() -> None:
    alone = history_of([row for row in rows() if "." not in row[0]], RULE.series).as_of(END)
    seen = panel(rows())
    assert seen.frame.equals(alone.frame)
    assert not seen.disputes
    assert not seen.stood_in
    assert answers(rows())[SELLOFF][0] is Answer.FIRING


def test_the_next_one_stands_in_where_the_first_has_nothing_and_is_named() -> None:
    found = without(rows(), "ust10y", SELLOFF)
    seen = panel(found)
    assert seen.frame.loc["2025-04-10", "ust10y"] == spring()["ust10y"][SELLOFF]
    assert seen.source("ust10y", SELLOFF) == "source of other.ust10y"
    assert seen.source("ust10y", DAY_AFTER) == "source of ust10y"
    assert answers(found)[SELLOFF][0] is Answer.FIRING
    before_it_came = new_york("2025-04-11 12:00")
    assert SELLOFF not in answers(found, before_it_came)


def test_a_late_first_number_takes_its_place_back() -> None:
    late = utc("2025-04-14 12:00")
    found = [
        *without(rows(), "ust10y", SELLOFF),
        ("ust10y", SELLOFF, late, 2, spring()["ust10y"][SELLOFF]),
    ]
    assert panel(found, late - timedelta(hours=1)).stood_in
    assert not panel(found, late).stood_in


def test_two_that_disagree_leave_the_session_and_the_next_one_unknown() -> None:
    found = changed(rows(), "spx", SELLOFF, 0.95)
    got = answers(found)
    assert got[SELLOFF][0] is got[DAY_AFTER][0] is Answer.UNKNOWN
    said = got[SELLOFF][1]
    assert "Thu 10 Apr 2025" in said
    assert "5,004.65" in said
    assert "5,268.05" in said
    assert "source of other.spx" in said
    assert got[date(2025, 4, 14)][0] is not Answer.UNKNOWN
    (dispute,) = latest_disputes(history(found), 5)
    assert dispute.series_id == "spx"


def test_a_check_that_disagrees_makes_a_dispute_but_never_gives_a_number() -> None:
    found = changed(rows(), "dxy", SELLOFF, 1.05)
    assert answers(found)[SELLOFF][0] is Answer.UNKNOWN
    seen = panel(without(rows(), "dxy", SELLOFF))
    assert seen.frame["dxy"].isna()["2025-04-10"]


def test_within_the_tolerance_is_no_dispute() -> None:
    assert not panel(changed(rows(), "spx", SELLOFF, 1.001)).disputes
    assert not panel(changed(rows(), "dxy", SELLOFF, 1.01)).disputes
    found = [
        (*row[:4], round(row[4] + 0.03, 2)) if row[:2] == ("ust10y", SELLOFF) else row
        for row in rows()
    ]
    assert not panel(found).disputes, "3 bp is allowed, also in binary"


def test_a_correction_ends_the_dispute_and_the_session_is_judged() -> None:
    corrected = utc("2025-04-14 12:00")
    found = changed(rows(), "spx", SELLOFF, 0.95)
    found.append(("spx", SELLOFF, corrected, 2, spring()["spx"][SELLOFF]))
    assert answers(found, corrected - timedelta(hours=1))[SELLOFF][0] is Answer.UNKNOWN
    assert answers(found, corrected)[SELLOFF][0] is Answer.FIRING
    assert latest_disputes(history(found), 5) == []


def test_a_correction_of_the_check_alone_lets_the_session_be_judged_and_told() -> None:
    corrected = utc("2025-04-14 12:00")
    found = changed(rows(), "usd_basket", SELLOFF, 1.08)
    found.append(("usd_basket", SELLOFF, corrected, 2, spring()["usd_basket"][SELLOFF]))
    start = new_york("2025-04-09 12:00")
    told = decide_rule(Known.whole(history(found)), RULE, {}, {}, start, END).decided
    (one,) = [one.outline for one in told if one.outline.after.episode == SELLOFF]
    assert one.signal.known_at == corrected
    assert not one.after.provisional


def test_a_dispute_that_comes_after_an_alert_neither_closes_nor_hides_it() -> None:
    # The other yield comes the day after, and it is wrong: the alert has been told by then.
    found = changed(rows(), "other.ust10y", SELLOFF, 1.1)
    start = new_york("2025-04-09 12:00")
    told = decide_rule(Known.whole(history(found)), RULE, {}, {}, start, END).decided
    reasons = [(one.outline.after.episode, one.outline.reason.value) for one in told]
    assert (SELLOFF, "opened") in reasons
    assert len([one for one in reasons if one[0] == SELLOFF]) == 1
    assert answers(found)[SELLOFF][0] is Answer.UNKNOWN


def test_a_series_without_a_chain_is_read_as_it_is() -> None:
    assert expanded(("acm_tp10y", "spx"), CHAINS) == ("acm_tp10y", "spx", "other.spx")
    plain = history_of(rows_of(spring(), ("acm_tp10y",)), ("acm_tp10y",))
    assert chained(plain, ("acm_tp10y",), {}).as_of(END).frame.equals(plain.as_of(END).frame)


def test_a_source_that_measures_it_another_way_may_differ_more() -> None:
    chain = SourceChain(
        "ust10y", ("ust10y",), ("tnx",), 0.03, is_relative=False, tolerance_for={"tnx": 0.15}
    )
    figures = spring(since=date(2025, 4, 1), until=date(2025, 4, 15))["ust10y"]
    for gap, is_disputed in ((0.14, False), (0.15, False), (0.16, True)):
        both = rows_of(
            {"ust10y": figures, "tnx": {d: round(v + gap, 4) for d, v in figures.items()}},
            ("ust10y", "tnx"),
        )
        known = history_of(both, ("ust10y", "tnx"))
        seen = chained(known, ("ust10y",), {"ust10y": chain}).as_of(END)
        assert bool(seen.disputes) is is_disputed, gap


def test_every_dispute_of_every_pair_of_sources_is_kept_with_both_and_its_unit() -> None:
    found = rows()
    first, last = sorted({row[1] for row in found if row[0] == "spx"})[-2:]
    for day in (first, last):
        found = changed(found, "spx", day, 1.05)
    known = history(found)
    mine = [one for one in known.disputes if one.series_id == "spx"]
    assert {str(one.period_end) for one in mine} == {str(first), str(last)}
    assert all(one.sources[0] == "source of spx" for one in mine)
    assert all(one.sources[1] != "source of spx" for one in mine)
    assert {one.unit for one in mine} == {"index"}
    assert {str(one.period_end) for one in latest_disputes(known, 1)} == {str(last)}
    assert len(latest_disputes(known, 2)) == len(mine)
