"""What tests build with: histories of rows, signals, and the program over stand-ins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.channel import Channel
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import Config, build
from monitor.config.plugins import rule_types, source_types
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.ingest.calendars import NEW_YORK
from monitor.ingest.http import Body, Request
from monitor.service.tick_loop import run_simulated
from monitor.tick_hooks import TickHook, no_hook
from rules.evaluation import Evaluations, Rule
from rules.model import AlertText, Panel, Series, Signal
from rules.point_in_time.panel import History
from rules.terms import Answer, Severity

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

Row = tuple[str, date, datetime, int, float]

# What a hand-made row of `vintages` gives; the other columns have their defaults.
VINTAGE: Final = (
    "(vintage_id, dataset, urls, sha256, published_at, fetched_at, known_at, known_basis, is_whole)"
)


def utc(text: str) -> datetime:
    """`2025-04-08 22:30` as an aware UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def new_york(text: str) -> datetime:
    """`2025-04-08 18:30` in New York as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


# In whoever's hands: `own.spx` too.
INDICES: Final = ("spx", "dxy", "usd_basket")
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


def history_of(rows: Iterable[Row], series_ids: tuple[str, ...]) -> History:
    """A history of rows; a series whose name begins with `acm` is re-estimated whole."""
    listed = list(rows)
    place = {series_id: i for i, series_id in enumerate(series_ids)}
    return History.of(
        series_ids,
        {
            series_id: Series(
                series_id,
                title=f"title of {series_id}",
                unit="index" if series_id.rpartition(".")[2] in INDICES else "pct",
                frequency="session",
                source=f"source of {series_id}",
                one_vintage=series_id.startswith("acm"),
            )
            for series_id in series_ids
        },
        column=np.array([place[row[0]] for row in listed], dtype=np.int64),
        # Dates and instants as numbers: numpy takes five times as long to read them as they are.
        period_end=_numbers(row[1].toordinal() - EPOCH_DAY for row in listed).view("datetime64[D]"),
        known_at=_numbers(int(row[2].timestamp()) for row in listed).view("datetime64[s]"),
        vintage=np.array([row[3] for row in listed], dtype=np.int64),
        value=np.array([row[4] for row in listed], dtype=np.float64),
    )


def _numbers(numbers: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.fromiter(numbers, dtype=np.int64)


def judge(rule: Rule, rows: Iterable[Row], at: datetime) -> dict[str, Evaluations]:
    """A rule's answers as of an instant, by subject."""
    return {one.subject: one for one in rule.judge(panel_of(rule, rows, at))}


def panel_of(rule: Rule, rows: Iterable[Row], at: datetime) -> Panel:
    """What a rule would see at an instant."""
    wanted = set(rule.series)
    return history_of([row for row in rows if row[0] in wanted], rule.series).as_of(at)


def signal_for(judged: Evaluations, period: date) -> Signal:
    """The last version of a period's signal."""
    rows = np.flatnonzero(judged.period_end == np.datetime64(period))
    assert len(rows), f"{judged.rule_id} has no answer for {period}"
    return judged.signal(int(rows[-1]))


def signal(
    answer: Answer = Answer.FIRING,
    severity: Severity | None = Severity.WARNING,
    *,
    period: date = date(2025, 4, 10),
    known_at: datetime = datetime(2025, 4, 10, 22, 30, tzinfo=UTC),
    provisional: bool = False,
    keeps_open: bool = False,
    ratios: tuple[float | None, ...] = (1.0, 2.0),
    rule_id: str = "joint_selloff",
    subject: str = "us",
    explained: AlertText | None = None,
) -> Signal:
    """A signal as a rule would give it."""
    return Signal(
        rule_id=rule_id,
        subject=subject,
        period_end=period,
        known_at=known_at,
        answer=answer,
        severity=severity if answer is Answer.FIRING else None,
        provisional=provisional,
        keeps_open=keeps_open,
        ratios=ratios,
        explained=explained or AlertText("Something happened.", "Rarely.", "Nothing else."),
    )


