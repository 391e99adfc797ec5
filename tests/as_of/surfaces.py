"""Everything that shows something, found by looking: the commands that take `--at`, and every
address of the status page. A new one is among them by itself."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

import click
import numpy as np
from click.testing import CliRunner

from alerts.message.sections import Image
from monitor.cli.main import main
from monitor.config.load import load
from monitor.web.server import create_site
from monitor.web.site import WebContext
from state.database import Database
from state.frozen_clock import freeze
from state.instants import to_text

# Commands that act, or that are about a span of time or about none: nothing of theirs has an `at`.
NOT_OF_AN_INSTANT: Final = {
    "accept", "ack", "backfill", "backup", "completion", "config", "demo", "doctor", "help", "init",
    "reload", "replay", "restore", "route", "rules", "run", "send-test",
    "silence", "tick", "tune", "unsilence", "web",
}  # fmt: skip
BANNER: Final = re.compile(
    rb'<div class="moment.*?</div>\n|<script src="/scripts/walk.js[^>]*></script>\n', re.DOTALL
)
# That a cut database says where its clock is frozen.
FROZEN: Final = re.compile(r'clock frozen at \S+: |"clock_frozen_at": .*,\n *')
FROZEN_BYTES: Final = re.compile(FROZEN.pattern.encode())

Shown = dict[str, Any]


def commands() -> dict[str, click.Command]:
    """Every command by name."""
    return main.every()


def reading_commands() -> dict[str, click.Command]:
    """The commands that show what is stored."""
    return {name: one for name, one in commands().items() if name not in NOT_OF_AN_INSTANT}


def arguments(name: str, command: click.Command, alerts: list[str]) -> list[tuple[str, ...]]:
    """The ways in which a command is asked; every one that prints JSON is asked for that too."""
    known: dict[str, list[tuple[str, ...]]] = {
        "show": [(one,) for one in alerts] + [(one, "--messages") for one in alerts[:1]],
        "explain": [("joint_selloff",), *((one,) for one in alerts[:2])],
        "vintages": [("spx",), ("treasury_tic",), ("tic.41408.for_lt_treas_net",)],
        "export": [
            ("alerts",),
            ("changes",),
            ("observations", "--series", "ust10y", "--series", "acm_tp10y"),
        ],
        "silences": [(), ("--all",)],
        "digest": [(), ("--full",), ("2025-04-08",)],
        "tic": [(), ("--month", "2025-02"), ("--month", "2025-02", "--first"), ("belgium",)],
        "figures": [("--out", "figures")],
        "alerts": [(), ("--state", "open")],
    }
    needed = any(isinstance(one, click.Argument) and one.required for one in command.params)
    assert name in known or not needed, f"{name}: say in surfaces.py what it is asked with"
    found = known.get(name, [()])
    if any("--json" in one.opts for one in command.params):
        found = [*found, *((*one, "--json") for one in found if "--messages" not in one)]
    return found


def commands_shown(database: Path, at: datetime, alerts: list[str], *, is_cut: bool) -> Shown:
    """What every command prints: of a whole database as of an instant, of a cut one by a clock that
    stands there."""
    config = database.parent / "config.toml"
    if is_cut:
        cut = Database(database)
        freeze(cut, at)
        cut.close()
    asked = () if is_cut else ("--at", to_text(at))
    # So wide that nothing wraps, as a line does elsewhere where it says that the clock is frozen.
    runner = CliRunner(env={"COLUMNS": "1000"})
    shown: Shown = {}
    for name, command in reading_commands().items():
        for words in arguments(name, command, alerts):
            with TemporaryDirectory() as folder, chdir(folder):
                line = ["--config", str(config), "--db", str(database), name, *words, *asked]
                done = runner.invoke(main, line)
                assert done.exception is None or isinstance(done.exception, SystemExit), done
                files = {str(p): p.read_bytes() for p in sorted(Path().rglob("*")) if p.is_file()}
            stdout = FROZEN.sub("", done.stdout)
            shown[" ".join((name, *words))] = (done.exit_code, stdout, files)
    return shown


def pages_shown(database: Path, at: datetime, alerts: list[str], *, is_cut: bool) -> Shown:
    """What every address answers."""
    config = load(database.parent / "config.toml", {})
    web = dataclasses.replace(config.web, acknowledge=False)
    as_of = None if is_cut else at
    app = create_site(WebContext(config, database, lambda: at, web, key=b"k" * 32, looks_at=as_of))
    client = app.test_client()
    shown: Shown = {}
    for rule in app.url_map.iter_rules():
        for address in _addresses(rule.rule, alerts) if "GET" in (rule.methods or ()) else ():
            answer = client.get(address)
            assert answer.status_code != 500, (address, answer.text[:2000])
            shown[address] = (
                answer.status_code,
                BANNER.sub(b"", FROZEN_BYTES.sub(b"", answer.data)),
            )
    return shown


def _addresses(rule: str, alerts: list[str]) -> Iterator[str]:
    values: dict[str, list[str]] = {
        "alert_id": alerts[:3],
        "series_id": ["spx", "acm_tp10y", "tic.41408.for_lt_treas_net"],
        "number": ["1", "2", "6"],
        "script_name": ["chart.js"],
        "day": ["2025-04-08", "2025-04-10"],
        "month": ["2025-02", "2025-04", "2031-01"],
        "code": ["10251", "99996"],
        "name": ["joint_selloff", "term_premium_jump"],
    }
    name = re.search(r"<(?:\w+:)?(\w+)>", rule)
    if name is None:
        yield f"{rule}?q=the" if rule == "/search" else rule
        return
    for value in values[name.group(1)]:
        yield rule.replace(name.group(0), value)


def alerts_of(database: Path) -> list[str]:
    """The ids of some alerts of a database: the first, the last and those between."""
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT alert_id FROM alerts ORDER BY opened_at, alert_id")
    found = [row[0] for row in rows]
    connection.close()
    return list(dict.fromkeys([*found[-2:], *found[:1], *found[len(found) // 2 :][:1]]))


def all_shown(database: Path, at: datetime, alerts: list[str], *, is_cut: bool) -> Shown:
    """Everything that is shown of a database, with figures and charts as the numbers in them."""

    def drawn(*given: Any, **named: Any) -> bytes:
        with np.printoptions(threshold=sys.maxsize):
            return f"<svg>{(given, named)!r}</svg>".encode()

    with (
        # First where it is imported to, which would else be imported with the other in its place.
        patch("monitor.history.figures.draw_figure", drawn),
        patch("alerts.message.charts.draw_figure", drawn),
        patch("monitor.views.read_model.charts", return_value=()),
        patch(
            "alerts.message.alert_chart.alert_chart", lambda *given: Image("", "", drawn(*given))
        ),
    ):
        shown = commands_shown(database, at, alerts, is_cut=is_cut)
        shown.update(pages_shown(database, at, alerts, is_cut=is_cut))
    return shown
