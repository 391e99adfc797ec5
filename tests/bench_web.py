"""How soon the status page answers, over fifty years of numbers and alerts: a benchmark, not a
test. `python -m tests.bench_web [DATABASE CONFIG ISO]` measures another database."""

from __future__ import annotations

import gzip
import html
import http.client
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, Final
from urllib.parse import urlsplit

from waitress.server import create_server

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import Config, build, load
from monitor.config.web import Web
from monitor.web.server import serving
from monitor.web.site import WebContext
from state.alert_store import AlertStore
from state.database import Database
from state.instants import to_text
from tests.bench_charts import measure_drawing
from tests.fifty_years import FIRST, LOADED_AT, build_database
from tests.support import utc

RUNS = 300
MOST_MS = 50.0
WHOLE: Final = ("/", "/series/spx", "/figures")
WHOLE_RUNS: Final = 40
MOST_WHOLE_MS: Final = 300.0
SOURCES: Final = re.compile(r'data-(?:sources|whole)="([^"]+)"')
NOW = LOADED_AT + timedelta(minutes=1)
PATHS = (
    "/", "/alerts", "/sources", "/outbox", "/silences", "/calendar", "/calendar?year=2025",
    "/figures", "/figures/1.svg?ink=dark", "/series", "/series/spx", "/series/acm_tp10y",
    "/api/series/spx.json", "/api/series/spx.csv", "/figures/1.json",
    "/scripts/lightweight-charts.js",
    "/api/alerts.json", "/feed.atom", "/calendar.ics", "/metrics", "/healthz",
)  # fmt: skip


def measure(say: Callable[[str, str, str], None]) -> None:
    """Time to the first byte of each page, each after the first request for it."""
    with tempfile.TemporaryDirectory() as folder:
        config = build({"routing": {"warning": [], "critical": []}}, {}, Path(folder))
        alerts = decide_fifty_years(config)
        measure_pages(config, config.database, NOW, f"fifty years, {alerts:,} alerts", say)


def measure_pages(
    config: Config, database: Path, at: datetime, what: str, say: Callable[[str, str, str], None]
) -> None:
    """Time to the first byte of each page of a database."""
    opened = Database(database, read_only=True)
    newest = AlertStore(opened).alerts("joint_selloff")[-1].alert_id
    opened.close()
    site = WebContext(config, database, lambda: at, Web(port=0))
    with serving(site) as address, _bare() as bare:
        page, static = _connection(address), _connection(bare)
        alert = f"/alerts/{newest}"
        for path in (*PATHS, alert, f"{alert}/chart.png", f"{alert}/chart.json"):
            cold = _first_byte(page, path)
            pairs = [(_first_byte(page, path), _first_byte(static, "/")) for _ in range(RUNS)]
            (p50, p99), (bare50, bare99) = (
                (quantiles(one, n=100)[49], quantiles(one, n=100)[98])
                for one in zip(*pairs, strict=True)
            )
            say(
                f"page {path}",
                f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
                f"{what}; the first time {cold:.0f} ms; at most {MOST_MS:.0f} ms warm wanted; in "
                f"turn with a bare waitress: p50 {bare50:.1f} ms, p99 {bare99:.1f} ms",
            )
        for path in (*WHOLE, alert):
            say_whole(page, path, what, say)
        page.close()
        static.close()
        measure_drawing(address, bare, (*WHOLE, alert), what, say)


def say_whole(
    connection: http.client.HTTPConnection,
    path: str,
    what: str,
    say: Callable[[str, str, str], None],
) -> None:
    """How long a page takes with all it is made of, one after the other, by a browser that has
    nothing of it: its style, its scripts and the numbers of its charts."""
    text, _ = _fetched(connection, path)
    needed = re.findall(
        r'(?:<(?:link rel="(?:stylesheet|preload)" href|script src)|<img src)="([^"]+)"', text
    )
    parts = [html.unescape(one) for one in (*needed, *" ".join(SOURCES.findall(text)).split())]
    parts = list(dict.fromkeys([path, *parts]))
    took, sent = [], 0
    for _ in range(WHOLE_RUNS):
        began = time.perf_counter()
        sent = sum(_fetched(connection, one)[1] for one in parts)
        took.append(1000.0 * (time.perf_counter() - began))
    say(
        f"page {path}, whole",
        f"p50 {quantiles(took, n=100)[49]:.0f} ms, p99 {quantiles(took, n=100)[98]:.0f} ms",
        f"{what}; {len(parts)} requests, {sent / 1000:.0f} kB by gzip; at most "
        f"{MOST_WHOLE_MS:.0f} ms wanted",
    )


def _fetched(connection: http.client.HTTPConnection, path: str) -> tuple[str, int]:
    """The text of an answer, and how many bytes were sent of it."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    raw = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(raw) if is_packed else raw
    return body.decode(errors="replace"), len(raw)


def _connection(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    return http.client.HTTPConnection(parts.hostname or "", parts.port)


def _first_byte(connection: http.client.HTTPConnection, path: str) -> float:
    """How long the first byte of an answer takes, in milliseconds."""
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    took = 1000.0 * (time.perf_counter() - began)
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return took


@contextmanager
def _bare() -> Iterator[str]:
    """The same server with two bytes to say."""

    def answer(_: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    server = create_server(answer, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        server.close()


def decide_fifty_years(config: Config) -> int:
    """Decide all of it, as a program would have that had watched for fifty years; the alerts."""
    build_database(config.database)
    app = App(config, SimulatedClock(NOW))
    alert_store = AlertStore(app.database)
    with app.database.immediate() as connection:
        connection.execute("INSERT INTO heartbeat VALUES (1, ?1, ?1, ?1)", (to_text(NOW),))
        for rule in app.rules:
            alert_store.record_progress(connection, rule.rule_id, utc(f"{FIRST} 00:00"))
    app._decide.decide(NOW)
    count = len(alert_store.alerts())
    app.close()
    return count


def _say(name: str, value: str, against: str) -> None:
    print(f"{name}: {value} ({against})")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) == 4:
        path, written, instant = sys.argv[1:]
        config = load(Path(written), {})
        measure_pages(config, Path(path), datetime.fromisoformat(instant), path, _say)
    else:
        measure(_say)