# A desk's own feed, as a desk would write it.
TABLE: dict[str, Any] = {
    "grows": True,
    "publisher": "ICE through a vendor",
    "path": "/dxy.csv",
    "delimiter": ";",
    "date_column": "Date",
    "date_format": "%d.%m.%Y",
    "known_at": "17:10",
    "poll_at": ["17:15"],
    "columns": {
        "dxy": {
            "column": "PX_LAST",
            "title": "DXY close",
            "unit": "index",
            "plausible": [50.0, 200.0],
            "max_step": 8.0,
        }
    },
}


# The sources the rules cannot do without, which is what most tests of the program need.
DECIDING = ("treasury_curve", "cboe", "yahoo", "ecb", "nyfed_acm", "treasury_tic")


# The rules that most tests of the program are about; what the others add is told beside them.
JUDGING = ("foreign_net_sales", "joint_selloff", "term_premium_day", "term_premium_jump")


def config_for(
    standins: Standins,
    folder: Path,
    watched: Collection[str] | None = None,
    judged: Collection[str] | None = JUDGING,
    **sections: Any,
) -> Config:
    """The default configuration with the sources `watched`, or all, pointed at the stand-ins, and
    the rules `judged`, or all."""
    wanted = set(standins.names) & set(standins.names if watched is None else watched)
    written: dict[str, dict[str, Any]] = {"table": TABLE}
    found: dict[str, Any] = {
        "sources": {
            name: {**written.get(name, {}), "base_url": standins.base_url(name)}
            if name in wanted
            else {"enabled": False}
            for name in source_types()
        },
        "routing": {"digest": []},
        "rules": {
            name: {"enabled": False}
            for name in rule_types()
            if judged is not None and name not in judged
        },
    }
    for name, section in sections.items():
        found[name] = {**found.get(name, {}), **section}
    return build(found, {}, folder)


def toml_sources(standins: Standins, *lines: str) -> str:
    """The configuration's blocks of the sources that need no other settings, at the stand-ins."""
    ready = build({}, {}, Path()).sources
    return "".join(
        "\n".join([f"[sources.{n}]", f'base_url = "{standins.base_url(n)}"', *lines, ""])
        for n in standins.names
        if n in ready
    )


def app_over(
    standins: Standins,
    clock: SimulatedClock,
    folder: Path,
    channel: Channel | None = None,
    observe: TickHook = no_hook,
    rules: Mapping[str, Rule] | None = None,
    more_channels: Mapping[str, Channel] | None = None,
    environ: Mapping[str, str] | None = None,
    watched: Collection[str] | None = DECIDING,
    judged: Collection[str] | None = JUDGING,
    **sections: Any,
) -> App:
    """The program over the stand-ins `watched` and the rules `judged`, or over all; its console is
    a channel that keeps what it is sent. `rules` stand in for those of the same id; `environ` holds
    secrets."""
    config = config_for(standins, folder, watched, judged, **sections)
    config = replace(config, rules={**config.rules, **(rules or {})}, secrets=dict(environ or {}))
    channels = {"console": channel or RecordingChannel(), **(more_channels or {})}
    return App(config, clock, folder / "havenwatch.db", observe, channels)


def watch(app: App, clock: SimulatedClock, until: str) -> int:
    """Run the program to an instant in New York; the number of ticks."""
    return run_simulated(app, clock, new_york(until), lambda _: None)


def body(content: str | bytes, content_type: str = "text/plain") -> Body:
    """A publisher's body as it comes from the network."""
    raw = content.encode() if isinstance(content, str) else content
    return Body("http://publisher/file", raw, content_type, None, None)


def urls(requests: Iterable[Request]) -> list[str]:
    """The addresses of some requests."""
    return [request.url for request in requests]


def panel_of_tables(
    as_of: datetime, frame: pd.DataFrame, known_at: pd.DataFrame, series: Mapping[str, Series]
) -> Panel:
    """The panel of two tables, a row a period and a column a series."""
    days = frame.index.to_numpy().astype("datetime64[D]")
    known = known_at.to_numpy().astype("datetime64[s]")
    return Panel(as_of, days, frame.columns, frame.to_numpy(dtype=np.float64).T, known.T, series)
