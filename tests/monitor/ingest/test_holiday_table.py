"""The table of holidays that ships is what the library says, and nothing else reads the library."""

from __future__ import annotations

import grimp
import pytest

from tests.holiday_table import TABLE, holiday_table
from tests.rooms import PACKAGES


@pytest.mark.slow
def test_the_table_is_what_the_library_says_of_every_day_from_1950_to_2050() -> None:
    assert TABLE.read_text(encoding="utf-8") == holiday_table(), "make it again: make holidays"


def test_the_program_does_not_load_the_library_or_pandas_to_count_a_day() -> None:
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True)
    assert "holidays" not in graph.modules
    imported = graph.find_modules_directly_imported_by("monitor.ingest.calendars")
    assert not imported & {"numpy", "pandas"}
