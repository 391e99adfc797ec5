"""What a look needs of the configuration, kept by the program that ticks with it, so that whoever
looks with the same one need not read and check all of it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from state.database import Database
from state.stored_json import StoredJson


@dataclass(frozen=True)
class RuleSettings:
    """A rule that is watched: its title, and the stored series that it is decided from."""

    rule_id: str
    title: str
    series: tuple[str, ...]


@dataclass(frozen=True)
class SourceSettings:
    """A source that is asked: its name, publisher and terms, and whether it will never be
    extended."""

    name: str
    publisher: str
    licence: str
    is_complete: bool


@dataclass(frozen=True)
class CalendarSettings:
    """The days that the configuration adds to the calendars: TIC release days by data month, and by
    calendar the days on which it is closed, or open."""

    tic: Mapping[str, date]
    closed: Mapping[str, tuple[date, ...]]
    open: Mapping[str, tuple[date, ...]]


@dataclass(frozen=True)
class LookSettings:
    """The desk's zone by its name, the rules, the titles of the alerts of none of them, the
    series of all foreigners' transactions, the sources, the stored series that are compared with
    each other by the series that they are for, and the days of the calendars."""

    zone: str
    rules: tuple[RuleSettings, ...]
    own_rules: tuple[RuleSettings, ...]
    transactions: tuple[str, ...]
    sources: tuple[SourceSettings, ...]
    compared: Mapping[str, tuple[str, ...]]
    calendar: CalendarSettings

    @property
    def titles(self) -> Mapping[str, str]:
        """The title of whatever alerts are of, the rules last."""
        return {one.rule_id: one.title for one in (*self.own_rules, *self.rules)}


SETTINGS = StoredJson[LookSettings](LookSettings)


class KeptSettings:
    """The settings of one database, of the configuration that was used last."""

    def __init__(self, database: Database):
        self._database = database
        self._is_kept = False

    def of(self, fingerprint: str) -> LookSettings | None:
        """The settings of the configuration with a fingerprint, None where they are another's."""
        row = self._database.connection.execute(
            "SELECT settings FROM kept_settings WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        return None if row is None else SETTINGS.read(row["settings"])

    def keep(self, fingerprint: str, settings: LookSettings) -> None:
        """Keep these and no others, once; where there is no fingerprint, there is nothing that they
        could be found by."""
        if self._is_kept or not fingerprint:
            return
        self._is_kept = True
        if self.of(fingerprint) == settings:
            return
        with self._database.immediate() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO kept_settings VALUES (1, ?, ?)",
                (fingerprint, SETTINGS.write(settings)),
            )
