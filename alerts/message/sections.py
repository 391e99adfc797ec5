"""What a message, a page and a terminal are made of: text, bars, tables and pictures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any


class Base64:
    """Bytes that are base64 in JSON. Pydantic asks for its schema when a message is stored; whoever
    only shows one does not load pydantic."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            lambda found: base64.b64decode(found) if isinstance(found, str) else found,
            core_schema.bytes_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda raw: base64.b64encode(raw).decode(), when_used="json"
            ),
        )


@dataclass(frozen=True)
class Text:
    """A paragraph under an optional heading. `strong` is the line to read first."""

    body: str
    heading: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Bar:
    """One measured value beside its threshold; `ratio` 1.0 = exactly at it."""

    label: str
    shown: str
    limit: str
    ratio: float


@dataclass(frozen=True)
class Bars:
    """Bars drawn to one scale, the threshold at the same place in each."""

    heading: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text. `align` holds `l` or `r` a column; `detail` may be left out where room is
    short."""

    heading: str
    columns: tuple[str, ...]
    align: str
    rows: tuple[tuple[str, ...], ...]
    detail: bool = False

    def without_empty_columns(self) -> Table:
        """The table without the columns in which no row has anything."""
        keep = [i for i in range(len(self.columns)) if any(row[i] for row in self.rows)]
        return self.of_columns(keep)

    def of_columns(self, keep: Sequence[int]) -> Table:
        """The table with only these columns."""
        return replace(
            self,
            columns=tuple(self.columns[i] for i in keep),
            align="".join(self.align[i] for i in keep),
            rows=tuple(tuple(row[i] for i in keep) for row in self.rows),
        )


@dataclass(frozen=True)
class Image:
    """A chart as PNG, and what it shows in words for who cannot see it."""

    heading: str
    described: str
    png: Annotated[bytes, Base64()]


Section = Text | Bars | Table | Image
