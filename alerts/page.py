"""A neutral page: what is said, before it is said in any channel's own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


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


Section = Text | Bars | Table


@dataclass(frozen=True)
class Page:
    """A message of any kind. `key` is unique to what is told, so that a channel can recognise it.

    `tone` is a severity, `resolved` or `plain`; `kicker` the short line above the title; `subject`
    the one line that says it all where only one line is shown; `thread` the receipt of the first
    message about the same alert in the channel, empty for a first one.
    """

    key: str
    tone: str
    kicker: str
    title: str
    subject: str
    sections: tuple[Section, ...]
    footer: str
    thread: str = ""
