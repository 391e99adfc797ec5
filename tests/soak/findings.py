"""What came of a soak: each promise, what was found, and whether it holds."""

from __future__ import annotations

import re
import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from alerts.titles import OPERATIONAL_TITLES
from monitor.ingest.calendars import NEW_YORK, at_local
from state.instants import from_text
from tests.publication_model import is_bond_day
from tests.soak.costs import Compared
from tests.soak.life import Life
from tests.soak.neighbours import Arrived
from tests.soak.plan import Outage, Plan

DIGEST_AT: Final = time(19, 0)
# So long after an outage all that failed has been asked again, by waits that double to an hour.
OVER: Final = timedelta(days=2)
# `[Digest 2025-04-10 · CRITICAL] ...`
DIGEST: Final = re.compile(r"\[Digest (\d{4}-\d\d-\d\d)[ \]]")
# The last release but two of those that the program knows by day.
CALENDAR_ENDS: Final = date(2027, 1, 19)
MOST_GROWTH: Final = 1.2
# Fewer measurements have a median by chance.
FEWEST_COMPARED: Final = 20
MOST_RESIDENT_MB: Final = 250.0
MOST_RESIDENT_GROWTH: Final = 1.05
MOST_DATABASE_MB: Final = 400.0
KINDS: Final = {"idle": "an idle cycle", "check": "check as a process", "once": "a cycle with news"}


@dataclass(frozen=True)
class Finding:
    """A promise. `holds` None: the span was too short to say."""

    promise: str
    found: str
    holds: bool | None


@dataclass(frozen=True)
class Said:
    """A change of an alert about the program itself."""

    at: datetime
    alert_id: str
    reason: str


def findings(
    plan: Plan, life: Life, database: sqlite3.Connection, arrived: Sequence[Arrived]
) -> list[Finding]:
    """Every promise about what was lived, in the order of the table."""
    said = _said(database)
    return [
        _digests(plan, life, database, arrived),
        _messages(database, arrived),
        *(_outage(one, said) for one in plan.outages if _is_over(one.ends, life)),
        *_set_backs(plan, life),
        _calendar(plan, life, said),
        _nothing_else(plan, said),
        _sources(database),
        *_sizes(life),
    ]


def growth(compared: Compared | None) -> list[Finding]:
    """What each kind of work costs at the end beside the first year, by medians of what was
    measured in turn."""
    return [_growth(compared, kind) for kind in KINDS]


def _said(database: sqlite3.Connection) -> list[Said]:
    rows = database.execute("SELECT at, alert_id, reason FROM transitions ORDER BY at, rowid")
    every = [Said(from_text(row["at"]), row["alert_id"], row["reason"]) for row in rows]
    return [one for one in every if one.alert_id.partition("/")[0] in OPERATIONAL_TITLES]


def _is_over(end: datetime, life: Life) -> bool:
    return end + OVER <= at_local(life.last, DIGEST_AT)


def _digests(
    plan: Plan, life: Life, database: sqlite3.Connection, arrived: Sequence[Arrived]
) -> Finding:
    """One of each business day, stored once and received once by each channel."""
    days = [day.isoformat() for day in plan.days if day <= life.last and is_bond_day(day)]
    stored = [row[0] for row in database.execute("SELECT digest_date FROM digests ORDER BY 1")]
    wrong = set(days) ^ set(stored)
    for channel in ("slack", "email"):
        mine = [one for one in arrived if one.channel == channel]
        heads = [DIGEST.match(one.text) for one in mine if not one.key.endswith("/details")]
        got = Counter(head[1] for head in heads if head is not None)
        wrong |= {day for day in {*days, *got} if got[day] != 1}
    leap = sum(day.endswith("-02-29") for day in days)
    found = f"{len(stored):,} of {len(days):,} business days, {leap} of them 29 February"
    if wrong:
        found += f"; wrong on {', '.join(sorted(wrong)[:5])}"
    return Finding("one digest each business day, none twice", found, not wrong)


def _messages(database: sqlite3.Connection, arrived: Sequence[Arrived]) -> Finding:
    """Each queued message once at its receiver."""
    keys = Counter((one.channel, one.key) for one in arrived)
    twice = [key for key, count in keys.items() if count > 1]
    rows = database.execute("SELECT channel, status, count(*) FROM deliveries GROUP BY 1, 2")
    queued = {(row[0], row[1]): row[2] for row in rows}
    unsent = {key: count for key, count in queued.items() if key[1] != "sent"}
    received = Counter(
        channel for channel, key in keys if channel == "email" or not key.endswith("/details")
    )
    lost = [name for (name, status), count in queued.items() if count != received[name]]
    found = ", ".join(f"{count:,} by {name}" for name, count in sorted(received.items()))
    for what, some in (("twice", twice), ("not sent", unsent), ("lost", lost)):
        found += f"; {what}: {list(some)[:3]}" if some else ""
    return Finding("each message once", found, not (twice or unsent or lost))


