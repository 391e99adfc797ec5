"""Two desks: one that polls two files, and one that follows its database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.follow import Follow
from monitor.config.load import Config, build
from monitor.config.plugins import rule_types, source_types
from monitor.history.replay import RecordingChannel
from monitor.tick_hooks import TickHook, no_hook
from tests.support import new_york

BEGAN: Final = new_york("2025-03-10 12:00")
HOUR: Final = timedelta(hours=1)
FIRST_DAY: Final = date(2025, 1, 2)
FEEDS: Final = ("gold", "silver")
RULES: Final[dict[str, Any]] = {
    # An event, which a correction withdraws or makes larger.
    "gold_jump": {
        "kind": "event",
        "all": [{"series": "gold.close", "change_pct": 1,
                 "above_pct": {"notice": 2, "warning": 3, "critical": 5}}],
    },
    # A condition over both, which opens and closes.
    "metals_up": {
        "kind": "condition",
        "all": [
            {"series": "gold.close", "change_pct": 3, "above_pct": {"warning": 2, "critical": 5}},
            {"series": "silver.close", "change_pct": 1, "above_pct": 0.5},
        ],
    },
}  # fmt: skip


def weekdays(count: int) -> list[date]:
    """So many from the first day on."""
    days = (FIRST_DAY + timedelta(days=n) for n in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


# The last day that both files have at the beginning.
STORED_DAYS: Final = weekdays(47)


def settings(folder: Path) -> dict[str, Any]:
    """The configuration of both desks: the files are polled at every full hour."""
    text = {"caveat": "One market alone.", "falsifier": "A fall as large the next day."}
    off = {name: {"enabled": False} for name in source_types() if name != "table"}
    feeds = {
        name: {
            "type": "table",
            "publisher": f"the desk's {name}",
            "base_url": folder.as_uri(),
            "path": f"/{name}.csv",
            "known_at": "00:00",
            "poll_at": [f"{hour:02d}:00" for hour in range(24)],
            "min_interval_s": 0.0,
            "columns": {"close": {"column": "Close", "title": name, "unit": "index"}},
        }
        for name in FEEDS
    }
    return {
        "sources": {**off, **feeds},
        "rules": {
            **{name: {"enabled": False} for name in rule_types()},
            **{
                name: {"type": "conditions", "title": name, **text, **rule}
                for name, rule in RULES.items()
            },
        },
        "routing": {"digest": ["console"], "notice": ["console"], "warning": ["console"],
                    "critical": ["console"]},
        "backup": {"enabled": False},
    }  # fmt: skip


@dataclass
class Desks:
    """Both, and the closes in the files."""

    folder: Path
    closes: dict[str, dict[date, float]] = field(default_factory=dict)
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(BEGAN))
    sections: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in FEEDS:
            self.closes[name] = {day: 100.0 + n % 3 for n, day in enumerate(STORED_DAYS)}
        self.leader_channel, self.channel = RecordingChannel(), RecordingChannel()
        self.write()
        self.leader = self.new_leader()
        self.follower = self.new_follower()

    @property
    def leader_path(self) -> Path:
        """The database that is polled into."""
        return self.folder / "leader" / "havenwatch.db"

    @property
    def path(self) -> Path:
        """The database that follows."""
        return self.folder / "follower" / "havenwatch.db"

    def config(self, folder: str, **sections: Any) -> Config:
        """The configuration of a desk."""
        (self.folder / folder).mkdir(exist_ok=True)
        return build(
            {**settings(self.folder), **self.sections, **sections}, {}, self.folder / folder
        )

    def new_leader(self, observe: TickHook = no_hook, **sections: Any) -> App:
        """The program that polls, started."""
        config = self.config("leader", **sections)
        channels = {"console": self.leader_channel}
        return App(config, self.clock, observe=observe, channels=channels)

    def new_follower(
        self, observe: TickHook = no_hook, follow: Path | None = None, **sections: Any
    ) -> App:
        """The program that follows, started."""
        config = self.config("follower", **sections)
        config = replace(config, follow=Follow(database=str(follow or self.leader_path)))
        channels = {"console": self.channel}
        return App(config, self.clock, observe=observe, channels=channels)

    def write(self) -> None:
        """The files as the publishers have them."""
        for name, closes in self.closes.items():
            lines = ["Date,Close", *(f"{day},{close}" for day, close in sorted(closes.items()))]
            (self.folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")

    def publish(self, name: str, day: date, close: float) -> None:
        """A number, or another one for a day."""
        self.closes[name][day] = close
        self.write()

    def to(self, at: datetime) -> datetime:
        """Let the clock run to an instant."""
        self.clock.advance_to(at)
        return at

    def lead(self, at: datetime) -> None:
        """A tick of the leader."""
        self.leader.tick(self.to(at))

    def follow(self, at: datetime) -> None:
        """A tick of the follower."""
        self.follower.tick(self.to(at))

    def both(self, at: datetime) -> None:
        """A tick of the leader and then one of the follower."""
        self.lead(at)
        self.follow(at)

    def close(self) -> None:
        """End both."""
        self.leader.close()
        self.follower.close()


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    with closing(sqlite3.connect(path)) as connection:
        return [*connection.execute(query)]


# What was decided, without when it was recorded and of whom it was told.
DECIDED: Final = """SELECT transition_id, alert_id, at, reason, before, after, signal, late
    FROM transitions WHERE alert_id LIKE 'gold_jump/%' OR alert_id LIKE 'metals_up/%'
    ORDER BY transition_id"""
NUMBERS: Final = """SELECT series_id, period_end, vintage_id, observations.known_at, value
    FROM observations JOIN series USING (series_key) ORDER BY 1, 2, 3"""
VINTAGES: Final = """SELECT vintage_id, dataset, urls, sha256, published_at, fetched_at, known_at,
    known_basis, is_whole, rows_kept, tail_from FROM vintages ORDER BY vintage_id"""
EVALUATIONS: Final = """SELECT rule_id, subject, period_end, known_at, answer, severity, measure
    FROM evaluations ORDER BY 1, 2, 3, 4"""
COPIED: Final = (
    NUMBERS,
    VINTAGES,
    "SELECT vintage_id, url, sha256 FROM vintage_bodies ORDER BY 1, 2",
    "SELECT sha256, compressed, kept_at FROM bodies ORDER BY 1",
    "SELECT * FROM source_health ORDER BY 1",
    "SELECT * FROM corrections ORDER BY 1",
)


def differing(one: Path, other: Path, *queries: str) -> list[str]:
    """The queries that two databases answer otherwise."""
    return [query for query in queries if rows(one, query) != rows(other, query)]
