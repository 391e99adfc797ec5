"""The publisher and the receivers around the program, whose state can be put back."""

from __future__ import annotations

import copy
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import IO, Any, Self

from monitor.demo.request_reply import Publisher
from monitor.demo.server import Standins
from tests.alerts.http_gate import HttpGate
from tests.alerts.mailbox import Mailbox
from tests.alerts.slack_standin import TOKEN, SlackStandin
from tests.alerts.webhook_standin import SECRET, WebhookStandin
from tests.crash import session
from tests.crash.program import RECOVERED_AFTER, RECOVERS, day
from tests.crash.script import Feed, instant
from tests.crash.settings import receivers_at, sources_at

ROOT = Path(__file__).resolve().parents[2]
CHANNELS = ("slack", "hook", "mail", "duty")
ENVIRON = {
    "HAVENWATCH_SLACK_TOKEN": TOKEN,
    "HAVENWATCH_WEBHOOK_SECRET": SECRET,
    "PASSWORD": "correct horse",
}


@dataclass(frozen=True)
class Told:
    """What each receiver has, in order: the keys, or the ids of the mails."""

    slack: tuple[str, ...]
    hook: tuple[str, ...]
    mail: tuple[str, ...]
    duty: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """The database's files and what the receivers have at an instant."""

    files: Path
    slack: list[dict[str, Any]]
    hook: list[dict[str, Any]]
    mails: list[Any]


