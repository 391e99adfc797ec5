"""A small sample of what `make let-in` does to every source."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from tests.fuzz.fuzzing import Report, Tally, fuzz, is_let_in
from tests.fuzz.known import KNOWN, NAMED_ABOVE_PCT, stale, why
from tests.fuzz.mutations import BYTES, MUTATIONS
from tests.fuzz.prepared import names
from tests.slow import quick_where

# Every kind once.
SAMPLE = len([*MUTATIONS, BYTES])
# So often at most, where nothing in the rounds before said anything wrong of what decides.
ROUNDS = 10


def _harmful(report: Report) -> int:
    return sum(one.harmful for one in report.kinds.values())


def _check(report: Report) -> None:
    """Nothing crashed, something was harmful, and each kind of harm that is let in has a reason."""
    assert report.errors == {}
    assert _harmful(report) > 0
    unnamed = {
        kind: one.example
        for kind, one in report.kinds.items()
        if one.share_pct > NAMED_ABOVE_PCT and not why(report.name, kind)
    }
    assert unnamed == {}


@pytest.fixture(autouse=True)
def _no_warnings_of_pandas() -> Iterator[None]:
    """It warns of bodies that are refused all the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# Whose files are long, or take long to be read.
LONG = {
    "boc", "cftc_tff", "fiscaldata_auctions", "fiscaldata_debt", "h15", "mof_flows", "nyfed_acm",
    "table", "tic_assets", "tic_form_s", "tic_holdings", "treasury_curve", "treasury_real_curve",
    "treasury_tic",
}  # fmt: skip


@pytest.mark.parametrize("name", quick_where(lambda name: name not in LONG, names()))
def test_no_mutation_crashes_a_parser_and_what_is_let_in_is_named(name: str) -> None:
    report = fuzz(name, SAMPLE, seed=3)
    while not _harmful(report) and report.tried < ROUNDS * SAMPLE:
        report.add(fuzz(name, SAMPLE, seed=3, first=report.tried))
    _check(report)


@pytest.mark.slow
@pytest.mark.sweep
@pytest.mark.parametrize("name", names())
def test_nor_does_any_of_three_times_as_many(name: str) -> None:
    _check(fuzz(name, 3 * SAMPLE, seed=3))


@pytest.mark.parametrize("name", quick_where(lambda name: name not in LONG, names()))
def test_a_good_body_is_let_in_and_harms_nothing(name: str) -> None:
    assert is_let_in(name)


def test_the_same_seed_gives_the_same_mutations_in_whatever_chunks() -> None:
    whole, parts = fuzz("yahoo", 46, seed=5), fuzz("yahoo", 20, seed=5)
    parts.add(fuzz("yahoo", 26, seed=5, first=20))
    assert whole == parts


def test_a_reason_is_stale_where_its_kind_is_let_in_no_more() -> None:
    kinds = {kind: Tally(made=1000, harmful=1000, let_in=11) for kind in KNOWN["ecb"]}
    assert stale(Report("ecb", is_real=True, kinds=kinds)) == []
    first = next(iter(kinds))
    kinds[first].let_in = 10
    assert stale(Report("ecb", is_real=True, kinds=kinds)) == [first]


def test_every_reason_is_of_a_source_and_a_kind() -> None:
    assert set(KNOWN) <= set(names())
    assert {kind for kinds in KNOWN.values() for kind in kinds} <= {*MUTATIONS, BYTES}
