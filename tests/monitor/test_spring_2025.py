"""The program over some days of April 2025: each alert once, in order, and the same in a replay."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.message.html import html_document
from alerts.message.message import Message
from alerts.message.plain import plain_text
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import replay
from monitor.ingest.source import Source
from state.outbox import Outbox
from state.vintages import Vintages
from tests.alerts.digest.agreement import disagreements
from tests.april import BEGAN, EVERYTHING, lived_until
from tests.begun import Begun
from tests.contracts.test_heads import LONGEST, written
from tests.monitor.runs import kickers
from tests.standins import more_publishers
from tests.support import JUDGING, app_over, new_york, watch

# What `make test` has of it is in tests/rules/test_properties.py.
pytestmark = pytest.mark.slow


# CI's demonstration lives through the rest, and is replayed word for word.
WEEK, WEEKS = "2025-04-11 12:00", pytest.param("2025-04-22 12:00", marks=pytest.mark.sweep)


@dataclass(frozen=True)
class Lived:
    """A run of every source and rule from the evening of 7 April 2025 to a noon, digests
    included."""

    app: App
    pages: list[Message]
    database: Path
    until: datetime

    def alerts(self) -> list[Message]:
        return [page for page in self.pages if page.about is not None]

    def digests(self) -> list[Message]:
        """All that were composed; those from the 10th on were sent, and are drawn."""
        outbox = Outbox(self.app.database)
        return [outbox.digest_message(day) for day in outbox.digest_dates()]


@pytest.fixture(scope="module", params=[WEEK, WEEKS])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    until: str = request.param
    kept, folder = lived_until(tmp_path_factory, until), tmp_path_factory.mktemp("lived")
    shutil.copy(kept / "havenwatch.db", folder)
    pages = pickle.loads((kept / "messages").read_bytes())
    clock = SimulatedClock(new_york(until))
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(standins, clock, folder, **EVERYTHING)
        yield Lived(app, pages, folder / "havenwatch.db", clock.now())
        app.close()


def test_every_message_can_be_made_again_byte_for_byte_from_what_is_stored(
    lived: Lived,
) -> None:
    alerts = lived.alerts()
    told = [plain_text(page) for page in alerts]
    keys = [page.footer for page in alerts]
    zone = lived.app.config.desk.zone
    sent = {page.key for page in alerts}
    pages = [page for key in dict.fromkeys(keys) for page in lived.app.report.pages(key, zone)]
    # A notice that became a warning was not sent as the notice it was.
    again = [page for page in pages if page.key in sent]
    assert sorted(plain_text(page) for page in again) == sorted(told)
    assert [html_document(page) for page in again if page.key == again[0].key] == [
        html_document(page) for page in alerts if page.key == again[0].key
    ]


def test_every_head_is_at_most_600_characters_in_five_lines(lived: Lived) -> None:
    for one in lived.alerts():
        text = written(one)
        assert len(text) <= LONGEST, text
        assert text.count("\n") <= 5, text


def test_no_digest_contradicts_itself_or_has_more_than_its_words(lived: Lived) -> None:
    assert len(lived.digests()) >= 3
    sent = {page.key for page in lived.pages}
    for one in lived.digests():
        assert bool(one.images) is (one.key in sent)
        assert disagreements(one) == [], one.title
        assert len(html_document(one.whole)) > len(html_document(one))


def test_april_2025_is_told_once_in_order(lived: Lived) -> None:
    days = [
        "WARNING · Joint selloff · opened | joint_selloff/us/2025-04-08",
        "WARNING · Term-premium day · opened | term_premium_day/acm_10y/2025-04-07",
        "WARNING · Term-premium day · opened | term_premium_day/acm_10y/2025-04-08",
        "CRITICAL · Joint selloff · opened · provisional | joint_selloff/us/2025-04-10",
        "CRITICAL · Joint selloff · confirmed | joint_selloff/us/2025-04-10",
    ]
    days_after = [
        "WARNING · Term-premium day · opened | term_premium_day/acm_10y/2025-04-10",
        "WARNING · Term-premium jump · worsened | term_premium_jump/acm_10y/2025-04-08",
        "CRITICAL · Joint selloff · opened · provisional | joint_selloff/us/2025-04-21",
        "CRITICAL · Joint selloff · confirmed | joint_selloff/us/2025-04-21",
    ]
    told = [page for page in lived.alerts() if page.footer.startswith(JUDGING)]
    is_week = lived.until < new_york("2025-04-12 00:00")
    assert kickers(told) == (days if is_week else days + days_after)
    found = lived.app.report.alerts_json()
    alert = next(one for one in found if one["id"] == "joint_selloff/us/2025-04-10")
    assert alert["opened_at"] == "2025-04-10T22:30:00Z"
    sent = {"channel": "console", "status": "sent", "attempts": 1}
    assert alert["deliveries"] == [sent, sent]  # opened, and confirmed by the next fix
    assert {line["unit"] for line in alert["evidence"]} == {"pct", "bp", "sd", "count"}


def test_every_rule_replays_as_it_lived_word_for_word(lived: Lived) -> None:
    told = lived.app.report.alerts_json()
    again = replay(lived.app.config, lived.database, BEGAN, lived.until)
    assert again.as_json() == told
    assert len({one["rule"] for one in told}) >= 4


def test_every_number_is_stored_at_the_first_poll_after_its_publication(lived: Lived) -> None:
    stored = Vintages(lived.app.database)
    late: list[str] = []
    seen = 0
    for name, source in lived.app.sources.items():
        for line in stored.of_dataset(name)[1:]:
            if line.published_at is None:  # Yahoo does not say
                assert name.startswith("yahoo")
                continue
            due = _first_poll(source, line.published_at)
            seen += 1
            if line.fetched_at > due:
                late.append(f"{name}: out {line.published_at}, stored {line.fetched_at}")
    assert not late
    assert seen > 20


def _first_poll(source: Source, published_at: datetime) -> datetime:
    """The first instant from the publication on at which the source is asked by its schedule."""
    usual = source.next_poll(published_at - timedelta(seconds=1), None)
    # A tick that asks many, one after the other, takes up the last of them a little later.
    return usual + timedelta(minutes=1)


@pytest.mark.parametrize("lived", [WEEKS], indirect=True)
def test_a_replay_that_begins_in_an_open_condition_does_not_open_it_again(
    lived: Lived,
) -> None:
    start, end = new_york("2025-04-15 00:00"), new_york("2025-04-22 12:00")
    again = replay(lived.app.config, lived.database, start, end)
    opened = {
        one["id"]
        for one in lived.app.report.alerts_json()
        if start < datetime.fromisoformat(one["opened_at"])
    }
    assert {one.alert_id for one in again.alerts()} == opened
    assert "joint_selloff/us/2025-04-21" in opened


@pytest.mark.parametrize("lived", [WEEKS], indirect=True)
def test_the_digest_comes_once_a_business_day_even_when_there_is_nothing_to_say(
    lived: Lived,
) -> None:
    days = [page.key.removeprefix("digest/2025-04-") for page in lived.digests()]
    assert days == ["08", "09", "10", "11", "14", "15", "16", "17", "21"]  # not Good Friday
    quiet = next(page for page in lived.digests() if page.key.endswith("04-15"))
    assert quiet.title.startswith("Dollar up: S&P −0.2%, 10y −3bp (bull flattener), DXY +0.6%")


def test_a_second_database_gives_the_same_alerts(
    standins: Standins, tmp_path: Path, begun: Begun
) -> None:
    found = []
    for name, begin in (("one", app_over), ("two", begun)):
        clock = SimulatedClock(new_york("2025-04-07 21:00"))
        standins.now = clock.now
        app = begin(standins, clock, tmp_path / name)
        watch(app, clock, "2025-04-09 12:00")
        found.append(app.report.alerts_json())
        app.close()
    assert found[0] == found[1]
    assert found[0]
