"""What is said of answers about a past that nobody watched."""

from __future__ import annotations

from monitor.views.basis import ACM, REVISED, basis_of
from tests.support import utc

SINCE = utc("2025-03-24 04:00")


def test_numbers_loaded_later_are_called_revised_with_assumed_times() -> None:
    assert basis_of(SINCE, utc("2025-03-24 04:00")) == ""
    assert basis_of(SINCE, utc("2025-03-24 03:59")) == REVISED
    assert basis_of(None, utc("2026-01-01 00:00")) == REVISED


def test_a_premium_of_before_its_first_publication_was_never_known() -> None:
    assert basis_of(SINCE, utc("2014-04-30 23:59")) == f"{REVISED}{ACM}"
    assert basis_of(SINCE, utc("2014-05-01 00:00")) == REVISED
