"""Answers what is pressed in Slack: first done, then acknowledged, then told to who pressed."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from typing import Final, Protocol

from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from alerts.message.message import Message
from alerts.slack.blocks import slack_blocks
from alerts.slack.buttons import LABELS, SNOOZE_FOR, Action
from monitor.clock import Clock
from monitor.errors import HavenwatchError
from monitor.slack.payload import Interaction, read_press
from monitor.slack.reply import Blocks, acknowledge, tell
from state.database import Database

log = logging.getLogger("havenwatch.slack")

# Slack waits 3 s for an acknowledgement: so long it may take to get at the database, or to explain.
WAIT_TIMEOUT_S: Final = 2.0
# So many presses are remembered, so that one delivered again undoes nothing done since.
REMEMBERED: Final = 1000

BUSY: Final = "Not done: database busy. Try again."
NOT_KNOWN: Final = "Unknown alert: it belongs to another havenwatch database."
FAILED: Final = "Not done: internal error; see the havenwatch log."


class AlertActions(Protocol):
    """What a person may do about alerts. Asking for the same again changes nothing."""

    def knows(self, alert_id: str) -> bool:
        """Whether an alert is in the database."""
        ...

    def acknowledge(self, alert_id: str, by: str, note: str, at: datetime) -> str:
        """A sentence saying what was done. Raises HavenwatchError for an unknown alert."""
        ...

    def silence(
        self, rule_id: str, subject: str | None, until: datetime, by: str, why: str, at: datetime
    ) -> str:
        """A sentence saying what was done. Raises HavenwatchError for an unknown rule."""
        ...


class SlackInteractions:
    """The answers to buttons, over one database. Each call may come in a thread of its own.

    A press is acknowledged when it is done, so that one that was not done, because this program
    died or the database was locked, is one that Slack knows was not answered.
    """

    def __init__(
        self,
        answers: AlertActions,
        explain: Callable[[str, datetime], Message],
        clock: Clock,
        database: Database,
        wait_timeout_s: float = WAIT_TIMEOUT_S,
    ):
        self._answers = answers
        self._explain = explain
        self._clock = clock
        self._database = database
        self._wait_timeout_s = wait_timeout_s
        self._explaining = ThreadPoolExecutor(1, "explain")
        self._remembered: dict[Interaction, None] = {}
        self._lock = threading.Lock()

    def answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer one envelope."""
        press = read_press(request.type, request.payload)
        if press is None:
            kind = request.payload.get("type")
            log.warning("Slack sent what is no button of ours: %.80r %.80r", request.type, kind)
            acknowledge(client, request)
        elif self._is_remembered(press):
            acknowledge(client, request)
        elif press.action is Action.EXPLAIN:
            self._remember(press)
            wait([self._explaining.submit(self._send_explanation, press)], self._wait_timeout_s)
            acknowledge(client, request)
        else:
            said = self._carry_out(press)
            if said is not None:
                self._remember(press)
                acknowledge(client, request)
            _tell(press, BUSY if said is None else said)

    def close(self) -> None:
        """Begin nothing more."""
        self._explaining.shutdown(wait=False, cancel_futures=True)

    def _carry_out(self, press: Interaction) -> str | None:
        """What was done, or why it cannot be; None where the database stayed locked."""
        try:
            connection = self._database.connection
            connection.execute(f"PRAGMA busy_timeout = {round(self._wait_timeout_s * 1000)}")
            return self._done(press, self._clock.now())
        except HavenwatchError as error:
            return str(error)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            log.warning(
                "%s of %s is not done: the database is locked", press.action, press.alert_id
            )
            return None
        finally:
            self._database.close()

    def _done(self, press: Interaction, at: datetime) -> str:
        if not self._answers.knows(press.alert_id):
            return NOT_KNOWN
        if press.action is Action.ACKNOWLEDGE:
            return self._answers.acknowledge(press.alert_id, press.by, "", at)
        return self._answers.silence(
            press.rule_id,
            press.subject,
            press.pressed_at + SNOOZE_FOR,
            press.by,
            "snoozed from Slack",
            at,
        )

    def _send_explanation(self, press: Interaction) -> None:
        try:
            if not self._answers.knows(press.alert_id):
                _tell(press, NOT_KNOWN)
                return
            page = self._explain(press.alert_id, self._clock.now())
            _tell(press, page.subject, slack_blocks(page))
        except HavenwatchError as error:
            _tell(press, str(error))
        except Exception:
            log.exception("explaining %r failed", press.alert_id)
            _tell(press, FAILED)
        finally:
            self._database.close()

    def _is_remembered(self, press: Interaction) -> bool:
        with self._lock:
            return press in self._remembered

    def _remember(self, press: Interaction) -> None:
        with self._lock:
            self._remembered[press] = None
            if len(self._remembered) > REMEMBERED:
                del self._remembered[next(iter(self._remembered))]


def _tell(press: Interaction, said: str, blocks: Blocks = ()) -> None:
    """Tell something to who pressed and to nobody else."""
    tell(press.response_url, said, LABELS[press.action], press.pressed_at, blocks, share=False)
