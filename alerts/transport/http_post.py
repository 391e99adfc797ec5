"""One POST to a receiver: its answer, or why there is none, in words that hold no secret."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import requests

from alerts.channel import Undelivered
from alerts.transport.date_header import clock_offset
from alerts.transport.failures import is_malformed, is_untrusted, reason, through
from alerts.transport.http_session import FAILURES, Session
from alerts.transport.outbound_call import WHOLE, OutboundCall
from alerts.transport.retry_after_header import retry_after_s

CHUNK_BYTES: Final = 1 << 14
MOST_BYTES: Final = 1 << 14
# Refusals after which the same request can succeed later.
TRANSIENT: Final = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """What a receiver said. `text` is the beginning of its body, empty where that did not come; it
    may repeat the address or a secret, so it is no part of a problem as it stands."""

    status: int
    text: str
    retry_after_s: float | None
    # `, through the proxy ...` where there is one, which may have answered in the receiver's stead.
    through: str = ""
    # How far this machine's clock is ahead of the one that answered, where that said its time.
    clock_offset: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the message was accepted."""
        return 200 <= self.status < 300


def post(
    receiver: str, url: str, body: bytes, headers: Mapping[str, str | bytes], timeout_s: int,
    at: datetime, most_bytes: int = MOST_BYTES,
) -> Answer:  # fmt: skip
    """The answer to one POST, whatever its status. Raises Undelivered where none came: as a whole
    it may take WHOLE times `timeout_s`, and of its body `most_bytes` are read.

    A redirect is an answer: it is never followed, so that nothing goes to another host.
    """
    return _exchange(receiver, "POST", url, body, headers, timeout_s, at, most_bytes)


def head(receiver: str, url: str, timeout_s: int, at: datetime) -> Answer:
    """The answer to one HEAD, which carries nothing, within the same bounds. Raises Undelivered."""
    return _exchange(receiver, "HEAD", url, None, {}, timeout_s, at, 0)


def _exchange(
    receiver: str, method: str, url: str, body: bytes | None, headers: Mapping[str, str | bytes],
    timeout_s: int, at: datetime, most_bytes: int,
) -> Answer:  # fmt: skip
    said = {"User-Agent": "havenwatch", **headers}
    under_way = OutboundCall(WHOLE * timeout_s)
    answer: Answer | None = None
    try:
        with (
            under_way,
            closing(Session()) as session,
            session.ask(method, url, said, timeout_s, body) as response,
        ):
            wait = retry_after_s(response.headers, at)
            ahead = clock_offset(response.headers, at)
            answer = Answer(response.status_code, "", wait, through(url), ahead)
            return replace(answer, text=_beginning(response, most_bytes))
    except FAILURES as error:
        # Once the status has come it counts, whatever becomes of the body.
        if answer is not None:
            return answer
        raise _no_answer(receiver, url, error, under_way) from None


def refusal(receiver: str, answer: Answer, said: str = "") -> Undelivered:
    """What an answer other than 2xx means. `said`: the receiver's own words, where they are fit to
    be shown."""
    problem = f"{receiver} answered HTTP {answer.status}{answer.through}"
    problem += f", {said}" if said else ""
    if 300 <= answer.status < 400:
        problem += ", a redirect, which is not followed: set the final address"
    return Undelivered(
        problem,
        permanent=answer.status < 500 and answer.status not in TRANSIENT,
        retry_after_s=answer.retry_after_s,
        # Behind a broken answer the message may have been taken all the same.
        unsure=answer.status >= 500,
    )


def _beginning(response: requests.Response, most_bytes: int) -> str:
    """The beginning of the body. Raises FAILURES where it is cut."""
    content = bytearray()
    for part in response.iter_content(CHUNK_BYTES):
        content += part
        if len(content) >= most_bytes:
            break
    return content[:most_bytes].decode("utf-8", "replace")


def _no_answer(receiver: str, url: str, error: Exception, under_way: OutboundCall) -> Undelivered:
    """Nobody knows whether a message arrived of which a part was sent. An error's text may hold the
    address, which is often the secret: only its kind is told."""
    if is_malformed(error):
        problem = f"{receiver}: invalid URL or header in the environment variable"
        return Undelivered(problem, permanent=True)
    return Undelivered(
        f"{receiver}: no answer: {under_way.why or reason(error, url)}",
        permanent=is_untrusted(error) and not under_way.is_sent,
        unsure=under_way.is_sent,
    )
