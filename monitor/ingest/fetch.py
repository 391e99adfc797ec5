"""From requests to what their bodies say together: asked politely, read, and checked for size."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pandas as pd

from monitor.errors import BodyRejected, FetchFailed, HeldBack, NotFound
from monitor.ingest.corrections import check_size
from monitor.ingest.http import Body, Http, Request
from monitor.ingest.source import Source
from monitor.ingest.validation import check_shape
from state.health import Accepted, Health

log = logging.getLogger("havenwatch.fetching")

# A publisher whose every page names another would be asked for ever.
MOST_PAGES: Final = 200


@dataclass(frozen=True)
class Fetched:
    """The bodies that changed with the number of cells in each, and what they said together.

    `asked`: every address, those of bodies that did not change too. `shrunk`: the bodies with
    clearly fewer numbers than before.
    """

    bodies: tuple[Body, ...]
    cells: tuple[int, ...]
    frame: pd.DataFrame | None
    asked: tuple[str, ...] = ()
    shrunk: tuple[HeldBack, ...] = ()

    @property
    def provenance_sha256(self) -> str:
        """One digest for all bodies: the body's own where there is one."""
        if len(self.bodies) == 1:
            return self.bodies[0].sha256
        return hashlib.sha256("".join(b.sha256 for b in self.bodies).encode()).hexdigest()


def if_changed(request: Request, known: Accepted | None) -> Request:
    """The request, conditional on another body than the one accepted last, where there is one."""
    if known is None:
        return request
    return replace(request, etag=known.etag, last_modified=known.last_modified)


@contextmanager
def unreadable_rejected(where: str) -> Iterator[None]:
    """Inside it whatever a body makes a parser or a gate raise is BodyRejected: a body that nobody
    wrote a parser for is the publisher's trouble, and no end of the program."""
    try:
        yield
    except (FetchFailed, BodyRejected, sqlite3.Error):
        raise  # the database's own trouble is caused by no body
    except Exception as error:
        log.debug("%s: a body that cannot be read", where, exc_info=True)
        said = f"{type(error).__name__}: {error}"[:200]
        raise BodyRejected(where, expected="a body it can read", got=said) from error


def parsed(source: Source, body: Body, at: datetime) -> pd.DataFrame:
    """The body's numbers. Raises BodyRejected, and nothing else."""
    with unreadable_rejected(body.url):
        return source.parse(body, at)


class Fetching:
    """Fetches the bodies of a source, remembering through the database what came last."""

    def __init__(self, http: Http, health: Health):
        self._http = http
        self._health = health

    def fetch(
        self, source: Source, requests: Sequence[Request], at: datetime, *, conditional: bool
    ) -> Fetched:
        """The bodies that changed and what they say together. Raises FetchFailed, BodyRejected.

        Conditional requests leave out what is as it was accepted last. Pages are followed.
        """
        bodies: list[Body] = []
        missing: list[NotFound] = []
        asked: list[str] = []
        unchanged = 0
        waiting = list(requests)
        while waiting:
            request = waiting.pop(0)
            asked.append(request.url)
            known = self._health.accepted(request.url) if conditional else None
            try:
                body = self._http.get(if_changed(request, known))
            except NotFound as error:
                if not request.optional:
                    raise
                missing.append(error)
                continue
            if body is None or (known is not None and body.sha256 == known.sha256):
                unchanged += 1
            else:
                bodies.append(body)
                waiting += self._rest(source, body, len(bodies))
        if missing and not bodies and not unchanged:
            raise missing[0]
        if not bodies:
            return Fetched((), (), None, tuple(asked))
        frames = [parsed(source, body, at) for body in bodies]
        cells = tuple(int(frame.notna().to_numpy().sum()) for frame in frames)
        shrunk: list[HeldBack] = []
        for frame, body, count in zip(frames, bodies, cells, strict=True):
            if len(frames) == 1 or len(frame):
                check_shape(frame, body.url)
            known = self._health.accepted(body.url) if conditional and source.grows else None
            if known is not None:
                shrunk += check_size(count, known.cells, body.url, source.name)
        whole = _together(frames, source.name)
        return Fetched(tuple(bodies), cells, whole, tuple(asked), tuple(shrunk))

    def _rest(self, source: Source, body: Body, pages: int) -> list[Request]:
        """The request for the page after a body, where there is one."""
        with unreadable_rejected(body.url):
            following = source.next_page(body)
        if following is not None and pages >= MOST_PAGES:
            raise BodyRejected(body.url, expected=f"at most {MOST_PAGES} pages", got="more")
        return [] if following is None else [following]


def _together(frames: Sequence[pd.DataFrame], where: str) -> pd.DataFrame:
    """What several bodies say together, cell by cell: a day may begin on one page and end on the
    next. Two numbers for one cell are refused."""
    whole = pd.concat([frame.sort_index() for frame in frames]).sort_index(kind="stable")
    if whole.index.is_unique:
        return whole
    days = whole.groupby(level=0)
    first, last = days.first(), days.last()
    differs = (first != last) & first.notna()
    if differs.to_numpy().any():
        row, column = (int(place[0]) for place in differs.to_numpy().nonzero())
        values = [float(side.to_numpy()[row, column]) for side in (first, last)]
        raise BodyRejected(
            where,
            expected=f"one number for {first.columns[column]} on {first.index[row].date()}",
            got=f"{values[0]:g} and {values[1]:g} in two of its bodies",
        )
    return first
