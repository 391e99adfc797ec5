"""Numbers that are missing, provisional or corrected, in the running program."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.message.plain import plain_text
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from state.archive import Archive
from tests.begun import Begun
from tests.monitor.runs import YAHOO_IS_DOWN, corrected, ids, kicker, kickers, standing_at
from tests.support import app_over, watch


@pytest.mark.slow
def test_without_dxy_it_is_told_provisionally_and_confirmed_in_the_same_alert(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel, until="2025-04-10 12:00")
    watch(app, clock, "2025-04-10 12:00")
    channel.pages.clear()
    standins.faults["yahoo"] = lambda _: YAHOO_IS_DOWN
    watch(app, clock, "2025-04-10 23:00")
    (alert,) = [one for one in app.report.alerts_json() if one["id"].endswith("us/2025-04-10")]
    assert (alert["provisional"], alert["severity"]) == (True, "warning")
    del standins.faults["yahoo"]
    watch(app, clock, "2025-04-11 08:00")
    (alert,) = [one for one in app.report.alerts_json() if one["id"].endswith("us/2025-04-10")]
    assert (alert["provisional"], alert["severity"], alert["state"]) == (True, "critical", "open")
    # Of the close of stocks there is no second source here: their next number confirms it.
    watch(app, clock, "2025-04-11 23:00")
    (alert,) = [one for one in app.report.alerts_json() if one["id"].endswith("us/2025-04-10")]
    assert (alert["provisional"], alert["severity"], alert["state"]) == (False, "critical", "open")
    assert [line.split(" | ")[0] for line in kickers(channel.pages) if "Joint" in line] == [
        "WARNING · Joint selloff · opened · provisional",
        "CRITICAL · Joint selloff · worsened · provisional",
        "CRITICAL · Joint selloff · confirmed",
    ]
    app.close()


@pytest.mark.slow
def test_a_provisional_alert_is_withdrawn_when_the_dollar_did_not_fall(
    standins: Standins, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    clock = standing_at(standins, "2025-04-10 12:00")
    app = begun(standins, clock, tmp_path, channel)
    channel.pages.clear()
    standins.faults["yahoo"] = lambda _: YAHOO_IS_DOWN
    watch(app, clock, "2025-04-10 21:00")
    # When DXY comes it says that the dollar rose that day, whatever the fix said.
    standins.faults["yahoo"] = lambda reply: Reply(
        200, reply.body.replace(b"100.87", b"103.87"), reply.content_type
    )
    watch(app, clock, "2025-04-10 22:30")
    assert kickers(channel.pages) == [
        "WARNING · Joint selloff · opened · provisional | joint_selloff/us/2025-04-10",
        "WARNING · Joint selloff · withdrawn | joint_selloff/us/2025-04-10",
    ]
    (alert,) = [one for one in app.report.alerts_json() if one["rule"] == "joint_selloff"]
    assert alert["state"] == "withdrawn"
    app.close()


@pytest.mark.slow
def test_a_source_that_answers_for_the_first_time_days_later_still_confirms(
    standins: Standins, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    clock = standing_at(standins, "2025-04-09 12:00")
    standins.faults["yahoo"] = lambda _: YAHOO_IS_DOWN
    app = app_over(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-04-11 12:00")
    (alert,) = [one for one in app.report.alerts_json() if one["id"].endswith("us/2025-04-10")]
    assert alert["provisional"]
    del standins.faults["yahoo"]
    watch(app, clock, "2025-04-11 14:00")
    (alert,) = [one for one in app.report.alerts_json() if one["id"].endswith("us/2025-04-10")]
    assert (alert["provisional"], alert["severity"]) == (True, "critical")
    # Of the close of stocks there is no second source here: their next number confirms it.
    watch(app, clock, "2025-04-11 23:00")
    (alert,) = [one for one in app.report.alerts_json() if one["id"].endswith("us/2025-04-10")]
    assert (alert["provisional"], alert["severity"]) == (False, "critical")
    app.close()


@pytest.mark.slow
def test_a_small_correction_of_the_past_tells_no_old_event_as_new(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel, routing={"notice": ["console"]})
    # 5 March and 3 February are in the yardstick of joint selloffs of February and March.
    corrected(standins, "treasury_curve", b"4.28,,4.57", b"4.29,,4.57")
    corrected(standins, "cboe", b"02/03/2025,5994.57", b"02/03/2025,5994.75")
    watch(app, clock, "2025-04-08 21:00")
    history = Archive(app.database).history(("spx", "ust10y"), clock.now())
    assert len(history.revision_instants(None, clock.now())) > 1  # so the corrections were stored
    assert ids(app) == ["joint_selloff/us/2025-04-08"]
    app.close()


def test_a_correction_that_makes_a_past_event_is_told_late(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel)
    # On 3 April stocks and the dollar crashed; had the yield risen, it would have been one.
    corrected(standins, "treasury_curve", b"4.06,,4.49", b"4.26,,4.49")
    watch(app, clock, "2025-04-08 18:20")
    assert kickers(channel.pages)[0] == (
        "CRITICAL · Joint selloff · opened · late | joint_selloff/us/2025-04-03"
    )
    assert "Delayed: evaluated after the usual time" in plain_text(channel.pages[0])
    app.close()


@pytest.mark.slow
def test_a_correction_that_matters_is_told_in_the_alert(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel, until="2025-04-10 12:00")
    watch(app, clock, "2025-04-10 16:00")
    corrected(standins, "cboe", b"04/10/2025,5268.05", b"04/10/2025,5068.05")
    watch(app, clock, "2025-04-10 20:00")
    del standins.faults["cboe"]
    watch(app, clock, "2025-04-11 10:00")
    joint = [page for page in channel.pages if page.footer.endswith("us/2025-04-10")]
    assert [kicker(page).split(" · ", 2)[-1] for page in joint] == [
        "opened · provisional",
        "revised · provisional",
    ]
    assert ["−7.1%" in page.title for page in joint] == [True, False]
    assert "Data revised: still critical." in plain_text(joint[1])
    app.close()
