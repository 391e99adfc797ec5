"""What a configuration notes of a source is said once below a message, and of no other source."""

from __future__ import annotations

import pytest

from alerts.message.source_notes import with_source_notes

NOTED = "TIC: US Treasury slt_table3.txt, as revised to June 2026"
DEBT = "Debt: US Treasury, Debt to the Penny"


@pytest.mark.parametrize(
    ("sources", "footer"),
    [
        ((NOTED, NOTED), "an/alert · TIC as revised to June 2026"),
        ((f"{NOTED}; {DEBT}",), "an/alert · TIC as revised to June 2026"),
        ((f"TIC: US Treasury slt_table3.txt; {DEBT}",), "an/alert"),
        (("TIC: US Treasury slt_table3.txt", "Auctions: US Treasury"), "an/alert"),
        ((), "an/alert"),
    ],
)
def test_notes_of_the_sources_stand_behind_the_footer(
    sources: tuple[str, ...], footer: str
) -> None:
    assert with_source_notes("an/alert", sources) == footer
