"""The pages that are read off the program say what it does today."""

from __future__ import annotations

import pytest

from tests.desk import Desk
from tests.reference import DOCS, JSON_PAGE, PAGES, configuration, json_forms
from tests.settings import section_types, settings_of

AGAIN = "write it again with: python -m tests.reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_what_the_program_has(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), AGAIN


def test_the_forms_of_json_are_what_commands_print(desk: Desk) -> None:
    said = json_forms.page(lambda *words: desk.run(*words).output)
    assert (DOCS / JSON_PAGE).read_text(encoding="utf-8") == said, AGAIN


def test_every_setting_is_on_the_page() -> None:
    page = configuration.page()
    for section in ("channels", "rules", "sources", "chains"):
        for name, cls in section_types()[section].items():
            if name != "conditions":
                missing = [one.name for one in settings_of(cls) if f"`{one.name}` |" not in page]
                assert missing == [] or section == "sources", name
    # Where a source is asked, and when, stands in columns of their own.
    assert "| source | base_url | poll_at | stale_after_hours | other |" in page
