"""Listens to Slack over Socket Mode: a connection this program opens, so that nobody has to reach
it from outside."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from alerts.channel import Undelivered
from alerts.channels.slack import Slack
from alerts.slack.calls import Api
from alerts.transport.network import proxy_for
from alerts.transport.outbound_call import WHOLE, OutboundCall
from alerts.transport.tls import trust
from monitor.clock import Clock
from monitor.slack.command_replies import CommandReplies
from monitor.slack.interactions import AlertActions, SlackInteractions
from monitor.slack.requests import SlackCommands
from monitor.terminal.explain import explain
from state.connections import Connections

if TYPE_CHECKING:
    from monitor.app import App

log = logging.getLogger("havenwatch.slack.socket")

PRESSES_AT_ONCE: Final = 4
# Slack's client looks at the connection so often, and calls it lost after four times as long.
PING_INTERVAL_S: Final = 5.0
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 60.0
CLOSING_S: Final = 5.0
RECEIVED_BYTES: Final = 64 * 1024

Answer = Callable[[BaseSocketModeClient, SocketModeRequest], None]
# Told how a connection does: why it does not stand, or nothing.
Note = Callable[[str], None]
LOST: Final = "connection lost, reconnecting"


def note_nothing(problem: str) -> None:
    """Nobody wants to know."""


class _OurWords(logging.Filter):
    """Leaves of what Slack's client logs only its own words: behind them may be the address it
    connects to, whose ticket is a secret, or whatever a proxy answered in Slack's place."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = re.split(r"[(:]", record.getMessage())[0].strip(), ()
        if not record.msg.startswith("Failed to run a request listener"):  # which is ours
            record.exc_info = None
        return True


OUR_WORDS: Final = _OurWords()


class _Client(SocketModeClient):
    """Slack's client, which finds its address and its proxy through the transport of all other
    receivers, and connects within one call."""

    def __init__(self, api: Callable[[], Api], ping_interval_s: float):
        self._api = api
        quiet = log.getChild("client")
        quiet.setLevel(logging.INFO)
        quiet.addFilter(OUR_WORDS)
        super().__init__(
            api().token,
            logger=quiet,
            web_client=WebClient(logger=quiet),
            ping_interval=ping_interval_s,
            receive_buffer_size=RECEIVED_BYTES,
            concurrency=PRESSES_AT_ONCE,
        )

    def issue_new_wss_url(self) -> str:
        """The address of the next connection. Raises Undelivered."""
        url = str(self._api().call("apps.connections.open").get("url"))
        proxy = proxy_for(url.replace("ws", "http", 1))
        self.proxy = None if proxy is None else proxy.url
        self.web_client.ssl = trust()
        return url

    def connect(self) -> None:
        """Connect; a handshake that takes too long has failed. Raises Undelivered."""
        with OutboundCall(WHOLE * self._api().timeout_s):
            super().connect()

    def close(self) -> None:
        """End at once: what waits a second for a message is woken by one that says nothing."""
        self.closed = True
        self.enqueue_message("")
        super().close()


