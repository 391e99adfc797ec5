"""The desk at one glance: what an on-call person must see, gathered from one database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from alerts.digest.level_table import LAGS, levels_table
from alerts.digest.source_line import SourceLine
from alerts.message.sections import Table
from alerts.release import Release
from alerts.states import DeliveryStatus
from monitor.check.check import HealthCheck, check, unacknowledged
from monitor.check.connection_issues import followed_text
from monitor.check.output import WORDS
from monitor.ingest.releases import next_releases
from monitor.views.alert_summary import AlertSummary, summarize_alert
from monitor.views.glance import Glance
from monitor.views.levels import Levels
from rules.verdict.model import Verdict
from state.alert_lists import active_alerts
from state.alert_names import Wanted, count_alerts
from state.backup_state import BackupState
from state.database import Database
from state.health import Health
from state.instants import to_text
from state.leaderships import last_restored
from state.outbox import Outbox
from state.silences import Silence, Silences
from state.standby_state import StandbyState

# What a desk calls the levels, in few enough letters for sixty columns.
SHORT: Final = {
    "spx": "S&P 500",
    "ust2y": "2-year",
    "ust10y": "10-year",
    "ust30y": "30-year",
    "dxy": "DXY",
    "acm_tp10y": "ACM premium",
    "kw_tp10y": "Kim-Wright",
    "vix": "VIX",
    "custody_treasuries": "Custody",
}
# So long what a takeover lost is shown.
LOST_SHOWN: Final = timedelta(days=7)
TITLES: Final = {"session": "Levels", "week": "Weekly"}


@dataclass(frozen=True)
class Status:
    """Everything `status` shows, as of `at`.

    `checked` is what `check` says. `past_events`: dated events that are open and older than what
    asks for attention.
    """

    at: datetime
    last_tick_at: datetime | None
    checked: HealthCheck
    verdict: Verdict
    open_alerts: Sequence[AlertSummary]
    past_events: int
    levels: Levels
    sources: Sequence[SourceLine]
    owed: int
    dead: int
    silences: Sequence[Silence]
    releases: Sequence[Release]
    lost_answers: Sequence[str] = ()

    @property
    def unacknowledged(self) -> str:
        """How many of the open alerts nobody answered, in words; empty where that is none."""
        facts = self.checked.facts
        return "" if facts is None else unacknowledged(facts, are_open=True).partition(" (")[0]

    @property
    def backups(self) -> BackupState:
        """How the backups do."""
        facts = self.checked.facts
        return BackupState() if facts is None else facts.backups

    @property
    def followed(self) -> str:
        """What is followed and how far behind it this database is; empty where it polls."""
        facts = self.checked.facts
        if facts is None or facts.followed is None:
            return ""
        return followed_text(facts.followed, self.at)

    @property
    def standby(self) -> StandbyState | None:
        """How this host does as one of several; None where it is the only one."""
        return self.checked.standby

    def level_tables(self, *, short: bool) -> list[Table]:
        """The digest's own tables of levels, where there are numbers; `short`: by short names."""
        rows = [
            replace(one, title=SHORT.get(one.series_id, one.title)) if short else one
            for one in self.levels.in_words
        ]
        found = [levels_table(rows, TITLES[frequency], frequency) for frequency in LAGS]
        return [one for one in found if one.rows]


def read_status(reading: Glance, at: datetime) -> Status:
    """The status at an instant, of what is read."""
    database, limits = reading.database, reading.limits
    assert database.path is not None
    beat = Health(database).heartbeat()
    last_tick = None if beat is None else beat.last_tick_at
    asking = active_alerts(database, at - limits.event_attention)
    asking.sort(key=lambda one: (-one.severity, -one.opened_at.timestamp(), one.alert_id))
    deliveries = Outbox(database).by_status()
    return Status(
        at=at,
        last_tick_at=last_tick,
        checked=check(database.path, limits, at, looks_back=database.as_of is not None),
        verdict=reading.verdict(at),
        open_alerts=[summarize_alert(reading, one) for one in asking],
        past_events=count_alerts(database, Wanted(state="open")) - len(asking),
        levels=reading.levels(at),
        sources=sorted(reading.source_lines(at), key=lambda one: one.state == "OK"),
        owed=deliveries[DeliveryStatus.DUE] + deliveries[DeliveryStatus.SENDING],
        dead=deliveries[DeliveryStatus.DEAD],
        silences=[one for one in Silences(database).all() if one.made_at <= at < one.end],
        releases=next_releases(at),
        lost_answers=_lost_answers(database, at),
    )


def _lost_answers(database: Database, at: datetime) -> Sequence[str]:
    """What a takeover of the last days lost of answers, as commands that give them again."""
    last = last_restored(database.connection)
    return () if last is None or at > last.taken_at + LOST_SHOWN else last.lost_answers


def status_json(one: Status) -> dict[str, Any]:
    """The same as plain values; instants are UTC text, levels in their own units."""
    return {
        "at": to_text(one.at),
        "last_tick_at": None if one.last_tick_at is None else to_text(one.last_tick_at),
        "check": {"status": WORDS[one.checked.code], "reasons": list(one.checked.reasons)},
        "verdict": one.verdict.line,
        "verdict_beside": list(one.verdict.beside),
        "open_alerts": [_alert_json(alert) for alert in one.open_alerts],
        "past_events": one.past_events,
        "levels": _levels_json(one.levels),
        "sources": [
            {
                "source": line.name,
                "state": line.state,
                "newest_period": line.newest_period and line.newest_period.isoformat(),
                "problem": line.problem,
            }
            for line in one.sources
        ],
        "follows": one.followed,
        "backup": _backup_json(one.backups),
        "lost_answers": list(_lost(one)),
        "outbox": {"owed": one.owed, "dead": one.dead},
        "silences": [
            {"what": it.what, "until": to_text(it.end), "by": it.made_by, "why": it.why}
            for it in one.silences
        ],
        "releases": [
            {"title": it.title, "at": to_text(it.at), "estimated": it.estimated}
            for it in one.releases
        ],
    }


def _backup_json(backups: BackupState) -> dict[str, Any]:
    made, test = backups.made, backups.last_test
    return {
        "enabled": backups.is_wanted,
        "newest": None if made is None else {"file": made.file, "made_at": to_text(made.at)},
        "overdue_at": None if backups.overdue_at is None else to_text(backups.overdue_at),
        "failure": backups.failure,
        "restore_test": None
        if test is None
        else {
            "file": test.file,
            "at": to_text(test.at),
            "passed": backups.disproof is None,
            "problem": test.problem,
        },
    }


def _levels_json(levels: Levels) -> list[dict[str, Any]]:
    return [{**asdict(one), "period_end": one.period_end.isoformat()} for one in levels.numbers]


def _alert_json(one: AlertSummary) -> dict[str, Any]:
    alert = one.alert
    return {
        "id": alert.alert_id,
        "severity": alert.severity.label,
        "provisional": alert.provisional,
        "headline": one.headline,
        "since": to_text(alert.opened_at),
        "acknowledged_by": alert.acknowledged_by,
    }


def _lost(one: Status) -> Sequence[str]:
    return (
        one.lost_answers if one.standby is None else (*one.lost_answers, *one.standby.lost_answers)
    )
