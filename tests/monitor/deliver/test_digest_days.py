"""The digests of early April 2025, by every rule: an empty day, a near miss, a busy one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.message.sections import Table, Text
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations
from rules.model import Panel
from state.outbox import Outbox
from tests.april import EVERYTHING
from tests.begun import Begun
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch


def digests(channel: RecordingChannel) -> dict[str, Message]:
    return {
        page.key.removeprefix("digest/"): page
        for page in channel.pages
        if page.key.startswith("digest/")
    }


WHOLE = pytest.param("2025-04-10 20:00", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=["2025-04-04 20:00"])
def april(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[App, Mapping[str, Message]]]:
    clock, channel = SimulatedClock(new_york("2025-04-02 21:00")), RecordingChannel()
    folder = tmp_path_factory.mktemp("april")
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(standins, clock, folder, channel, **EVERYTHING)
        watch(app, clock, request.param)
        yield app, digests(channel)
        app.close()


def said(page: Message, heading: str) -> str:
    (found,) = [one for one in page.rest if one.heading == heading]
    assert isinstance(found, Text)
    return found.body


def rows(page: Message, heading: str) -> list[tuple[str, ...]]:
    return [
        row
        for one in page.rest
        if isinstance(one, Table) and one.heading == heading
        for row in one.rows
    ]


@pytest.mark.slow
def test_an_empty_day(april: tuple[App, Mapping[str, Message]]) -> None:
    page = april[1]["2025-04-04"]
    # Stocks fell by 6% and bonds rose: whatever a single leg did, nothing came near.
    assert page.subject == (
        "[Digest 2025-04-04] Treasuries hedged: S&P −6.0%, 10y −5bp (bull flattener), DXY +0.9%"
    )
    assert page.tone == "plain"
    assert said(page, "Summary") == (
        "Fri 4 Apr 2025: S&P 500 5,074.08 (−6.0%), 10-year 4.01% (−5bp), DXY 103.02 (+0.9%). "
        "0 alert changes and no near misses in 10 evaluations since Thu 3 Apr 2025 19:00 EDT."
    )
    assert said(page, "Data and rules") == "All sources current."
    assert rows(page, "Alerts") == []
    assert rows(page, "Near misses") == []
    assert [row[0] for row in rows(page, "Next releases")] == [
        "ACM term premium (next session)",
        "Kim-Wright term premium (another model)",
        "H.4.1 custody (weekly pulse)",
        "TIC for February 2025 (who sold)",
    ]


@pytest.mark.slow
def test_a_near_miss(april: tuple[App, Mapping[str, Message]]) -> None:
    page = april[1]["2025-04-03"]
    assert rows(page, "Near misses") == [
        (
            "Correlation regime",
            "stock_dollar",
            "2025-04-03",
            "77%",
            "Stock-dollar correlation, 63 sessions: 0.19 (threshold 0.25)",
        )
    ]
    assert "0 alert changes and 1 near miss in" in said(page, "Summary")


@pytest.mark.parametrize("april", [WHOLE], indirect=True)
def test_a_busy_day(april: tuple[App, Mapping[str, Message]]) -> None:
    page = april[1]["2025-04-10"]
    assert page.subject.startswith("[Digest 2025-04-10 · CRITICAL] Joint selloff: ")
    assert page.tone == "critical"
    fell = (
        "Stocks, the 10-year and the dollar fell together on Thu 10 Apr 2025: S&P 500 −3.5%, "
        "10-year yield +6bp, ICE DXY −2.0%."
    )
    # A dollar that fell by 1% or more is provisional until a second source has confirmed it.
    row = ("Thu 10 Apr 2025 18:30 EDT", "critical", "opened, provisional", fell)
    assert row in [one[:4] for one in rows(page, "Alerts")]
    assert said(page, "Summary").startswith(
        "Thu 10 Apr 2025: S&P 500 5,268.05 (−3.5%), 10-year 4.40% (+6bp), DXY 100.87 (−2.0%). "
    )
    assert ("Term-premium jump", "acm_10y", "notice", "Thu 10 Apr 2025 09:30 EDT", "today") in [
        one[:5] for one in rows(page, "Open alerts")
    ]
    markets, flows = page.images
    assert max(len(markets.png), len(flows.png)) < 60_000
    assert "S&P 500 5,268.05, " in plain_text(page).replace("\n", " ")


@pytest.mark.slow
def test_what_was_sent_is_what_is_stored(april: tuple[App, Mapping[str, Message]]) -> None:
    app, sent = april
    outbox = Outbox(app.database)
    assert {day.isoformat(): outbox.digest_message(day) for day in outbox.digest_dates()} == sent


class Crashing(JointSelloff):
    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        raise ZeroDivisionError("a mistake")


@pytest.mark.slow
def test_what_a_rule_missed_over_the_hour_is_in_the_next_one(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path_factory: pytest.TempPathFactory,
    begun: Begun,
) -> None:
    """The selloff of the 8th was known at 18:30, judged the morning after, and is in the 9th's."""
    channel, folder = RecordingChannel(), tmp_path_factory.mktemp("missed")
    routing = {"digest": ["console"]}
    app = begun(standins, clock, folder, channel, routing=routing)
    app.close()
    broken = {"joint_selloff": Crashing()}
    app = app_over(standins, clock, folder, channel, rules=broken, routing=routing)
    watch(app, clock, "2025-04-08 20:00")
    app.close()
    app = app_over(standins, clock, folder, channel, routing=routing)
    watch(app, clock, "2025-04-10 17:00")
    app.close()
    found = digests(channel)
    assert not [row for row in rows(found["2025-04-08"], "Alerts") if "fell" in row[3]]
    told = [row for row in rows(found["2025-04-09"], "Alerts") if "fell together" in row[3]]
    assert [row[:3] for row in told] == [("Tue 8 Apr 2025 18:30 EDT", "warning", "opened")]


def test_a_digest_nobody_is_sent_is_not_drawn(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path_factory: pytest.TempPathFactory,
    begun: Begun,
) -> None:
    app = begun(standins, clock, tmp_path_factory.mktemp("undrawn"))
    watch(app, clock, "2025-04-08 20:00")
    stored = Outbox(app.database).digest_message(date(2025, 4, 8))
    assert stored.images == ()
    shown = app.reading.preview_digest(clock.now())
    assert len(shown.images) == 2
    assert stored.subject.startswith("[Digest 2025-04-08 · WARNING] Joint selloff: ")
    app.close()