class Listener:
    """One connection to one Slack app. A lost one is logged and made again, by Slack's client once
    the first stood and until then here; `note` is told at every look how it does."""

    def __init__(
        self,
        app_token: str,
        base_url: str,
        timeout_s: int,
        answer: Answer,
        clock: Clock,
        *,
        ping_interval_s: float = PING_INTERVAL_S,
        first_pause_s: float = FIRST_PAUSE_S,
        note: Note = note_nothing,
    ):
        self._client = _Client(
            lambda: Api(base_url, app_token, timeout_s, clock.now()), ping_interval_s
        )
        self._client.socket_mode_request_listeners.append(answer)
        self._first_pause_s = first_pause_s
        self._look_s = ping_interval_s
        self._note = note
        self._stopping = threading.Event()

    def start(self) -> None:
        """Connect, go on trying, and look after it, without waiting for any of it."""
        threading.Thread(target=self._keep, name="slack-socket", daemon=True).start()

    def stop(self) -> None:
        """Answer nothing more. What does not close in time is left to end with the program."""
        self._stopping.set()
        closing = threading.Thread(target=self._close, name="slack-close", daemon=True)
        closing.start()
        closing.join(CLOSING_S)

    def _close(self) -> None:
        # A reconnection under way would turn it on again.
        self._client.default_auto_reconnect_enabled = False
        try:
            self._client.close()
        except AttributeError:
            # The connection was closed by another thread of Slack's client at the same time.
            self._client.close()

    def _keep(self) -> None:
        hopeless = self.connect()
        while not self._stopping.wait(self._look_s):
            self._note(hopeless or ("" if self._client.is_connected() else LOST))

    def connect(self) -> str:
        """Connect, trying again until it succeeds or nobody can expect it to: then why not."""
        pause_s = self._first_pause_s
        while not self._stopping.is_set():
            try:
                self._client.connect()
                break
            except Undelivered as error:
                if error.permanent:
                    log.error("interactive buttons offline; fix the app token: %s", error.problem)
                    return error.problem
                self._note(error.problem)
                log.warning("no connection, tried again in %.0f s: %s", pause_s, error.problem)
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        if self._stopping.is_set():
            self._close()  # what was stopped before it was connected
        return ""


class Noting:
    """Stores how a connection does when that has changed, where this process is the one that acts.
    What cannot be stored now is tried again at the next look."""

    def __init__(self, app: App, name: str):
        self._database = app.database
        self._connections = Connections(app.database)
        self._leadership = app.leader_lock
        self._clock = app.clock
        self._name = name
        self._stored: str | None = None

    def note(self, problem: str) -> None:
        """Why it does not stand now, empty where it does."""
        if problem == self._stored or not self._leadership.is_held:
            return
        try:
            if problem:
                self._connections.record_lost(self._name, self._clock.now(), problem)
            else:
                self._connections.record_standing(self._name, self._clock.now())
            self._stored = problem
        except sqlite3.Error as error:
            log.warning("the state of the connection is not stored: %s", error)
        finally:
            self._database.close()


@contextmanager
def listening(app: App, answers: AlertActions) -> Iterator[None]:
    """Inside it, what is pressed is answered, for every Slack channel with an app token."""
    slacks = {name: one for name, one in app.channels.items() if isinstance(one, Slack)}
    # Two channels of one app share a connection, which has the name of the first.
    apps = {
        (one.app_token_env, one.base_url): (name, one)
        for name, one in reversed(slacks.items())
        if one.app_token_env
    }
    Connections(app.database).keep_only({name for name, _ in apps.values()}, app.clock.now())
    with ExitStack() as stack:
        if apps:
            pressed = SlackInteractions(
                answers, partial(explain, app.reading), app.clock, app.database
            )
            stack.callback(pressed.close)
        for name, one in apps.values():
            if app.stop.is_told:
                break
            commands = _commands(app, one, slacks.values())
            stack.callback(commands.close)
            token, note = app.config.secrets[one.app_token_env], Noting(app, name).note
            answer = partial(_answer, commands, pressed)
            listener = Listener(token, one.base_url, one.timeout_s, answer, app.clock, note=note)
            stack.callback(listener.stop)
            listener.start()
        yield


def _commands(app: App, one: Slack, slacks: Iterable[Slack]) -> SlackCommands:
    """What answers the commands of an app, for every conversation that its channels post to."""
    places = frozenset(it.conversation for it in slacks if it.app_token_env == one.app_token_env)
    token = app.config.secrets[one.token_env]
    return SlackCommands(
        CommandReplies(app, places),
        lambda at: Api(one.base_url, token, one.timeout_s, at),
        app.clock,
        app.database,
    )


def _answer(
    commands: SlackCommands,
    pressed: SlackInteractions,
    client: BaseSocketModeClient,
    request: SocketModeRequest,
) -> None:
    """Answer one envelope."""
    if not commands.takes(client, request):
        pressed.answer(client, request)
