"""One POST to a receiver: its answer, or why there is none, in words that hold no secret."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from alerts.channel import Undelivered
from alerts.retry_after import retry_after_s

MOST_BYTES: Final = 1 << 14
# Refusals after which the same request can succeed later.
TRANSIENT: Final = frozenset({408, 425, 429})
NO_URL: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    UnicodeError,
)


@dataclass(frozen=True)
class Answer:
    """What a receiver said. `text` is the beginning of its body, empty where that did not come; it
    may repeat the address or a secret, so it is no part of a problem as it stands."""

    status: int
    text: str
    retry_after_s: float | None

    @property
    def is_taken(self) -> bool:
        """Whether the message was accepted."""
        return 200 <= self.status < 300


def post(
    receiver: str, url: str, body: bytes, headers: Mapping[str, str | bytes], timeout_s: int,
    at: datetime,
) -> Answer:  # fmt: skip
    """The answer to one POST, whatever its status. Raises Undelivered where none came.

    A redirect is an answer: it is never followed, so that nothing goes to another host.
    """
    try:
        with requests.post(
            url,
            data=body,
            headers={"User-Agent": "havenwatch", **headers},
            timeout=timeout_s,
            allow_redirects=False,
            stream=True,
        ) as response:
            wait = retry_after_s(response.headers, at)
            return Answer(response.status_code, _beginning(response), wait)
    except (*NO_URL, requests.RequestException) as error:
        raise _no_answer(receiver, error) from None


def refusal(receiver: str, answer: Answer, said: str = "") -> Undelivered:
    """What an answer other than 2xx means. `said`: the receiver's own words, where they are fit to
    be shown."""
    problem = f"{receiver} answered HTTP {answer.status}"
    problem += f", {said}" if said else ""
    if 300 <= answer.status < 400:
        problem += ", a redirect, which is not followed: set the address it leads to"
    return Undelivered(
        problem,
        permanent=answer.status < 500 and answer.status not in TRANSIENT,
        retry_after_s=answer.retry_after_s,
        # Behind a broken answer the message may have been taken all the same.
        unsure=answer.status >= 500,
    )


def _beginning(response: requests.Response) -> str:
    """The beginning of the body, empty where it was cut: the status has come and counts."""
    try:
        content = next(response.iter_content(MOST_BYTES), b"")
    except (requests.RequestException, HTTPError, OSError):
        return ""
    return content.decode("utf-8", "replace")


def _no_answer(receiver: str, error: Exception) -> Undelivered:
    """An error's text may hold the address, which is often the secret: only its kind is told."""
    if isinstance(error, NO_URL):
        problem = f"{receiver}: its address or a header of it is none: mend the variable's value"
        return Undelivered(problem, permanent=True)
    causes = list(_causes(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        problem = f"{receiver}: nobody vouches for its certificate"
        return Undelivered(problem, permanent=True)
    unsent = (requests.exceptions.ConnectTimeout, NewConnectionError, ssl.SSLError)
    sure = any(isinstance(one, unsent) for one in causes)
    problem = f"{receiver}: no answer: {type(causes[-1]).__name__}"
    return Undelivered(problem, permanent=False, unsure=not sure)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those inside it, the innermost last."""
    at: object = error
    while isinstance(at, BaseException):
        yield at
        at = getattr(at, "reason", None) or next(
            (one for one in at.args if isinstance(one, BaseException)), at.__cause__
        )
