"""What a check says of the second host, on either."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
import pytest

from monitor.check.check import CRITICAL, OK, UNKNOWN, WARNING, Limits, check
from monitor.check.output import as_json, first_line
from monitor.check.standby_issues import standby_troubles
from monitor.cli.params import refuse_on_standby
from monitor.evaluate.replica_health import replica_signals
from rules.terms import Answer
from state.instants import to_text
from state.standby_state import StandbyState, forget_standby, read_standby, write_standby
from tests.support import utc

AT = utc("2025-04-10 14:00")


def before(**length: float) -> str:
    return to_text(AT - timedelta(**length))


WELL = StandbyState(
    before(seconds=2),
    "host-b",
    leads=False,
    leader="host-a",
    token=5,
    renewed_at=before(seconds=4),
    replicated_at=before(seconds=7),
    proven_at=before(hours=3),
)


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        (WELL, OK, "standby: host-a leads (token 5), replica 7 s behind"),
        (WELL._replace(replicated_at=before(seconds=90)), WARNING, "replica 90 s behind"),
        (WELL._replace(replicated_at=""), WARNING, "no replica yet"),
        (WELL._replace(renewed_at=before(minutes=2)), CRITICAL, "no host leads since 2025-04-10T"),
        (WELL._replace(leader=""), CRITICAL, "no host leads"),
        (WELL._replace(written_at=before(minutes=6)), UNKNOWN, "is havenwatch running?"),
        (WELL._replace(store_problem="timed out"), WARNING, "the lease cannot be read or renewed"),
        (WELL._replace(disproof="bad page", disproven_at=before()), WARNING, "bad page"),
        (WELL._replace(lost_answers=("one", "two")), WARNING, "2 answers given here"),
    ],
)
def test_a_host_that_stands_by_answers_for_itself(
    state: StandbyState, code: int, words: str, tmp_path: Path
) -> None:
    database = tmp_path / "havenwatch.db"  # there need be none
    write_standby(database, state)
    found = check(database, Limits(), AT)
    assert (found.code, words in first_line(found)) == (code, True), first_line(found)


def test_the_lag_is_a_figure_and_in_json(tmp_path: Path) -> None:
    database = tmp_path / "havenwatch.db"
    write_standby(database, WELL)
    found = check(database, Limits(), AT)
    assert first_line(found).endswith(" | replica_lag=7s;60;;0")
    assert as_json(found)["standby"]["replica_lag_s"] == 7.0


LEADS = WELL._replace(leads=True, host_id="host-a")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LEADS, ""),
        (
            LEADS._replace(replicated_at=before(seconds=90), replica_problem="no such bucket"),
            "replica 90 s behind: no such bucket",
        ),
        (LEADS._replace(disproof="checksum", disproven_at=before(hours=1)), "checksum"),
        (LEADS._replace(proven_at=before(hours=37)), "passed no restore test since"),
        (LEADS._replace(proven_at="", unproven_since=before(hours=37)), "no restore test since"),
    ],
)
def test_the_host_that_leads_alerts_of_the_same(state: StandbyState, words: str) -> None:
    said = " ".join(one.said for one in standby_troubles(state, AT))
    assert words in said
    assert bool(said) is bool(words)
    (signal,) = replica_signals(state, AT)
    assert signal.answer is (Answer.FIRING if words else Answer.QUIET)
    assert words in signal.explained.headline


def test_one_host_alone_says_nothing() -> None:
    assert list(replica_signals(None, AT)) == []


def test_a_command_that_changes_something_is_refused_on_a_host_that_stands_by(
    tmp_path: Path,
) -> None:
    database = tmp_path / "havenwatch.db"
    refuse_on_standby(database)
    write_standby(database, LEADS)
    refuse_on_standby(database)
    write_standby(database, WELL)
    with pytest.raises(click.ClickException, match="host-a leads"):
        refuse_on_standby(database)


def test_the_state_is_private_and_read_as_it_was_written(tmp_path: Path) -> None:
    database = tmp_path / "havenwatch.db"
    assert read_standby(database) is None
    state = WELL._replace(lost_answers=("one",))
    write_standby(database, state)
    assert read_standby(database) == state
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    path.write_text('{"colour": 1}')
    with pytest.raises(ValueError, match="expected the state"):
        read_standby(database)
    forget_standby(database)
    assert list(tmp_path.iterdir()) == []
