"""Ways to break what a desk follows: each turns its check and its heartbeat red.

docs/alive.md has a line for each test here, with the same words.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alive.bench import Bench, running


@pytest.mark.slow
@pytest.mark.parametrize("is_moved", [False, True], ids=["stopped", "moved"])
def test_the_followed_program_stops_or_its_database_cannot_be_read(
    bench: Bench, tmp_path: Path, *, is_moved: bool
) -> None:
    follow = {"database": str(bench.path)}
    with running(bench.standins, bench.clock, tmp_path / "second", follow=follow) as second:
        assert second.code() == 0, second.check_says()
        if is_moved:
            bench.path.rename(bench.path.with_name("elsewhere.db"))
        took = second.minutes_until("heartbeat red", second.is_bad)
        assert 15 <= took <= 16
        assert second.is_red(), second.check_says()
        assert "not updated since" in second.check_says()
        assert "not updated since" in second.last.said
