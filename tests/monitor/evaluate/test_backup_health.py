"""A backup that fails its restore test, or is not made, is one message, and one when it is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.evaluate.backup_health import backup_signals
from monitor.history.replay import RecordingChannel
from rules.terms import Answer
from state.backup_events import BackupEvents
from state.backup_state import BackupEvent, BackupState
from tests.begun import Begun
from tests.support import utc

AT = utc("2025-04-10 12:00")
HOUR = timedelta(hours=1)


def event(number: int, problem: str = "", due: timedelta | None = None) -> BackupEvent:
    overdue = None if due is None else AT + due
    return BackupEvent(number, AT - 9 * HOUR, f"x-{number}.db", problem, overdue)


PLANNED = event(1, due=HOUR)
MADE = event(2, due=HOUR)
TESTED = MADE._replace(event_id=3, overdue_at=None)
BAD = TESTED._replace(problem="file is not a database")
# What is known, whether it fires, and what it says; None where nothing is said at all.
CASES: dict[str, tuple[BackupState, bool | None, str]] = {
    "no program has planned any": (BackupState(), None, ""),
    "none is wanted": (BackupState(planned=event(1)), False, "Backups are switched off"),
    "the first is awaited": (BackupState(planned=PLANNED), False, "Backups are made again."),
    "the first is overdue": (
        BackupState(planned=event(1, due=-HOUR)),
        True,
        "No backup yet; one was expected by Thu 10 Apr 2025 07:00 EDT.",
    ),
    "made and tested": (
        BackupState(planned=PLANNED, made=MADE, proven=TESTED),
        False,
        "Backups are made again, and the newest was restored without a difference.",
    ),
    "the next is overdue": (
        BackupState(
            planned=event(1, due=-9 * HOUR),
            made=event(2, due=-HOUR),
            failed=event(4, "disk is full"),
        ),
        True,
        "No backup since Wed 9 Apr 2025 23:00 EDT; one was expected by Thu 10 Apr 2025 07:00 EDT. "
        "Last problem: disk is full.",
    ),
    "it failed its test": (
        BackupState(planned=PLANNED, made=MADE, disproven=BAD),
        True,
        "Backup x-2.db failed its restore test: file is not a database.",
    ),
    "the one after that is not tested yet": (
        BackupState(planned=PLANNED, made=event(4, due=HOUR), disproven=BAD),
        True,
        "Backup x-2.db failed its restore test: file is not a database.",
    ),
    "the one after that passed": (
        BackupState(
            planned=PLANNED,
            made=event(4, due=HOUR),
            disproven=BAD,
            proven=event(5)._replace(file="x-4.db"),
        ),
        False,
        "Backups are made again, and the newest was restored without a difference.",
    ),
}


@pytest.mark.parametrize(("backups", "fires", "said"), CASES.values(), ids=list(CASES))
def test_what_is_known_of_backups_is_said(
    backups: BackupState, fires: bool | None, said: str
) -> None:
    found = [*backup_signals(backups, AT)]
    if fires is None:
        assert found == []
        return
    (signal,) = found
    assert signal.answer is (Answer.FIRING if fires else Answer.QUIET)
    assert signal.explained.headline.startswith(said)
    assert bool(signal.explained.caveat) is fires


@pytest.mark.slow
def test_a_failed_test_is_one_message_until_another_passes(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(
        standins, clock, tmp_path, channel,
        routing={"operational": ["console"]}, until="2025-04-08 12:00",
    )  # fmt: skip
    events, at = BackupEvents(app.database), clock.now()
    said: list[tuple[str, str, str]] = []

    def tick_after(what: str, file: str, problem: str = "") -> None:
        nonlocal at
        at += HOUR / 60
        events.record(what, at, file, problem, overdue_at=at + 9 * HOUR)
        for _ in range(2):
            clock.advance_to(at := at + HOUR / 60)
            began = len(channel.pages)
            app.tick(at)
            said.extend(
                (what, page.about.reason, page.title)
                for page in channel.pages[began:]
                if page.about is not None and page.about.rule_id == "backup_health"
            )

    tick_after("planned", "")
    tick_after("made", "x-1.db")
    tick_after("disproven", "x-1.db", "file is not a database")
    tick_after("made", "x-2.db")
    tick_after("proven", "x-2.db")
    failed, back = said
    assert failed[:2] == ("disproven", "opened")
    assert "Backup x-1.db failed its restore test: file is not a database." in failed[2]
    assert back[:2] == ("proven", "resolved")
    app.close()
