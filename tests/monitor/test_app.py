"""The program over a few days of spring 2025: what it tells, once, in order, and when."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.html import html_document
from alerts.message import Message
from alerts.plain import plain_text
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.exchange import Reply
from monitor.demo.server import Standins
from monitor.errors import ClockWentBack
from monitor.history.replay import RecordingChannel, replay
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations
from rules.model import Panel
from state.archive import Archive
from state.health import Health
from state.outbox import Outbox
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch

YAHOO_IS_DOWN = Reply(429, b"Too Many Requests\n", "text/plain")


def ids(app: App) -> list[str]:
    return [one["id"] for one in app.report.alerts_json()]


def kickers(pages: Sequence[Message]) -> list[str]:
    return [f"{page.kicker} | {page.footer}" for page in pages]


@dataclass(frozen=True)
class Lived:
    """A run from the evening of 7 April 2025 to a noon, digests included: to the 11th with
    `make test`, to the 22nd with `make test-slow`."""

    app: App
    pages: list[Message]
    database: Path
    until: datetime

    def alerts(self) -> list[Message]:
        return [page for page in self.pages if not page.key.startswith("digest/")]

    def digests(self) -> list[Message]:
        return [page for page in self.pages if page.key.startswith("digest/")]


FORTNIGHT = pytest.param("2025-04-22 12:00", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=["2025-04-11 12:00", FORTNIGHT])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    clock, channel = SimulatedClock(new_york("2025-04-07 21:00")), RecordingChannel()
    folder = tmp_path_factory.mktemp("lived")
    with Standins(clock.now, more_publishers()) as standins:
        routing = {"digest": ["console"]}
        app = app_over(standins, clock, folder, channel, watched=None, routing=routing)
        watch(app, clock, request.param)
        yield Lived(app, channel.pages, folder / "havenwatch.db", clock.now())
        app.close()


def test_every_message_can_be_made_again_byte_for_byte_from_what_is_stored(
    lived: Lived,
) -> None:
    told = [plain_text(page) for page in lived.alerts()]
    keys = [page.footer for page in lived.alerts()]
    zone = lived.app.config.desk.zone
    sent = {page.key for page in lived.alerts()}
    pages = [page for key in dict.fromkeys(keys) for page in lived.app.report.pages(key, zone)]
    # A notice that became a warning was not sent as the notice it was.
    again = [page for page in pages if page.key in sent]
    assert sorted(plain_text(page) for page in again) == sorted(told)
    assert [html_document(page) for page in again if page.key == again[0].key] == [
        html_document(page) for page in lived.alerts() if page.key == again[0].key
    ]


def standing_at(standins: Standins, text: str) -> SimulatedClock:
    """A clock by which the stand-ins publish."""
    clock = SimulatedClock(new_york(text))
    standins.now = clock.now
    return clock


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
    is_short = lived.until < new_york("2025-04-12 00:00")
    assert kickers(lived.alerts()) == (days if is_short else days + days_after)
    found = lived.app.report.alerts_json()
    alert = next(one for one in found if one["id"] == "joint_selloff/us/2025-04-10")
    assert alert["opened_at"] == "2025-04-10T22:30:00Z"
    sent = {"channel": "console", "status": "sent", "attempts": 1}
    assert alert["deliveries"] == [sent, sent]  # opened, and confirmed by the next fix
    assert {line["unit"] for line in alert["evidence"]} == {"pct", "bp", "sd", "count"}


def test_replaying_what_is_known_gives_the_live_alerts(lived: Lived) -> None:
    again = replay(lived.app.config, lived.database, new_york("2025-04-07 21:00"), lived.until)
    assert again.as_json() == lived.app.report.alerts_json()


@pytest.mark.parametrize(
    "until", ["2025-04-09 12:00", pytest.param("2025-04-17 12:00", marks=pytest.mark.slow)]
)
def test_every_rule_replays_as_it_lived_word_for_word(tmp_path: Path, until: str) -> None:
    clock = SimulatedClock(new_york("2025-04-07 21:00"))
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(standins, clock, tmp_path, watched=None, judged=None)
        watch(app, clock, until)
        start, end = new_york("2025-04-06 21:00"), clock.now()
        again = replay(app.config, tmp_path / "havenwatch.db", start, end)
        lived = app.report.alerts_json()
        app.close()
    assert again.as_json() == lived
    assert len({one["rule"] for one in lived}) >= (4 if until > "2025-04-10" else 2)


@pytest.mark.parametrize("lived", [FORTNIGHT], indirect=True)
def test_a_replay_that_begins_in_an_open_condition_does_not_open_it_again(
    lived: Lived,
) -> None:
    start, end = new_york("2025-04-15 00:00"), new_york("2025-04-22 12:00")
    again = replay(lived.app.config, lived.database, start, end)
    assert [one.alert_id for one in again.alerts()] == ["joint_selloff/us/2025-04-21"]


@pytest.mark.parametrize("lived", [FORTNIGHT], indirect=True)
def test_the_digest_comes_once_a_business_day_even_when_there_is_nothing_to_say(
    lived: Lived,
) -> None:
    days = [page.key.removeprefix("digest/2025-04-") for page in lived.digests()]
    assert days == ["08", "09", "10", "11", "14", "15", "16", "17", "21"]  # not Good Friday
    quiet = next(page for page in lived.digests() if page.key.endswith("04-15"))
    assert "No new alerts" in quiet.title


def test_a_second_database_gives_the_same_alerts(standins: Standins, tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        clock = SimulatedClock(new_york("2025-04-07 21:00"))
        standins.now = clock.now
        app = app_over(standins, clock, tmp_path / name)
        watch(app, clock, "2025-04-09 12:00")
        found.append(app.report.alerts_json())
        app.close()
    assert found[0] == found[1]
    assert found[0]


def test_a_restart_tells_nothing_again(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-04-08 23:00")
    told = len(channel.pages)
    app.close()
    again = app_over(standins, clock, tmp_path, channel)
    again.tick(clock.now())
    again.tick(clock.now() + timedelta(minutes=5))
    assert len(channel.pages) == told
    again.close()


def test_after_downtime_everything_unseen_is_told_once_in_order_and_marked_late(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    clock.advance_to(new_york("2025-04-22 10:00"))
    app.tick(clock.now())
    joint = [line for line in kickers(channel.pages) if "Joint" in line]
    assert joint == [
        "WARNING · Joint selloff · opened · late | joint_selloff/us/2025-04-08",
        "CRITICAL · Joint selloff · opened · provisional · late | joint_selloff/us/2025-04-10",
        "CRITICAL · Joint selloff · opened · provisional | joint_selloff/us/2025-04-21",
    ]
    app.close()


def test_a_new_database_tells_the_last_day_and_nothing_older(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    clock.advance_to(new_york("2025-04-10 21:00"))
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    assert [line for line in kickers(channel.pages) if "Joint" in line] == [
        "CRITICAL · Joint selloff · opened · provisional | joint_selloff/us/2025-04-10"
    ]
    # The day of 7 April, known on the 9th, is older.
    assert "term_premium_day/acm_10y/2025-04-08" in ids(app)
    assert not any("2025-04-07" in line for line in (*ids(app), *kickers(channel.pages)))
    app.close()


def test_history_loaded_beforehand_changes_no_alert(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    for source in app.sources.values():
        app.ingest.backfill(source, date(2024, 1, 1), clock.now())
    watch(app, clock, "2025-04-09 12:00")
    assert [page.footer for page in channel.pages] == [
        "joint_selloff/us/2025-04-08",
        "term_premium_day/acm_10y/2025-04-07",
    ]
    app.close()


@pytest.mark.slow
def test_without_dxy_it_is_told_provisionally_and_confirmed_in_the_same_alert(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
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


def test_a_provisional_alert_is_withdrawn_when_the_dollar_did_not_fall(
    standins: Standins, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    clock = standing_at(standins, "2025-04-10 12:00")
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
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


def corrected(standins: Standins, name: str, old: bytes, new: bytes) -> None:
    """From now on a publisher serves a corrected number."""

    def fault(reply: Reply) -> Reply:
        assert old in reply.body
        return Reply(200, reply.body.replace(old, new), reply.content_type)

    standins.faults[name] = fault


def test_a_small_correction_of_the_past_tells_no_old_event_as_new(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel, routing={"notice": ["console"]})
    app.tick(clock.now())
    # 5 March and 3 February are in the yardstick of joint selloffs of February and March.
    corrected(standins, "treasury_curve", b"4.28,,4.57", b"4.29,,4.57")
    corrected(standins, "cboe", b"02/03/2025,5994.57", b"02/03/2025,5994.75")
    watch(app, clock, "2025-04-08 21:00")
    history = Archive(app.database).history(("spx", "ust10y"), clock.now())
    assert len(history.revision_instants(None, clock.now())) > 1  # so the corrections were stored
    assert ids(app) == ["joint_selloff/us/2025-04-08"]
    app.close()


def test_a_correction_that_makes_a_past_event_is_told_late(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    # On 3 April stocks and the dollar crashed; had the yield risen, it would have been one.
    corrected(standins, "treasury_curve", b"4.06,,4.49", b"4.26,,4.49")
    watch(app, clock, "2025-04-08 18:20")
    assert kickers(channel.pages)[0] == (
        "CRITICAL · Joint selloff · opened · late | joint_selloff/us/2025-04-03"
    )
    assert "Delayed: evaluated after the usual time" in plain_text(channel.pages[0])
    app.close()


def test_a_correction_that_matters_is_told_in_the_alert(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-04-10 16:00")
    corrected(standins, "cboe", b"04/10/2025,5268.05", b"04/10/2025,5068.05")
    watch(app, clock, "2025-04-10 20:00")
    del standins.faults["cboe"]
    watch(app, clock, "2025-04-11 10:00")
    joint = [page for page in channel.pages if page.footer.endswith("us/2025-04-10")]
    assert [page.kicker.split(" · ", 2)[-1] for page in joint] == [
        "opened · provisional",
        "revised · provisional",
    ]
    assert ["−7.1%" in page.title for page in joint] == [True, False]
    assert "Data revised: still critical." in plain_text(joint[1])
    app.close()


def test_the_new_tic_month_is_told_within_a_minute_of_its_release(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    clock.advance_to(new_york("2025-05-16 12:00"))
    app = app_over(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-05-16 18:05")
    tic = [page for page in channel.pages if "Foreign" in page.kicker]
    assert [page.footer for page in tic] == ["foreign_net_sales/china/2025-03-31"]
    (alert,) = [one for one in app.report.alerts_json() if one["rule"] == "foreign_net_sales"]
    assert alert["opened_at"] == "2025-05-16T20:02:00Z"  # released at 16:02 New York
    asked = [one.at for name, one in standins.asked if name == "treasury_tic"]
    window = [at for at in asked if new_york("2025-05-16 16:00") <= at]
    gaps = [after - before for before, after in itertools.pairwise(window)]
    # Every 30 s until the month is there, then only the usual poll at 16:30.
    assert gaps == [timedelta(seconds=30)] * 4 + [timedelta(minutes=28)]
    app.close()


@pytest.mark.slow
def test_stale_sources_make_rules_unknown_and_tell_the_operator_once(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    standins.faults["cboe"] = lambda _: Reply(500, b"", "text/plain")
    watch(app, clock, "2025-04-11 12:00")
    told = [line for line in kickers(channel.pages) if "cboe" in line]
    assert told == ["WARNING · Source health · opened | source_health/cboe/2025-04-09"]
    standing = {one.rule_title: one for one in app.report.standings(clock.now())}
    assert standing["Joint selloff"].answer == "unknown"
    assert "missing or stale: spx" in standing["Joint selloff"].reason
    assert not any("Joint" in line for line in kickers(channel.pages))
    del standins.faults["cboe"]
    watch(app, clock, "2025-04-11 14:00")
    assert any("Source health · resolved" in line for line in kickers(channel.pages))
    # And what was missed meanwhile is told now.
    assert sum("Joint" in line for line in kickers(channel.pages)) == 2
    app.close()


class Crashing(JointSelloff):
    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        raise ZeroDivisionError("a mistake")


def test_a_rule_that_crashes_is_unknown_tells_the_operator_and_catches_up(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    app.close()

    broken = app_over(standins, clock, tmp_path, channel, rules={"joint_selloff": Crashing()})
    watch(broken, clock, "2025-04-08 23:00")
    broken.close()
    lines = kickers(channel.pages)
    assert [line for line in lines if "Rule health" in line] == [
        "WARNING · Rule health · opened | rule_health/joint_selloff/2025-04-08"
    ]
    assert not any("Joint" in line for line in lines)
    assert "ZeroDivisionError" in caplog.text
    app = app_over(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-04-09 10:00")
    lines = kickers(channel.pages)
    # It was known in the evening, and says that it comes late.
    said = "delayed · WARNING · Joint selloff · opened"
    assert any(line.startswith(said) and "joint_selloff/us/2025-04-08" in line for line in lines)
    assert any("Rule health · resolved" in line for line in lines)
    app.close()


def test_missed_digests_become_one_late_one(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel, routing={"digest": ["console"]})
    app.tick(clock.now())
    clock.advance_to(new_york("2025-04-16 09:00"))
    app.tick(clock.now())
    (digest,) = [page for page in channel.pages if page.key.startswith("digest/")]
    assert digest.key == "digest/2025-04-15"
    assert "late" in digest.kicker
    assert Outbox(app.database).digest_dates() == [date(2025, 4, 15)]
    app.close()


def test_a_notice_is_in_the_digest_and_nowhere_else(standins: Standins, tmp_path: Path) -> None:
    channel = RecordingChannel()
    clock = standing_at(standins, "2025-03-26 20:00")
    app = app_over(standins, clock, tmp_path, channel, routing={"digest": ["console"]})
    watch(app, clock, "2025-03-27 20:00")
    assert [page.key for page in channel.pages] == ["digest/2025-03-27"]
    assert "fell together on Thu 27 Mar 2025" in channel.pages[0].title
    app.close()


def test_time_does_not_go_back(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> None:
    app = app_over(standins, clock, tmp_path)
    app.tick(clock.now())
    with pytest.raises(ClockWentBack, match="fix the machine's clock"):
        app.tick(clock.now() - timedelta(hours=1))
    app.close()


def test_a_source_that_is_switched_off_is_forgotten(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    app = app_over(standins, clock, tmp_path)
    app.tick(clock.now())
    app.close()
    off = app_over(
        standins,
        clock,
        tmp_path,
        sources={"yahoo": {"enabled": False, "base_url": standins.base_url("yahoo")}},
    )
    off.tick(clock.now() + timedelta(hours=1))
    assert "yahoo" not in Health(off.database).sources()
    off.close()


def test_an_idle_tick_asks_nobody_and_stores_no_row(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    app = app_over(standins, clock, tmp_path)
    app.tick(clock.now())
    asked = len(standins.asked)
    before = "\n".join(app.database.connection.iterdump()).splitlines()
    app.tick(clock.now() + timedelta(seconds=15))
    after = "\n".join(app.database.connection.iterdump()).splitlines()
    assert len(standins.asked) == asked
    changed = set(before) ^ set(after)
    assert all("heartbeat" in line or "program_runs" in line for line in changed)
    app.close()


def test_everything_stored_is_dated_when_it_was_fetched(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    app = app_over(standins, clock, tmp_path)
    watch(app, clock, "2025-04-09 12:00")
    history = Archive(app.database).history(("spx", "dxy"), datetime(2025, 5, 1, tzinfo=UTC))
    assert str(history.known_at[-1]) == "2025-04-08T22:30:00"
    app.close()


def test_of_two_programs_on_one_database_one_acts_and_the_other_waits_for_its_end(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = RecordingChannel()
    one = app_over(standins, clock, tmp_path, channel)
    two = app_over(standins, clock, tmp_path, channel)
    one.tick(clock.now())
    clock.advance_to(new_york("2025-04-08 19:00"))
    asked = len(standins.asked)
    assert two.tick(clock.now()) == []
    assert len(standins.asked) == asked
    assert two.tick(clock.now()) == []
    said = f"another havenwatch (pid {os.getpid()}) is active on this database; waiting"
    assert caplog.messages.count(said) == 1
    one.close()
    assert two.tick(clock.now())
    assert "the other havenwatch has ended" in caplog.text
    assert [page.key for page in channel.pages] == ["joint_selloff/us/2025-04-08#1"]
    two.close()


def test_two_programs_that_both_act_by_a_lost_lock_still_tell_everything_once(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    sections = {"digest": ["console"]}
    one = app_over(standins, clock, tmp_path, channel, routing=sections)
    one.tick(clock.now())
    one.leader_lock.give_up()
    clock.advance_to(new_york("2025-04-08 19:00"))
    # The other has read everything and is about to write when this one does the same tick whole.
    steps: list[str] = []

    def interrupted(step: str) -> None:
        steps.append(step)
        if step == "judged joint_selloff":
            (tmp_path / "havenwatch.db.lock").unlink()
            one.tick(clock.now())

    two = app_over(standins, clock, tmp_path, channel, interrupted, routing=sections)
    two.tick(clock.now())
    assert "judged joint_selloff" in steps
    assert "decided joint_selloff" not in steps
    assert [page.key for page in channel.pages] == [
        "joint_selloff/us/2025-04-08#1",
        "digest/2025-04-08",
    ]
    one.close()
    two.close()


def test_a_rule_that_crashes_at_the_very_start_tells_no_history_later(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    broken = app_over(standins, clock, tmp_path, channel, rules={"joint_selloff": Crashing()})
    broken.tick(clock.now())
    broken.close()
    clock.advance_to(new_york("2025-04-08 19:00"))
    mended = app_over(standins, clock, tmp_path, channel)
    mended.tick(clock.now())
    assert [page.footer for page in channel.pages if "Joint" in page.kicker] == [
        "joint_selloff/us/2025-04-08"
    ]
    mended.close()


def test_a_database_that_cannot_be_written_is_not_told_as_a_crash_of_a_rule(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    clock.advance_to(new_york("2025-04-08 19:00"))
    refuse = (
        "CREATE TRIGGER full BEFORE INSERT ON evaluations BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    app.database.connection.execute(refuse)
    with pytest.raises(sqlite3.Error, match="full"):
        app.tick(clock.now())
    app.database.connection.execute("DROP TRIGGER full")
    app.tick(clock.now())
    lines = kickers(channel.pages)
    assert "WARNING · Joint selloff · opened | joint_selloff/us/2025-04-08" in lines
    assert not any("Rule health" in line for line in lines)
    app.close()
