"""Every publisher's body, parsed and put through every check before it would be stored."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from monitor.config.plugins import source_types
from monitor.errors import BodyRejected, FetchFailed
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import MISSING
from monitor.ingest.storing import check_against
from monitor.ingest.validation import check_age, check_shape
from tests.fuzz.fuzzing import mutated
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.prepared import prepared, watched
from tests.fuzz.target import Target
from tests.fuzz.texts import assert_plain

# As many rows as a body has here reach all that more do.
READING: Final = ("monitor.ingest.payload_parsing", "monitor.ingest.validation")
WORDS: Final = (*sorted(MISSING - {""}), "2025-04-10", "1e999", "-0", "nan", "9" * 40, "\ufeff")
REFUSED: Final = (BodyRejected, FetchFailed)


def targets() -> Iterator[Target]:
    """One for each kind of source."""
    for name, cls in source_types().items():
        yield Target(
            f"source.{name}",
            partial(_read, name),
            partial(_seeds, name),
            (cls.__module__, *READING),
            WORDS,
            most_bytes=1 << 16,
        )


def _seeds(name: str) -> Iterator[bytes]:
    """The body as it should be, and once in each way in which one may be wrong."""
    ready = prepared(name)
    yield ready.body.content
    for kind in MUTATIONS:
        body = mutated(ready, kind, seed=kind)
        if body is not None:
            yield body


def _read(name: str, content: bytes) -> None:
    ready = prepared(name)
    body = Body(ready.body.url, content, ready.body.content_type, None, None)
    try:
        frame = ready.source.parse(body, ready.at)
        ready.source.next_page(body)
        list(ready.source.announced(body, ready.at))
    except REFUSED:
        return
    _check_plain(frame)
    try:
        check_shape(frame, body.url)
        check_age(frame, name, ready.source.today(ready.at), ready.source.refuse_after_days)
        held = check_against(frame, ready.source, ready.stored, (), ready.at, watched())
    except REFUSED:
        return
    if held is None:
        _check_plausible(ready.source.today(ready.at), frame)


def _check_plain(frame: pd.DataFrame) -> None:
    """Whatever is read has numbers under names, a row a date."""
    assert isinstance(frame.index, pd.DatetimeIndex), f"rows of {frame.index.dtype}"
    assert not frame.index.hasnans, "a row without a date"
    assert all(kind == np.float64 for kind in frame.dtypes), f"columns of {set(frame.dtypes)}"
    assert_plain(*frame.columns)


def _check_plausible(today: object, frame: pd.DataFrame) -> None:
    """Whatever is let in is finite, and of no day that has not come."""
    values = frame.to_numpy(dtype=np.float64)
    assert not np.isinf(values).any(), "a number without end is let in"
    known = frame.dropna(how="all")
    assert known.empty or known.index.max().date() <= today, "a number of the future is let in"
    assert known.empty or known.index.min().year >= 1700, "a number of another age is let in"
