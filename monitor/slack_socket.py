"""Listens to Slack over Socket Mode: a connection this program opens, so that nobody has to reach
it from outside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from alerts.channel import Undelivered
from alerts.channels.slack import Slack
from alerts.slack_calls import Api
from monitor.clock import Clock
from monitor.explain import explain
from monitor.slack_answers import Answers, SlackAnswers

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


class Listener:
    """One connection to one Slack app. A lost one is logged and made again, by Slack's client once
    the first stood and until then here."""

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
    ):
        # At DEBUG the client would log the address it connects to, whose ticket is a secret.
        quiet = log.getChild("client")
        quiet.setLevel(logging.INFO)
        web = WebClient(base_url=f"{base_url.rstrip('/')}/", timeout=timeout_s, logger=quiet)
        self._client = SocketModeClient(
            app_token,
            logger=quiet,
            web_client=web,
            ping_interval=ping_interval_s,
            receive_buffer_size=RECEIVED_BYTES,
            concurrency=PRESSES_AT_ONCE,
        )
        self._client.socket_mode_request_listeners.append(answer)
        self._clock = clock
        self._first_pause_s = first_pause_s
        self._stopping = threading.Event()

    def start(self) -> None:
        """Connect, and go on trying, without waiting for it."""
        threading.Thread(target=self.connect, name="slack-socket", daemon=True).start()

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

    def connect(self) -> None:
        """Connect, trying again until it succeeds or nobody can expect it to."""
        pause_s = self._first_pause_s
        while not self._stopping.is_set():
            try:
                api = Api(self._client.web_client, self._clock.now())
                api.call("apps.connections.open", self._client.connect)
                break
            except Undelivered as error:
                if error.permanent:
                    log.error("buttons are not answered; mend the app token: %s", error.problem)
                    return
                log.warning("no connection, tried again in %.0f s: %s", pause_s, error.problem)
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        if self._stopping.is_set():
            self._close()  # what was stopped before it was connected


@contextmanager
def listening(app: App, answers: Answers) -> Iterator[None]:
    """Inside it, what is pressed is answered, for every Slack channel with an app token."""
    channels = [one for one in app.channels.values() if isinstance(one, Slack)]
    apps = {(one.app_token_env, one.base_url): one for one in channels if one.app_token_env}
    with ExitStack() as stack:
        if apps:
            pressed = SlackAnswers(answers, partial(explain, app), app.clock, app.database)
            stack.callback(pressed.close)
        for one in apps.values():
            token = app.config.secrets[one.app_token_env]
            listener = Listener(token, one.base_url, one.timeout_s, pressed.answer, app.clock)
            stack.callback(listener.stop)
            listener.start()
        yield
