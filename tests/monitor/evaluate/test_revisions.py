"""A month that TIC revises across the threshold, after the desk has been told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from alerts.message.message import Message, Thread
from alerts.message.plain import plain_text
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel, replay
from state.vintages import Vintages, revised_only
from tests.begun import Begun
from tests.contracts.bodies import FORMATS
from tests.support import new_york, watch

CHINA, JAPAN = "41408", "42609"
# The places of for_treas_net and for_lt_treas_net in a line of slt_table3.
NETS = (4, 6)
FEBRUARY = date(2025, 2, 28)


def revise(standins: Standins, code: str, month: str, by_usd_mn: int) -> None:
    """From now on TIC serves another long-term net of a month, all sums still right."""
    style = FORMATS["treasury_tic"]

    def fault(reply: Reply) -> Reply:
        rows = style.rows(reply.body)
        (row,) = (one for one in rows if one[1:3] == [code, month])
        for column in NETS:
            row[column] = str(int(row[column]) + by_usd_mn)
        return Reply(200, style.body(rows), reply.content_type)

    standins.faults["treasury_tic"] = fault


def told(channel: RecordingChannel, alert_id: str) -> list[Message]:
    return [page for page in channel.pages if page.footer == alert_id]


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def app(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    channel: RecordingChannel,
    begun: Begun,
) -> App:
    clock.advance_to(new_york("2025-05-16 12:00"))
    app = begun(
        standins, clock, tmp_path, channel, watched=("treasury_tic",), until="2025-05-16 16:01"
    )
    watch(app, clock, "2025-05-20 12:00")
    return app


@pytest.mark.slow
def test_a_sale_revised_away_is_withdrawn_by_exactly_one_linked_note(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    alert_id = "foreign_net_sales/china/2025-03-31"
    (opened,) = told(channel, alert_id)
    revise(standins, CHINA, "2025-03", by_usd_mn=+15_000)
    watch(app, clock, "2025-06-16 12:00")
    first, note = told(channel, alert_id)
    assert first == opened
    assert note.kicker.endswith("Foreign net sales · March 2025 · withdrawn")
    assert "Withdrawn after data revision" in plain_text(note)
    # Number 2 is the event's passing, a day after it was told: recorded, and sent to nobody.
    assert note.key == f"{alert_id}#3"
    # The receipt of the first message: what a recording channel gives is a message's place.
    place = channel.pages.index(opened) + 1
    assert (opened.thread, note.thread) == (None, Thread(str(place), opened.key))
    (alert,) = [one for one in app.report.alerts_json() if one["id"] == alert_id]
    assert alert["state"] == "withdrawn"
    again = replay(app.config, app.config.database, new_york("2025-05-16 12:00"), clock.now())
    assert again.as_json() == app.report.alerts_json()
    app.close()


@pytest.mark.slow
def test_a_sale_revised_up_to_critical_worsens_in_exactly_one_linked_note(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    alert_id = "foreign_net_sales/china/2025-03-31"
    revise(standins, CHINA, "2025-03", by_usd_mn=-15_000)
    watch(app, clock, "2025-06-16 12:00")
    _, note = told(channel, alert_id)
    assert note.kicker.startswith("CRITICAL · Foreign net sales · March 2025 · worsened")
    assert "now critical, was warning" in plain_text(note)
    app.close()


@pytest.mark.slow
def test_a_month_revised_into_a_large_sale_opens_one_late_alert(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    alert_id = "foreign_net_sales/japan/2025-02-28"
    assert told(channel, alert_id) == []
    series_id = f"tic.{JAPAN}.for_lt_treas_net"
    (first,) = Vintages(app.database).versions(series_id, FEBRUARY, FEBRUARY)
    revise(standins, JAPAN, "2025-02", by_usd_mn=-int(first.value) - 25_000)
    watch(app, clock, "2025-06-16 12:00")
    (page,) = told(channel, alert_id)
    assert page.kicker == "WARNING · Foreign net sales · February 2025 · opened · late"
    (versions,) = revised_only(Vintages(app.database).versions(series_id, FEBRUARY, FEBRUARY))
    assert [one.value for one in versions] == [first.value, -25_000.0]
    app.close()


@pytest.mark.slow
def test_a_revision_that_crosses_nothing_is_stored_and_not_told(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    count = len(channel.pages)
    revise(standins, JAPAN, "2025-02", by_usd_mn=-100)
    watch(app, clock, "2025-06-16 12:00")
    assert len(channel.pages) == count
    lines = Vintages(app.database).of_dataset("treasury_tic")
    assert lines[-1].revised == 2
    app.close()
