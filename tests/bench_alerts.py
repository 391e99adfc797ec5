"""How fast an alert with its chart is on its way, over a database of fifty years: a benchmark."""

from __future__ import annotations

import logging
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from apscheduler.schedulers.background import BackgroundScheduler

from alerts.channels.slack import Slack
from alerts.lifecycle import step
from alerts.message.compose import alert_message
from alerts.message.html import html_document
from alerts.model import Transition
from monitor.app import App
from monitor.clock import SystemClock
from monitor.config.load import build
from monitor.deliver.chart_cache import ChartRenderer, warm_up
from monitor.ingest.calendars import NEW_YORK
from monitor.service.tick_loop import SEND_SECONDS, send_safely
from rules.evaluation import Rule
from state.alert_store import AlertStore
from state.outbox import Outbox
from tests.alerts.slack_standin import CONVERSATION, TOKEN, Answer, SlackStandin
from tests.fifty_years import build_database
from tests.support import utc

NOW: Final = utc("2026-08-21 04:00")
RUNS: Final = 5
ROWS: Final = 100
# How long after one row another is committed, in no step with the program.
PAUSES_S: Final = (0.4, 0.8)

Say = Callable[[str, str, str], None]


@dataclass
class Timed(SlackStandin):
    """Slack, which notes when each message was there."""

    arrived: dict[str, float] = field(default_factory=dict)

    def take(self, path: str, headers: Any, body: bytes) -> Answer | None:
        now = time.perf_counter()
        answer = super().take(path, headers, body)
        if path.endswith("/chat.postMessage"):
            self.arrived[self.messages[-1]["key"]] = now
        return answer


def measure(say: Say) -> None:
    """The two figures: the page with its chart, and the way from a committed row to a request."""
    with tempfile.TemporaryDirectory() as folder, Timed() as slack:
        path = Path(folder) / "havenwatch.db"
        build_database(path)
        channel = Slack(conversation=CONVERSATION, base_url=slack.base_url)
        config = replace(build({}, {}, Path(folder)), secrets={channel.token_env: TOKEN})
        app = App(config, SystemClock(), path, channels={"console": channel})
        warm_up()
        _pages(app, say)
        _way(app, slack, say)
        app.close()


def _pages(app: App, say: Say) -> None:
    """The newest alert of each rule, composed and rendered as a mail would be."""
    seconds: dict[str, float] = {}
    for rule in app.rules:
        told = list(_told(app, rule))[-1:]
        for transition in told:
            seconds[rule.rule_id] = median(_page(app, rule, transition) for _ in range(RUNS))
    slowest = max(seconds, key=lambda name: seconds[name])
    say(
        "alert with chart",
        f"{seconds[slowest] * 1e3:.0f} ms warm",
        f"at most 500 ms wanted; {slowest}, the slowest of {len(seconds)} rules, their median "
        f"{median(seconds.values()) * 1e3:.0f} ms",
    )


def _page(app: App, rule: Rule, transition: Transition) -> float:
    began = time.perf_counter()
    chart = ChartRenderer([rule], app.reading.known).chart(transition)
    document = html_document(alert_message(transition, rule.title, (), NEW_YORK, chart))
    assert "data:image/png" in document
    return time.perf_counter() - began


def _told(app: App, rule: Rule) -> Iterator[Transition]:
    """An opened alert for each period in which the rule fires, oldest first."""
    for judged in rule.judge(app.reading.known(rule.series, NOW)):
        for row in np.flatnonzero(judged.severity > 0)[-ROWS:]:
            opened = step(None, judged.signal(int(row)), rule.kind, timedelta(days=36500))
            assert opened is not None
            yield opened


def _way(app: App, slack: Timed, say: Say) -> None:
    """Rows committed as another process would, while the program sends as it does live."""
    rule = next(one for one in app.rules if one.rule_id == "joint_selloff")
    alert_store, outbox = AlertStore(app.database), Outbox(app.database)
    committed: dict[str, float] = {}
    # It would say each time that it is still sending when it would look again.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        send_safely,
        "interval",
        args=[app],
        seconds=SEND_SECONDS,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    pauses = random.Random(1973)
    for transition in list(_told(app, rule)):
        at, name = datetime.now(UTC).replace(microsecond=0), transition.transition_id
        with app.database.immediate() as connection:
            alert_store.record_transition(connection, transition, ())
            outbox.promise_transition(connection, name, ["console"], at)
        committed[name] = time.perf_counter()
        time.sleep(pauses.uniform(*PAUSES_S))
    deadline = time.perf_counter() + 30.0
    while len(slack.arrived) < len(committed) and time.perf_counter() < deadline:
        time.sleep(0.05)
    scheduler.shutdown()
    waits = sorted(slack.arrived[name] - began for name, began in committed.items())
    charts = sum(1 for one in slack.messages if one.get("files"))
    say(
        "row committed to request on the wire",
        f"p99 {waits[int(np.ceil(0.99 * len(waits))) - 1] * 1e3:.0f} ms of {len(waits)}",
        f"at most 2 s wanted; median {median(waits) * 1e3:.0f} ms, each with its chart: {charts} "
        f"arrived; the outbox is looked into every {SEND_SECONDS} s",
    )
