"""Answers slash commands and fills the App Home: acknowledged at once, begun once, and worked on by
a few threads of its own, so that whoever reads the socket never waits."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from alerts.channel import Undelivered
from alerts.slack.blocks import slack_blocks
from alerts.slack.calls import Api
from monitor.clock import Clock
from monitor.errors import HavenwatchError
from monitor.slack.charts import send_chart
from monitor.slack.command import Asked, Verb, parse
from monitor.slack.command_replies import Answer, CommandReplies, in_slack
from monitor.slack.interactions import BUSY, FAILED, WAIT_TIMEOUT_S
from monitor.slack.payload import Command, HomeOpened, read_command, read_home_opened
from monitor.slack.reply import acknowledge, tell
from state.database import Database
from state.slack_requests import SlackRequests

log = logging.getLogger("havenwatch.slack")

# So many are worked on at once, and so many wait: of those that are answered in a moment, and of
# those that read or draw much.
QUICK_THREADS: Final = 2
MOST_QUICK: Final = 20
MOST_SLOW: Final = 4
CROWDED: Final = "Not done: too many commands at once. Try again in a moment."


class Lane:
    """Some threads, and a bound on what waits for them."""

    def __init__(self, threads: int, most: int, name: str):
        self._pool = ThreadPoolExecutor(threads, name)
        self._room = threading.BoundedSemaphore(most)

    def submit(self, work: Callable[[], None]) -> bool:
        """Whether there was room for it."""
        if not self._room.acquire(blocking=False):
            return False
        try:
            self._pool.submit(self._run, work)
        except RuntimeError:  # the program is stopping
            self._room.release()
            return False
        return True

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self._room.release()

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


@dataclass
class SlackCommands:
    """The commands and the App Home of one app. `api` is the Web API with its bot token."""

    answers: CommandReplies
    api: Callable[[datetime], Api]
    clock: Clock
    database: Database
    _quick: Lane = field(default_factory=lambda: Lane(QUICK_THREADS, MOST_QUICK, "slack-quick"))
    _slow: Lane = field(default_factory=lambda: Lane(1, MOST_SLOW, "slack-slow"))

    def takes(self, client: BaseSocketModeClient, request: SocketModeRequest) -> bool:
        """Whether an envelope is one of these; it is acknowledged then."""
        command = read_command(request.type, request.payload)
        opened = read_home_opened(request.type, request.payload)
        if command is not None:
            self._take(client, request, command)
        elif opened is not None:
            acknowledge(client, request)
            self._quick.submit(lambda: self._once(opened.key, lambda: self._publish(opened)))
        return command is not None or opened is not None

    def close(self) -> None:
        """Begin nothing more."""
        self._quick.close()
        self._slow.close()

    def _take(
        self, client: BaseSocketModeClient, request: SocketModeRequest, command: Command
    ) -> None:
        """Acknowledge a command with what can be said at once; the rest follows."""
        try:
            asked = parse(command)
        except HavenwatchError as error:
            acknowledge(client, request, in_slack(error, command.name))
            return
        if asked.verb is Verb.HELP:
            acknowledge(client, request, self.answers.answer(command, asked).said)
            return
        lane = self._slow if asked.usage.waiting else self._quick
        has_room = lane.submit(
            lambda: self._once(command.key, lambda: self._answer(command, asked), command)
        )
        acknowledge(client, request, asked.usage.waiting if has_room else CROWDED)

    def _once(self, key: str, work: Callable[[], None], command: Command | None = None) -> None:
        """Do what was not begun before, by this program or another; who asked is told where it
        cannot be done."""
        problem = ""
        try:
            connection = self.database.connection
            connection.execute(f"PRAGMA busy_timeout = {round(WAIT_TIMEOUT_S * 1000)}")
            if SlackRequests(self.database).begin(key, self.clock.now()):
                work()
        except HavenwatchError as error:
            problem = in_slack(error, command.name if command else "")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                log.exception("a request of Slack failed")
            problem = BUSY
        except Exception:
            log.exception("a request of Slack failed")
            problem = FAILED
        finally:
            self.database.close()
        if problem and command is not None:
            tell(command.response_url, problem, "a command", self.clock.now(), share=False)
        elif problem:
            log.warning("the App Home was not filled: %s", problem)

    def _answer(self, command: Command, asked: Asked) -> None:
        found = self.answers.answer(command, asked)
        if found.chart is not None:
            found = self._sent(command, asked, found)
        blocks = [] if found.message is None else slack_blocks(found.message)
        share = asked.share and found.message is not None
        tell(command.response_url, found.said, str(asked.verb), self.clock.now(), blocks,
             share=share)  # fmt: skip

    def _sent(self, command: Command, asked: Asked, found: Answer) -> Answer:
        """Where the chart went. Raises HavenwatchError."""
        assert found.chart is not None
        place = command.conversation if asked.share else ""
        try:
            send_chart(self.api(self.clock.now()), found.chart, found.said, place, command.user_id)
        except Undelivered as error:
            raise HavenwatchError(
                command.name,
                expected="Slack to take the chart",
                got=error.problem,
                remedy="the app must be in this conversation to share: /invite @havenwatch"
                if asked.share
                else "try again, or fix the app's scopes (docs/slack.md)",
            ) from None
        where = "shared here" if asked.share else "in your direct messages with this app"
        return Answer(f"{found.said}: {where}.")

    def _publish(self, opened: HomeOpened) -> None:
        blocks = slack_blocks(self.answers.first_screen())
        view = {"type": "home", "blocks": blocks}
        try:
            self.api(self.clock.now()).call(
                "views.publish", {"user_id": opened.user_id, "view": view}
            )
        except Undelivered as error:
            log.warning("the App Home was not filled: %s", error.problem)
