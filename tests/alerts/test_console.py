"""The terminal channel."""

from __future__ import annotations

import pytest

from alerts.channel import Sent
from alerts.channels.console import Console
from tests.alerts.message.test_pages import page
from tests.support import utc

AT = utc("2025-04-10 22:30")


def test_it_prints_the_page_without_colour_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert Console().send(page("Fell [bold]hard[/bold]."), {}, AT, again=False) == Sent("printed")
    said = capsys.readouterr().out
    assert "Fell [bold]hard[/bold]." in said
    assert "What it does not mean" in said
    assert "\x1b" not in said
    assert "not published" not in said  # the evidence table is left out


def test_it_prints_the_evidence_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Console(show_evidence=True).send(page(), {}, AT, again=False)
    assert "not published" in capsys.readouterr().out
