"""Every source's body mutated, parsed and checked as at a poll, against what was stored before."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected, FetchFailed
from monitor.ingest.corrections import check_size
from monitor.ingest.http import Body
from monitor.ingest.storing import check_against
from monitor.ingest.validation import check_age, check_shape
from tests.fuzz.mutations import BYTES, MUTATIONS, damaged
from tests.fuzz.prepared import Prepared, prepared, watched

WRONG_BY = 1e-6


@dataclass
class Tally:
    """What became of the mutations of one kind: how many there were, how many no parser read, how
    many of the others made a number that decides another one or took it away, and how many of those
    the checks let in, with an example."""

    made: int = 0
    unread: int = 0
    harmful: int = 0
    let_in: int = 0
    example: str = ""

    @property
    def share_pct(self) -> float:
        """Of those read that harm, the share let in."""
        return 100.0 * self.let_in / self.harmful if self.harmful else 0.0

    def add(self, other: Tally) -> None:
        """Count another one's too."""
        self.made += other.made
        self.unread += other.unread
        self.harmful += other.harmful
        self.let_in += other.let_in
        self.example = self.example or other.example


@dataclass
class Report:
    """What became of a source's mutations, by kind, and the errors that no source documents."""

    name: str
    is_real: bool
    tried: int = 0
    kinds: dict[str, Tally] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: Report) -> None:
        """Count another run's too."""
        self.tried += other.tried
        for kind, tally in other.kinds.items():
            self.kinds.setdefault(kind, Tally()).add(tally)
        self.errors += other.errors


def fuzz(name: str, count: int, seed: int, first: int = 0) -> Report:
    """Mutate a source's body so often, beginning with the mutation of number `first`; the same for
    the same seed and numbers."""
    ready = prepared(name)
    report, kinds = Report(name, ready.is_real, count), [*MUTATIONS, BYTES]
    for number in range(first, first + count):
        rng = random.Random(f"{seed}/{name}/{number}")
        kind = kinds[number % len(kinds)]
        body = _mutated(ready, kind, rng)
        if body is None or body == ready.body.content:
            continue
        tally = report.kinds.setdefault(kind, Tally())
        tally.made += 1
        try:
            _judge(ready, body, tally, f"#{number}")
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            said = f"{type(error).__name__}: {error} ({kind} #{number})"
            report.errors[said[:160]] += 1
    return report


def _mutated(ready: Prepared, kind: str, rng: random.Random) -> bytes | None:
    if kind == BYTES:
        return damaged(ready.body.content, rng)
    rows = MUTATIONS[kind]([list(row) for row in ready.rows], ready.style, rng)
    if rows is None:
        return None
    try:
        return ready.style.body(rows)
    except (ValueError, IndexError, KeyError, StopIteration, AssertionError):
        return None  # nothing that this format can say


def _judge(ready: Prepared, content: bytes, tally: Tally, what: str) -> None:
    """Count one body: what it says wrongly if only read, and then whether the checks let it in."""
    body = Body(ready.body.url, content, ready.body.content_type, None, None)
    try:
        frame = ready.source.parse(body, ready.at)
    except (BodyRejected, FetchFailed):
        tally.unread += 1
        return
    harm = _harm(ready, frame)
    tally.harmful += bool(harm)
    if _is_let_in(ready, frame, body.url) and harm:
        tally.let_in += 1
        tally.example = tally.example or f"{what}: {harm}"


def _is_let_in(ready: Prepared, frame: pd.DataFrame, url: str) -> bool:
    """Every check that a body passes before it is stored, in the order of a poll."""
    source = ready.source
    try:
        check_shape(frame, url)
        if source.grows:
            before = int(ready.stored.notna().to_numpy().sum())
            now = int(frame.notna().to_numpy().sum())
            shrunk = tuple(check_size(now, before, url, source.name))
        else:
            shrunk = ()
        check_age(frame, source.name, source.today(ready.at), source.refuse_after_days)
        return check_against(frame, source, ready.stored, shrunk, ready.at, watched()) is None
    except (BodyRejected, FetchFailed):
        return False


def is_let_in(name: str) -> bool:
    """Whether the body that nothing was done to is let in, and says nothing wrong."""
    ready = prepared(name)
    frame = ready.source.parse(ready.body, ready.at)
    return _is_let_in(ready, frame, ready.body.url) and not _harm(ready, frame)


def _harm(ready: Prepared, frame: pd.DataFrame) -> str:
    """What a body says wrongly of a series that decides: a number, or none where there is one that
    is not stored. Empty for nothing."""
    given = frame.reindex(columns=ready.columns)
    values = given.to_numpy(dtype=np.float64)
    days = given.index.to_numpy().astype(ready.days.dtype)
    places = np.searchsorted(ready.days, days)
    places[places == len(ready.days)] = 0
    is_known = ready.days[places] == days
    right = np.where(is_known[:, None], ready.right[places], np.nan)
    off = ~np.isnan(values) & ~(np.abs(values - right) <= WRONG_BY * np.abs(right) + 1e-12)
    if off.any():
        row, column = (int(one) for one in np.argwhere(off)[-1])
        return (
            f"{ready.columns[column]} {given.index[row]:%Y-%m-%d} {values[row, column]:g} "
            f"for {right[row, column]:g}"
        )
    said = np.zeros(ready.is_new.shape, dtype=bool)
    said[places[is_known]] |= ~np.isnan(values[is_known])
    missing = ready.is_new & ~said
    if missing.any():
        row, column = (int(one) for one in np.argwhere(missing)[-1])
        return f"{ready.columns[column]} {pd.Timestamp(ready.days[row]):%Y-%m-%d} is not there"
    return ""


def mutated(ready: Prepared, kind: str, seed: str) -> bytes | None:
    """A body mutated once in one way; None where that way says nothing of it."""
    return _mutated(ready, kind, random.Random(seed))