def _outage(outage: Outage, said: Sequence[Said]) -> Finding:
    """One message, and one that all is well."""
    during = [one for one in said if outage.begins <= one.at <= outage.ends + OVER]
    reasons = [one.reason for one in during if one.alert_id.startswith("source_")]
    days = (outage.ends - outage.begins).days
    found = ", ".join(f"{one.alert_id} {one.reason}" for one in during) or "nothing said"
    return Finding(
        f"{days} days without {outage.source}: one message, one all-clear",
        found[:160],
        reasons == ["opened", "resolved"],
    )


def _set_backs(plan: Plan, life: Life) -> Iterator[Finding]:
    """Cycles are refused while the clock is behind the last one, and nothing else follows: what is
    lost or repeated is in the lines above."""
    past = [one for one in plan.set_backs if _is_over(one.ends, life)]
    if past:
        found = f"{life.refused} cycles refused while the clock was behind the last one"
        yield Finding("a clock set back an hour: cycles wait for it", found, life.refused > 0)


def _calendar(plan: Plan, life: Life, said: Sequence[Said]) -> Finding:
    """Said once when the known TIC release days run out, and never repeated."""
    mine = [one for one in said if one.alert_id.startswith("release_calendar/")]
    found = ", ".join(f"{one.at.astimezone(NEW_YORK):%F} {one.reason}" for one in mine)
    holds = [one.reason for one in mine] == ["opened"] if life.last > CALENDAR_ENDS else None
    return Finding("the release calendar ran out: said once", found or "not yet", holds)


def _nothing_else(plan: Plan, said: Sequence[Said]) -> Finding:
    """Of itself the program says nothing but for what was done to it. Where made figures of two
    sources disagree, as on a holiday of one of them, it says so once and once when they agree."""
    spans = [(one.begins, one.ends + OVER) for one in plan.outages]
    spans += [(one.begins, one.ends + OVER) for one in plan.set_backs]
    conflicts = Counter(one.alert_id for one in said if one.alert_id.startswith("source_conflict/"))
    others = [
        f"{one.at:%F} {one.alert_id} {one.reason}"
        for one in said
        if not one.alert_id.startswith(("release_calendar/", "source_conflict/"))
        and not any(begin <= one.at <= end for begin, end in spans)
    ]
    others += [f"{name} {count} times" for name, count in conflicts.items() if count > 2]
    found = f"{len(others)} other messages: {'; '.join(others[:4])}" if others else "nothing"
    found += f"; {len(conflicts)} sessions on which two sources disagree" if conflicts else ""
    return Finding("nothing else said of sources, rules and clock", found, not others)


def _sources(database: sqlite3.Connection) -> Finding:
    """At the end every source has its newest period and has come."""
    last = database.execute("SELECT last_tick_at FROM heartbeat").fetchone()[0]
    rows = database.execute(
        "SELECT source, state FROM source_health WHERE state <> 'OK' OR stale_at < ?", (last,)
    )
    wrong = [f"{row['source']} {row['state']}" for row in rows]
    stored = database.execute("SELECT count(*) FROM vintages").fetchone()[0]
    found = f"{stored:,} vintages" + (f"; wrong: {', '.join(wrong)}" if wrong else "")
    return Finding("every source current at the end", found, not wrong)


def _sizes(life: Life) -> Iterator[Finding]:
    """Memory that does not grow after the first year, and a database of the size promised."""
    last = life.sizes[-1]
    most = max(one.resident_mb for one in life.sizes)
    yield Finding(f"resident memory under {MOST_RESIDENT_MB:.0f} MB", f"at most {most:.0f} MB",
                  most < MOST_RESIDENT_MB)  # fmt: skip
    after = life.sizes[11:]
    grown = after[-1].resident_mb / after[0].resident_mb if len(after) > 1 else None
    found = "" if grown is None else f"{after[0].resident_mb:.0f} to {last.resident_mb:.0f} MB"
    yield Finding(
        "resident memory flat within 5% after year one",
        found or "less than a year",
        None if grown is None else grown <= MOST_RESIDENT_GROWTH,
    )
    yield Finding(f"database under {MOST_DATABASE_MB:.0f} MB", f"{last.database_mb:.0f} MB",
                  last.database_mb < MOST_DATABASE_MB)  # fmt: skip


def _growth(compared: Compared | None, kind: str) -> Finding:
    promise = f"{KINDS[kind]} at most {MOST_GROWTH} times the first year's"
    if compared is None:
        return Finding(promise, "not compared: the plan was not lived to its end", None)
    young, aged = compared.young.get(kind, ()), compared.aged.get(kind, ())
    if min(len(young), len(aged)) < FEWEST_COMPARED:
        found = f"measured {len(young)} and {len(aged)} times, at least {FEWEST_COMPARED} wanted"
        return Finding(promise, found, None)
    before, after = statistics.median(young), statistics.median(aged)
    found = (
        f"{before * 1e3:.1f} ms in the first year and {after * 1e3:.1f} ms at the end, in turn: "
        f"{after / before:.2f} times (n = {len(young)} and {len(aged)})"
    )
    return Finding(promise, found, after / before <= MOST_GROWTH)
