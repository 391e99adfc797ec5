"""A small sample of what `make fuzz` does to every source."""

from __future__ import annotations

import warnings

import pytest

from tests.fuzz.fuzzing import Report, Tally, fuzz, is_let_in
from tests.fuzz.known import KNOWN, NAMED_ABOVE_PCT, stale, why
from tests.fuzz.mutations import BYTES, MUTATIONS
from tests.fuzz.prepared import names

# Every kind once.
SAMPLE = len([*MUTATIONS, BYTES])


@pytest.mark.parametrize("name", names())
def test_no_mutation_crashes_a_parser_and_what_is_let_in_is_named(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about bodies that are refused all the same
        report = fuzz(name, SAMPLE, seed=3)
    assert report.errors == {}
    assert sum(one.harmful for one in report.kinds.values()) > 0
    unnamed = {
        kind: one.example
        for kind, one in report.kinds.items()
        if one.share_pct > NAMED_ABOVE_PCT and not why(name, kind)
    }
    assert unnamed == {}


@pytest.mark.parametrize("name", names())
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
