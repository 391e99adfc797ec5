"""What is read at a glance, over every alert of the real figures since 2015 and over digests of its
busiest and of any days: inside its limits, and in agreement with itself."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from alerts.digest.digest import digest_message
from alerts.message.compose import alert_message
from alerts.message.message import Message
from alerts.model import Transition
from alerts.states import Reason
from monitor.config.load import build
from monitor.history.replay import Replayed
from monitor.ingest.calendars import NEW_YORK, local_date
from monitor.ingest.releases import coming_releases
from monitor.views.read_model import ReadModel
from state.database import Database
from tests.alerts.digest.agreement import disagreements
from tests.contracts.test_heads import LONGEST, written
from tests.support import new_york

pytestmark = pytest.mark.slow

SINCE = new_york("2015-01-01 00:00")
UNTIL = new_york("2026-06-30 00:00")
DIGEST_AT = time(19)


@pytest.fixture(scope="module")
def told(replayed: Replayed) -> Sequence[Transition]:
    """What opened and worsened, in order of knowing."""
    found = [
        one.explained()
        for rule in replayed.rules
        for one in rule.verdicts.decided
        if SINCE <= one.outline.at < UNTIL
        and one.outline.reason in (Reason.OPENED, Reason.WORSENED)
    ]
    assert len(found) > 300
    return sorted(found, key=lambda one: one.at)


def test_every_head_since_2015_is_whole_and_at_most_600_characters_in_five_lines(
    told: Sequence[Transition], replayed: Replayed
) -> None:
    rules = {one.rule.rule_id: one.rule for one in replayed.rules}
    for one in told:
        rule = rules[one.after.rule_id]
        releases = coming_releases(one.signal, rule.awaits)
        text = written(alert_message(one, rule.title, releases, NEW_YORK))
        assert len(text) <= LONGEST, text
        assert text.count("\n") <= 5, text
        assert "…" not in text, text


@pytest.mark.parametrize(
    ("busy", "any_others"), [(2, 1), pytest.param(12, 12, marks=pytest.mark.sweep)]
)
def test_no_digest_contradicts_itself_or_has_more_than_its_words(
    told: Sequence[Transition], database: Path, busy: int, any_others: int
) -> None:
    by_day = _by_digest(told)
    busiest = sorted(by_day, key=lambda day: (-len(by_day[day]), day))[:busy]
    chance = random.Random(2015)
    span = (UNTIL - SINCE).days
    any_days = [(SINCE + timedelta(days=chance.randrange(span))).date() for _ in range(any_others)]
    for day in (*busiest, *any_days):
        page = _digest(database, day, by_day)
        assert disagreements(page) == [], page.title
        assert "…" not in page.title


def _by_digest(told: Sequence[Transition]) -> Mapping[date, list[Transition]]:
    """What each digest has to tell: until its hour, and from the hour before."""
    found: dict[date, list[Transition]] = defaultdict(list)
    for one in told:
        local = one.at.astimezone(NEW_YORK)
        later = timedelta(days=1) if local.time() > DIGEST_AT else timedelta()
        found[local_date(one.at) + later].append(one)
    return found


def _digest(database: Path, day: date, by_day: Mapping[date, Sequence[Transition]]) -> Message:
    at = datetime.combine(day, DIGEST_AT, NEW_YORK)
    with_numbers = Database(database, read_only=True, as_of=at)
    reading = ReadModel(build({}, {}, Path()), with_numbers)
    facts = replace(
        reading.digest_facts(day, at, late=False), transitions=tuple(by_day.get(day, ()))
    )
    with_numbers.close()
    return digest_message(facts, NEW_YORK)
