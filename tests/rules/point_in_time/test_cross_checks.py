"""Numbers beside a second source: changes in dispute, and far moves nobody has checked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from monitor.evaluate.chains import ChainSettings, default_chains
from rules.catalog.haven_failure import HavenFailure
from rules.model import Panel
from rules.point_in_time.cross_checks import checked
from rules.point_in_time.panel import History
from rules.point_in_time.source_priority import SourceChain, chained, expanded
from rules.provisional import until_checked
from tests.support import Row, history_of, utc

DAYS = [
    str(day) for day in np.arange("2026-02-02", "2026-04-15", dtype="datetime64[D]")
    if np.is_busday(day)
]  # fmt: skip
FAR = "2026-04-01"
AFTER = "2026-04-02"
CHAINS = {
    "spx": SourceChain("spx", ("spx",), ("yahoo.spx",), 0.2, is_relative=True, far=3.0),
    "ust10y": SourceChain(
        "ust10y", ("ust10y",), ("yahoo.tnx",), 0.15, is_relative=False,
        steady={"yahoo.tnx": 0.07}, far=0.15,
    ),
    "dxy": SourceChain(
        "dxy", ("dxy",), ("usd_basket",), 3.0, is_relative=True, steady={"usd_basket": 0.8},
        before_close=frozenset({"usd_basket"}), far=1.0,
    ),
}  # fmt: skip
HOURS = {"spx": "22:30", "yahoo.spx": "21:30", "ust10y": "22:15", "yahoo.tnx": "21:30",
         "dxy": "21:30", "usd_basket": "14:00"}  # fmt: skip
LEVELS = {"spx": 6500.0, "yahoo.spx": 6500.0, "ust10y": 4.2, "yahoo.tnx": 4.23, "dxy": 99.0,
          "usd_basket": 99.3}  # fmt: skip
END = utc("2026-04-30 00:00")


def history(
    changes: dict[tuple[str, str], float],
    missing: tuple[str, ...] = (),
    corrected: dict[tuple[str, str], tuple[str, float]] | None = None,
) -> History:
    """Two months of calm with some numbers changed by a factor (an index) or an amount (a yield),
    some series left out, and some numbers corrected at an instant."""
    found: list[Row] = []
    for place, day in enumerate(DAYS):
        for series_id, level in LEVELS.items():
            if series_id in missing or f"{series_id} {day}" in missing:
                continue
            by = changes.get((series_id, day))
            calm = (
                level * (1 + 0.001 * (-1) ** place) if level > 50 else level + 0.01 * (-1) ** place
            )
            value = calm if by is None else calm * by if level > 50 else calm + by
            known = utc(f"{day} {HOURS[series_id]}")
            found.append((series_id, date.fromisoformat(day), known, 1, value))
            if corrected and (series_id, day) in corrected:
                at, right = corrected[series_id, day]
                found.append((series_id, date.fromisoformat(day), utc(at), 2, right))
    ids = ("spx", "ust10y", "dxy")
    stored = history_of(found, expanded(ids, CHAINS))
    return checked(chained(stored, ids, CHAINS), stored, CHAINS)


@pytest.mark.parametrize(
    ("changes", "missing", "since", "until"),
    [
        # Nobody else: until the next number.
        ({("spx", FAR): 0.908}, ("yahoo.spx",), f"{FAR}T22:30:00", f"{AFTER}T22:30:00"),
        # The second source was there first and says the same: never.
        ({("spx", FAR): 0.908, ("yahoo.spx", FAR): 0.908}, (), None, None),
        # It has a holiday.
        ({("spx", FAR): 0.908}, (f"yahoo.spx {FAR}",), f"{FAR}T22:30:00", f"{AFTER}T22:30:00"),
        # An ordinary move needs no second source.
        ({("spx", FAR): 0.99}, ("yahoo.spx",), None, None),
        # The fix of the day confirms it, as far as it had gone by then.
        ({("dxy", FAR): 0.985, ("usd_basket", FAR): 0.985}, (), None, None),
        # It came after the fix: the next one confirms it in the morning.
        ({("dxy", FAR): 0.985, ("dxy", AFTER): 0.985, ("usd_basket", AFTER): 0.985}, (),
         f"{FAR}T21:30:00", f"{AFTER}T14:00:00"),
        # There is no fix on a TARGET holiday.
        ({("dxy", FAR): 0.985, ("dxy", AFTER): 0.985, ("usd_basket", AFTER): 0.985},
         (f"usd_basket {FAR}",), f"{FAR}T21:30:00", f"{AFTER}T14:00:00"),
        # A yield that the other one denies by less than a dispute.
        ({("ust10y", FAR): 0.09}, (), f"{FAR}T22:15:00", f"{AFTER}T22:15:00"),
        ({("ust10y", FAR): 0.2, ("yahoo.tnx", FAR): 0.2}, (), None, None),
        ({("ust10y", FAR): 0.2}, ("yahoo.tnx",), f"{FAR}T22:15:00", f"{AFTER}T22:15:00"),
    ],
)  # fmt: skip
def test_a_far_move_is_unchecked_until_somebody_or_the_next_number_confirms_it(
    changes: dict[tuple[str, str], float],
    missing: tuple[str, ...],
    since: str | None,
    until: str | None,
) -> None:
    known = history(changes, missing)
    found = [one for one in known.unchecked if str(one.period_end) == FAR]
    spans = [(str(one.since), str(one.until)) for one in found]
    assert spans == ([] if since is None else [(since, until)])
    assert not known.disputes


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        # A yield 12 basis points off, a dollar 1.5% off: both inside the tolerance of the level.
        ({("ust10y", FAR): 0.12}, f"{FAR}T22:15:00"),
        ({("dxy", FAR): 0.985}, f"{AFTER}T14:00:00"),
    ],
)
def test_a_change_that_a_steady_source_denies_is_in_dispute(
    changes: dict[tuple[str, str], float], since: str
) -> None:
    (one,) = history(changes).disputes
    assert (str(one.period_end), str(one.since)) == (FAR, since)
    (series_id, _), = changes  # fmt: skip
    right = {(series_id, FAR): (f"{AFTER} 21:30", LEVELS[series_id])}
    (ended,) = history(changes, corrected=right).disputes
    assert str(ended.until) == f"{AFTER}T21:30:00"


def test_a_corrected_number_makes_no_far_move_of_the_next_one() -> None:
    right = {("spx", FAR): (f"{AFTER} 13:00", 6500.0)}
    known = history({("spx", FAR): 0.908}, ("yahoo.spx",), right)
    (one,) = known.unchecked
    assert (str(one.period_end), str(one.until)) == (FAR, f"{AFTER}T13:00:00")


def judged_at(known: History, at: datetime) -> list[tuple[bool, str, str]]:
    """The answers to the far day as of an instant: provisional or not, when known, the caveat."""
    rule = HavenFailure()
    panel: Panel = known.only(tuple(rule.series)).as_of(at)
    (judged,) = (until_checked(rule, one, panel) for one in rule.judge(panel))
    rows = np.flatnonzero((judged.period_end == np.datetime64(FAR)) & (judged.severity > 0))
    return [
        (
            bool(judged.provisional[row]),
            str(judged.known_at[row]),
            judged.explain(int(row)).caveat,
        )
        for row in rows
    ]


def test_what_rests_on_it_is_provisional_and_says_so_until_then() -> None:
    known = history({("spx", FAR): 0.908, ("ust10y", FAR): 0.04, ("yahoo.tnx", FAR): 0.04},
                    ("yahoo.spx",))  # fmt: skip
    evening = utc(f"{FAR} 23:00")
    ((provisional, at, caveat),) = judged_at(known, evening)
    assert (provisional, at) == (True, f"{FAR}T22:30:00")
    assert (
        "no second source has confirmed the move of the title of spx on Wed 1 Apr 2026 (−9.0%)"
        in caveat
    )
    first, second = judged_at(known, evening + timedelta(days=1))
    assert first == (True, f"{FAR}T22:30:00", caveat)
    assert second[:2] == (False, f"{AFTER}T22:30:00")
    assert "second source" not in second[2]


def test_every_chain_says_from_which_move_on_it_has_to_be_checked() -> None:
    assert all(one.far is not None for one in default_chains().values())
    steady = {name: dict(one.steady) for name, one in default_chains().items() if one.steady}
    assert steady == {"ust10y": {"yahoo_tnx": 7.0}, "dxy": {"boc": 0.5, "ecb": 0.8, "h10": 0.8}}
    assert ChainSettings(sources=("cboe",), tolerance_pct=0.2).far is None


def test_a_dispute_names_both_numbers_their_sources_and_their_unit() -> None:
    (one,) = history({("ust10y", FAR): 0.12}).disputes
    ours, theirs = one.values
    assert (one.series_id, one.unit) == ("ust10y", "pct")
    assert one.sources == ("source of ust10y", "source of yahoo.tnx")
    assert ours - theirs == pytest.approx(4.2 + 0.12 - 4.23)


@pytest.mark.parametrize(
    ("off_bp", "is_denied", "is_disputed"),
    [(6.9, False, False), (7.1, True, False), (10.4, True, False), (10.6, True, True)],
)
def test_a_deviation_is_provisional_from_its_size_on_and_in_dispute_from_one_and_a_half(
    off_bp: float, is_denied: bool, is_disputed: bool
) -> None:
    known = history({("ust10y", FAR): off_bp / 100.0})
    assert [str(one.period_end) for one in known.unchecked] == ([FAR] if is_denied else [])
    assert bool(known.disputes) == is_disputed


@pytest.mark.parametrize(("rise_bp", "is_far"), [(14.9, False), (15.0, True)])
def test_a_yield_moves_far_from_its_size_on(rise_bp: float, is_far: bool) -> None:
    # From one day to the next it moves by 2 bp the other way by itself.
    place = DAYS.index(FAR)
    calm = 2.0 * (-1) ** place
    known = history({("ust10y", FAR): (rise_bp - calm) / 100.0}, ("yahoo.tnx",))
    far = [one for one in known.unchecked if str(one.period_end) == FAR]
    assert bool(far) == is_far
    for one in far:
        assert one.move == pytest.approx(rise_bp / 100.0)
        assert not one.is_relative


def test_the_last_number_of_all_waits_for_the_next() -> None:
    (one,) = history({("spx", DAYS[-1]): 0.908}, ("yahoo.spx",)).unchecked
    assert (str(one.period_end), str(one.since)) == (DAYS[-1], f"{DAYS[-1]}T22:30:00")
    assert one.until > np.datetime64("2100-01-01")
    assert one.move == pytest.approx(100.0 * np.log(0.908) - 0.2, abs=0.01)


def test_the_first_numbers_are_too_few_to_say_what_is_usual() -> None:
    fifth, sixth = DAYS[4], DAYS[5]
    assert not history({("ust10y", fifth): 0.12}).disputes
    (one,) = history({("ust10y", sixth): 0.12}).disputes
    assert str(one.period_end) == sixth


def test_a_second_source_of_another_level_does_not_confirm() -> None:
    # 0.2% is what the two may differ by.
    near = history({("spx", FAR): 0.908, ("yahoo.spx", FAR): 0.908 * 1.0019})
    assert not near.unchecked
    far = history({("spx", FAR): 0.908, ("yahoo.spx", FAR): 0.908 * 1.0021})
    assert [str(one.period_end) for one in far.unchecked] == [FAR]
