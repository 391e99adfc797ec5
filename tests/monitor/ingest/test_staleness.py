"""Over half days, holidays of one market, special closures and clock changes no source is called
stale while nothing is late, nor fresh when something is. `make staleness` walks 2015 to 2027."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from tests.slow import quick_where
from tests.staleness import sources, walk

SPANS = (
    (date(2018, 11, 12), date(2019, 1, 10)),  # closed for mourning on 5 December
    (date(2021, 3, 8), date(2021, 7, 9)),  # both clock changes, bonds on Good Friday, Juneteenth
    (date(2024, 12, 16), date(2025, 1, 24)),  # offices closed by order, stocks closed on 9 January
    (date(2026, 10, 5), date(2027, 1, 25)),  # half days, Columbus and Veterans Day
)


NAMES = sorted(sources())


# Read like another source, and take long.
ALIKE = {"yahoo_spx", "yahoo_tnx", "tic_assets"}


def _is_quick(case: tuple[str, int]) -> bool:
    """Each source over one of them, and each of them by some sources."""
    return case[0] not in ALIKE and case[1] == NAMES.index(case[0]) % len(SPANS)


@pytest.mark.parametrize(
    ("name", "span"), quick_where(_is_quick, product(NAMES, range(len(SPANS))))
)
def test_no_source_is_called_stale_or_fresh_wrongly(name: str, span: int) -> None:
    walked = walk(sources()[name], *SPANS[span])
    assert walked.false_stale == ()
    assert walked.false_fresh == ()
