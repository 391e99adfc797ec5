"""A small sample of what `make fuzz` does to every source."""

from __future__ import annotations

import warnings

import pytest

from tests.fuzz.fuzzing import fuzz, names
from tests.fuzz.known import NAMED_ABOVE_PCT, why
from tests.fuzz.mutations import BYTES, MUTATIONS

# Every kind twice.
SAMPLE = 2 * len([*MUTATIONS, BYTES])


@pytest.mark.parametrize("name", names())
def test_no_mutation_crashes_a_parser_and_what_is_let_in_is_named(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about bodies that are refused all the same
        report = fuzz(name, SAMPLE, seed=3)
    assert report.errors == {}
    assert sum(one.harmful for one in report.kinds.values()) > 10
    unnamed = {
        kind: one.example
        for kind, one in report.kinds.items()
        if one.let_in > NAMED_ABOVE_PCT / 100.0 * one.harmful and not why(name, kind)
    }
    assert unnamed == {}


def test_the_same_seed_gives_the_same_mutations() -> None:
    first, second = (fuzz("yahoo", 46, seed=5) for _ in range(2))
    assert first == second
