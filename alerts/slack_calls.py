"""Calls of Slack's Web API, whose errors say who acts next."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http.client import HTTPException
from typing import Any, Final, TypeVar
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.channel import Undelivered
from alerts.retry_after import retry_after_s

# Errors of the Web API after which the same call can succeed later without anybody acting.
TRANSIENT: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
     "request_timeout", "team_added_to_org"}
)  # fmt: skip
# Of these Slack says that a part of the call may have succeeded.
HALF_DONE: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})
WORD: Final = re.compile(r"[a-z0-9_]{1,60}")
# One or more scopes, as Slack lists them.
SCOPES: Final = re.compile(r"[a-z:.,_]{1,200}")
NOT_SLACK: Final = "not a Slack answer"

Answer = TypeVar("Answer")


class Refused(Undelivered):
    """Slack answered with an error; `code` is its word."""

    def __init__(self, method: str, error: SlackApiError, at: datetime):
        status, headers = _status_and_headers(error)
        self.code = _code(error)
        broken = status >= 500 or (status < 400 and self.code == NOT_SLACK)
        super().__init__(
            f"{method} answered HTTP {status}, {reason(error)}",
            permanent=not (broken or self.code in TRANSIENT or status in (408, 429)),
            retry_after_s=retry_after_s(headers, at),
            # Behind a broken answer the message may have been taken all the same.
            unsure=broken or self.code in HALF_DONE,
        )


@dataclass(frozen=True)
class Api:
    """Slack's Web API at the instant of a try."""

    client: WebClient
    at: datetime

    def call(self, method: str, call: Callable[[], Answer]) -> Answer:
        """What a call gives, its errors as Undelivered. Their text never holds the token."""
        try:
            return call()
        except SlackApiError as error:
            raise Refused(method, error, self.at) from None
        except (SlackClientError, HTTPException, OSError, ValueError) as error:
            cause = error.reason if isinstance(error, URLError) else error
            problem = f"{method}: no answer: {type(cause).__name__}"
            untrusted = isinstance(cause, ssl.SSLCertVerificationError)
            problem = f"{method}: nobody vouches for its certificate" if untrusted else problem
            sure = untrusted or isinstance(cause, (ConnectionRefusedError, socket.gaierror))
            raise Undelivered(problem, permanent=untrusted, unsure=not sure) from None

    def ask(self, method: str, asked: Mapping[str, Any]) -> Any:
        """Slack's answer to a method."""
        return self.call(method, partial(self.client.api_call, method, params=dict(asked)))


def reason(error: SlackApiError) -> str:
    """Slack's word for what is wrong, and the scope to add where one is missing."""
    code = _code(error)
    if code != "missing_scope":
        return code
    needed = str(error.response.get("needed"))
    named = needed if SCOPES.fullmatch(needed) else "that its method needs"
    return f"{code}: give the app the scope {named} and install it again"


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong. Of an answer that is not Slack's the client makes a sentence
    with a piece of that in it, which is not shown."""
    found = getattr(error.response, "data", None)
    word = found.get("error") if isinstance(found, dict) else None
    return word if isinstance(word, str) and WORD.fullmatch(word) else NOT_SLACK


def _status_and_headers(error: SlackApiError) -> tuple[int, Mapping[str, str]]:
    """Of an answer that is no JSON the client gives no response, only what it read."""
    response = error.response
    if isinstance(response, dict):
        return int(response.get("status") or 0), response.get("headers") or {}
    return int(response.status_code or 0), response.headers or {}
