"""Errors that say where, what was expected, what came, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from alerts.clean import clean, clean_lines

# A longer address is cut at its fields.
MOST_WHERE: Final = 120


class HavenwatchError(Exception):
    """An error whose four parts are kept apart, so that each can be shown where it is needed.
    `exit_code` is what a command that it ends returns."""

    exit_code = 1

    def __init__(self, where: str, *, expected: str, got: str, remedy: str):
        # What came may be a publisher's or a person's own words.
        where, expected, got = map(clean, (_short(where), expected, got))
        remedy = clean_lines(remedy)
        super().__init__(f"{where}: expected {expected}, got {got}; {remedy}")
        self.where = where
        self.expected = expected
        self.got = got
        self.remedy = remedy


def _short(where: str) -> str:
    """An address without the fields that it asks for, where they make it longer than a line; cut
    nowhere else, so that no part of a secret is left of one."""
    address, question, _ = where.partition("?")
    return f"{address}?..." if question and len(where) > MOST_WHERE else where


class FetchFailed(HavenwatchError):
    """No body came. Asking again later can help, not before `retry_after_s` where one was named."""

    state = "UNREACHABLE"

    def __init__(
        self,
        where: str,
        *,
        expected: str,
        got: str,
        remedy: str = "it will be polled again",
        retry_after_s: float | None = None,
    ):
        super().__init__(where, expected=expected, got=got, remedy=remedy)
        self.retry_after_s = retry_after_s


class NotFound(FetchFailed):
    """The publisher says that there is nothing at this address (404 or 410)."""


class BodyRejected(HavenwatchError):
    """A body came and none of it was stored. `state` is the health state the desk sees."""

    def __init__(
        self,
        where: str,
        *,
        expected: str,
        got: str,
        state: str = "CHANGED_FORMAT",
        remedy: str = "nothing of this file was stored; it will be polled again",
    ):
        super().__init__(where, expected=expected, got=got, remedy=remedy)
        self.state = state


class HeldBack(BodyRejected):
    """A body that changes what is stored as corrections rarely do. Nothing of it was stored; it can
    be accepted, by a person or, where it `settles` so, by staying as it is for some polls."""

    def __init__(
        self,
        where: str,
        source: str,
        *,
        expected: str,
        got: str,
        state: str = "IMPLAUSIBLE",
        settles: bool,
    ):
        until = "accepted, or unchanged over several polls" if settles else "accepted"
        remedy = f"on hold until {until} (`havenwatch accept {source}`)"
        super().__init__(where, expected=expected, got=got, state=state, remedy=remedy)
        self.settles = settles


class Problem(NamedTuple):
    """One mistake in the configuration."""

    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; {self.remedy}"


class ConfigInvalid(Exception):
    """Every mistake in the configuration at once."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class UnusableDatabase(HavenwatchError):
    """The database cannot be read or written: damaged, locked, or another user's."""

    exit_code = 3


class ClockWentBack(HavenwatchError):
    """An instant was asked for before one that has already been decided."""
