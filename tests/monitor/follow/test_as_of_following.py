"""A database that follows shows any instant as it was here, numbers that came late included."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.as_of.test_as_of import differing
from tests.monitor.follow.desks import BEGAN, HOUR, Desks

MINUTES = (1, 24 * 60 + 1, 24 * 60 + 44, 24 * 60 + 46, 30 * 60)


@pytest.mark.slow
@pytest.mark.parametrize("minutes", MINUTES)
def test_a_look_back_shows_what_a_database_cut_there_shows(
    desks: Desks, tmp_path: Path, minutes: int
) -> None:
    desks.both(BEGAN)
    desks.publish("gold", date(2025, 3, 10), 106.5)
    desks.lead(BEGAN + 24 * HOUR)
    desks.follow(BEGAN + 24 * HOUR + timedelta(minutes=45))
    desks.publish("silver", date(2025, 3, 10), 104.0)
    desks.lead(BEGAN + 26 * HOUR)
    desks.follow(BEGAN + 31 * HOUR)
    desks.follower.close()
    (desks.path.parent / "config.toml").write_text("[channels.console]\n")
    assert differing(desks.path, BEGAN + timedelta(minutes=minutes), tmp_path) == []
