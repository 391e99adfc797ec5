"""Two hosts with one store, the publisher and the receivers around them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any, Final, Self

from monitor.demo.server import Standins
from state.instants import to_text
from tests.alerts.http_gate import HttpGate
from tests.alerts.mailbox import Mailbox
from tests.alerts.slack_standin import SlackStandin
from tests.alerts.webhook_standin import WebhookStandin
from tests.crash.script import Feed, instant
from tests.crash.settings import receivers_at, sources_at
from tests.crash.world import ENVIRON
from tests.monitor.standby.conftest import BUCKET, KEY_ID, SECRET
from tests.standby.host import FASTER, STEPS
from tests.standby.link import Link

ROOT: Final = Path(__file__).resolve().parents[2]
LEASE_S: Final = 6
LIMIT_S: Final = 90.0
LOOK_S: Final = 0.02

STANDBY = """\
[standby]
enabled = true
host_id = "{name}"
replica = "s3://{bucket}/{prefix}"
endpoint = "http://127.0.0.1:{port}"
key_id_env = "STORE_KEY_ID"
secret_key_env = "STORE_SECRET"
lease_seconds = {lease_s}

"""


class TooLate(Exception):
    """Something did not happen in time."""


@dataclass(frozen=True)
class Strike:
    """What happens to the first host: at which boundary, and how."""

    how: str
    step: str
    actor: str
    number: int


def _named(posted: dict[str, Any]) -> str:
    """The key of a message in Slack and why it was sent: the same key may be of another change, by
    which two messages are two."""
    reason = posted.get("metadata", {}).get("event_payload", {}).get("reason", "")
    return f"{posted['key']} {reason}"


class Hosts:
    """What makes hosts: it has imported everything."""

    def __enter__(self) -> Self:
        environ = {**os.environ, **ENVIRON, "STORE_KEY_ID": KEY_ID, "STORE_SECRET": SECRET}
        self._maker = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.standby.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environ | {"HAVENWATCH_WEBHOOK_URL": "http://127.0.0.1:1/"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.communicate(timeout=30)

    def make(self, folder: Path, strike: Strike | None, webhook: str) -> int:
        """A new host in a folder; its process."""
        asked = {
            "folder": str(folder),
            "how": "" if strike is None else strike.how,
            "kill_at": None if strike is None else [strike.step, strike.actor, strike.number],
            "webhook": webhook,
        }
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.write(json.dumps(asked) + "\n")
        self._maker.stdin.flush()
        return int(self._maker.stdout.readline())


class Pair:
    """Hosts a and b, of which a leads first."""

    def __init__(self, folder: Path, hosts: Hosts, store_port: int, strike: Strike | None):
        self.folder, self._hosts, self._strike = folder, hosts, strike
        self._store_port = store_port
        self.pids: dict[str, int] = {}
        self.number, self.began = 0, time.time()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._standins = stack.enter_context(Standins(self.now, {"table": Feed()}))
            self.slack = stack.enter_context(SlackStandin())
            self.hook = WebhookStandin(self.now)
            self._gate = stack.enter_context(HttpGate(self.hook.take))
            self.mailbox = stack.enter_context(Mailbox(self.folder))
            self.link = stack.enter_context(Link(self._store_port))
            self.write_step(0)
            self._start("a", self._strike, self.link.port)
            self.wait(lambda: self.event("a", "leads"), "a leads")
            self._start("b", None, self._store_port)
            self.wait(lambda: self.event("b", "ready"), "b is ready")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self._stack.close()

    def now(self) -> Any:
        """The day's time."""
        at = instant(STEPS[self.number].partition(" ")[2])
        passed = timedelta(seconds=FASTER * (time.time() - self.began))
        return (at + passed).replace(microsecond=0)

    def write_step(self, number: int) -> None:
        """Have the step of that number done."""
        self.number, self.began = number, time.time()
        self.slack.second = int(self.now().timestamp())
        part = self.folder / "step.part"
        part.write_text(f"{number} {self.began}")
        part.replace(self.folder / "step")

    def do(self, number: int) -> dict[str, Any]:
        """Have a step done by whoever leads, and all sent that follows from it; the first time that
        it was done."""
        self.write_step(number)

        def done() -> dict[str, Any] | None:
            found = [one for one in self.events() if one["event"] == "ticked"]
            return next((one for one in found if one["step"] == number), None)

        ticked: dict[str, Any] = self.wait(done, f"{STEPS[number]} is done")
        self.wait(self.is_quiet, f"all of {STEPS[number]} is sent")
        self.wait(lambda: self.has("replicated", number), f"{STEPS[number]} is replicated")
        return ticked

    def has(self, event: str, number: int) -> bool:
        """Whether whoever leads now has done that with a step."""
        leader = self.leader()
        return any(
            (one["host"], one["event"], one.get("step", -1) >= number) == (leader, event, True)
            for one in self.events()
        )

    def leader(self) -> str:
        """The host that led last."""
        led = [one for one in self.events() if one["event"] == "leads"]
        return str(max(led, key=lambda one: one["token"])["host"])

    def is_quiet(self) -> bool:
        """Whether whoever leads now owes nothing."""
        path = self.folder / self.leader() / "havenwatch.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            owed = connection.execute(
                "SELECT count(*) FROM deliveries WHERE status = 'sending' "
                "OR status = 'due' AND not_before <= ?",
                (to_text(self.now()),),
            ).fetchone()
        return bool(owed[0] == 0)

    def told(self) -> dict[str, list[str]]:
        """What each receiver has, in order: keys, or the ids of mails."""
        contents = [one.content for one in self.mailbox.mails]
        ids = [message_from_bytes(one)["Message-ID"] for one in contents if isinstance(one, bytes)]
        return {
            "slack": [_named(one) for one in self.slack.posted if "key" in one],
            "hook": [one["key"] for one in self.hook.messages],
            "mail": [one for one in ids if "@duty." not in one],
            "duty": [one for one in ids if "@duty." in one],
        }

    def events(self) -> list[dict[str, Any]]:
        """What happened on both hosts, by time."""
        return sorted(self._events(), key=lambda one: one["at"])

    def event(self, host: str, name: str) -> dict[str, Any] | None:
        """The first event of that name on a host."""
        found = (one for one in self.events() if (one["host"], one["event"]) == (host, name))
        return next(found, None)

    def wait(self, what: Callable[[], Any], named: str) -> Any:
        """What something gives as soon as it gives something. Raises TooLate."""
        ends, tick = time.monotonic() + LIMIT_S, threading.Event()
        while time.monotonic() < ends:
            if found := what():
                return found
            tick.wait(LOOK_S)
        raise TooLate(f"{named}: not within {LIMIT_S:g} s")

    def _events(self) -> Iterator[dict[str, Any]]:
        for host in self.pids:
            path = self.folder / host / "events"
            lines = path.read_text().splitlines(keepends=True) if path.exists() else []
            yield from ({**json.loads(one), "host": host} for one in lines if one.endswith("\n"))

    def _start(self, name: str, strike: Strike | None, port: int) -> None:
        folder = self.folder / name
        folder.mkdir()
        written = STANDBY.format(
            name=name, bucket=BUCKET, prefix=self.folder.name, port=port, lease_s=LEASE_S
        )
        written += sources_at(self._standins.base_url, is_session=False)
        written += receivers_at(self.slack.base_url, self.mailbox.port, self.mailbox.ca_file)
        (folder / "config.toml").write_text(written)
        self.pids[name] = self._hosts.make(folder, strike, f"{self._gate.root}/hook")
