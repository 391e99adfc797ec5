"""Fixtures of the channels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.alerts.slack_standin import SlackStandin


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    """A workspace on loopback, with Slack's own limits."""
    with SlackStandin() as standin:
        yield standin