class World:
    """One folder with a database, the publisher, the receivers and a maker of processes."""

    def __init__(self, folder: Path, *, power_cut: bool = False, is_session: bool = False):
        self.folder = folder
        self.is_session = is_session
        self._power_cut = power_cut
        self.state = folder / "state"
        self.disk = folder / "disk"
        self.now = instant("09:00")

    def __enter__(self) -> Self:
        self.state.mkdir(parents=True)
        publishers: dict[str, Publisher] = {
            "table": Feed(),
            "yahoo_quotes": session.quotes(),
            "closes": session.Closes(),
        }
        self._standins = Standins(lambda: self.now, publishers).__enter__()
        self.slack = SlackStandin().__enter__()
        self.hook = WebhookStandin(lambda: self.now)
        self._gate = HttpGate(self.hook.take).__enter__()
        self.mailbox = Mailbox(self.folder).__enter__()
        environ = {**os.environ, **ENVIRON, "HAVENWATCH_WEBHOOK_URL": f"{self._gate.root}/hook"}
        if self._power_cut:
            self.disk.mkdir()
            environ |= {
                "LD_PRELOAD": str(_shim(self.folder)),
                "POWER_CUT_FOLDER": str(self.state),
                "POWER_CUT_DISK": str(self.disk),
            }
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.program", str(self._config()), *self._words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environ,
        )
        return self

    def __exit__(self, *_: object) -> None:
        _pipe(self._program.stdin).close()
        self._program.wait(timeout=30)
        _pipe(self._program.stdout).close()
        self.mailbox.__exit__()
        self._gate.__exit__()
        self.slack.__exit__()
        self._standins.__exit__()

    def steps(self) -> list[str]:
        """The steps of the day or of the session, in order."""
        return list(session.STEPS) if self.is_session else day()

    def run(
        self, step: str, kill_at: tuple[str, int] | None = None, after_s: float | None = None
    ) -> dict[str, Any]:
        """Do a step in a process of its own, killed at a boundary or after so many seconds; how it
        ended."""
        word, _, clock_time = step.partition(" ")
        self.now = instant(clock_time)
        if word in RECOVERS:
            self.now += RECOVERED_AFTER
        self.slack.second = int(self.now.timestamp())
        return self._ask({"step": step, "kill_at": kill_at, "after_s": after_s})

    def killed_after(self, *command: str) -> bool:
        """Type a command, and kill its process right after it returned; whether it did return."""
        return bool(self._ask({"command": command})["returned"])

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        _pipe(self._program.stdin).write(json.dumps(asked) + "\n")
        _pipe(self._program.stdin).flush()
        ended: dict[str, Any] = json.loads(_pipe(self._program.stdout).readline())
        self._settle()
        if ended["signal"] and self._power_cut:
            self._cut_the_power()
        return ended

    def told(self) -> Told:
        """What the receivers have."""
        contents = [one.content for one in self.mailbox.mails]
        ids = [message_from_bytes(one)["Message-ID"] for one in contents if isinstance(one, bytes)]
        return Told(
            slack=tuple(one["key"] for one in self.slack.posted if "key" in one),
            hook=tuple(one["key"] for one in self.hook.messages),
            mail=tuple(one for one in ids if "@duty." not in one),
            duty=tuple(one for one in ids if "@duty." in one),
        )

    def heads(self) -> list[tuple[str, str]]:
        """Slack's messages with what they show now: the first line of each."""
        return [
            (one["key"], json.dumps(one["blocks"][:2]))
            for one in self.slack.messages
            if "key" in one
        ]

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the database says of alerts, changes and deliveries, without instants."""
        connection = sqlite3.connect(self.state / "havenwatch.db")
        found = {
            name: connection.execute(query).fetchall()
            for name, query in {
                "alerts": "SELECT alert_id, state, severity, provisional, transitions, "
                "acknowledged_by FROM alerts ORDER BY 1",
                "transitions": "SELECT transition_id, reason FROM transitions ORDER BY 1",
                "deliveries": "SELECT coalesce(transition_id, digest_date, bulletin_id), channel, "
                "status, is_escalation FROM deliveries ORDER BY 1, 2",
                "withheld": "SELECT transition_id, why, settled_at IS NULL FROM withheld "
                "ORDER BY 1",
                "silences": "SELECT rule_id, until, ended_at FROM silences ORDER BY 1",
            }.items()
        }
        connection.close()
        return found

    def snapshot(self, name: str) -> Snapshot:
        """Everything as it is now, to be put back."""
        kept = self.folder / name
        shutil.copytree(self.state, kept)
        return Snapshot(
            kept,
            copy.deepcopy(self.slack.posted),
            list(self.hook.messages),
            list(self.mailbox.mails),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Put everything back as it was."""
        shutil.rmtree(self.state)
        shutil.copytree(snapshot.files, self.state)
        if self._power_cut:
            # What an ended process left behind is on the disk by now.
            shutil.rmtree(self.disk)
            shutil.copytree(snapshot.files, self.disk)
        self.slack.posted[:] = copy.deepcopy(snapshot.slack)
        self.hook.messages[:] = snapshot.hook
        self.hook.ids = {one["key"] for one in snapshot.hook}
        self.mailbox.mails[:] = snapshot.mails

    def _cut_the_power(self) -> None:
        """Leave of the database what was on the disk; the shared memory beside it is gone."""
        for path in self.state.glob("havenwatch.db*"):
            path.unlink()
        for path in self.disk.glob("havenwatch.db*"):
            if path.suffix != ".partial":
                shutil.copy(path, self.state)

    def _settle(self) -> None:
        """Wait until the receivers are done with what a dead process had sent."""
        tick = threading.Event()
        for _ in range(2000):
            if not any("process_request" in one.name for one in threading.enumerate()):
                return
            tick.wait(0.001)

    def _config(self) -> Path:
        path = self.state / "config.toml"
        receivers = receivers_at(self.slack.base_url, self.mailbox.port, self.mailbox.ca_file)
        path.write_text(sources_at(self._standins.base_url, is_session=self.is_session) + receivers)
        return path

    @property
    def _words(self) -> list[str]:
        return ["--session"] if self.is_session else []


def _shim(folder: Path) -> Path:
    """What notes each sync, compiled for this machine. Raises FileNotFoundError without cc."""
    source, made = ROOT / "tests" / "crash" / "power_cut.c", folder / "power_cut.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
