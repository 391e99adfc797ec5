"""What the shell completes: names from the configuration and the database, looked up with the
standard library alone so that it is there at once, and nothing where there is nothing to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from alerts.titles import OWN_TITLES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST: Final = 200


class CompletionContext:
    """What was typed before the word to complete: `given` are the options of the program."""

    def __init__(self, given: Mapping[str, Any]):
        self._config_path = Path(given.get("config_path") or "config.toml")
        self._database: Path | None = given.get("database")

    @cached_property
    def config(self) -> dict[str, Any]:
        """The configuration as it is written, not checked; empty where it cannot be read."""
        try:
            text = self._config_path.read_text(encoding="utf-8-sig")
            import tomllib  # with its parsing as much as all else that a completion does

            return tomllib.loads(text)
        except (OSError, ValueError, RecursionError):
            return {}

    @property
    def database(self) -> Path:
        """The path of the database; one that is named needs no configuration."""
        if self._database is not None:
            return self._database
        named = _table(self.config, "state").get("path", "havenwatch.db")
        return self._config_path.parent / str(named)


Look = Callable[[CompletionContext], Iterable[str]]


class Known(click.ParamType[str]):
    """A word of which the shell knows the candidates; what is typed is taken as it is."""

    def __init__(self, name: str, *looks: Look):
        self.name = name
        self._looks = looks

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """The candidates that begin with what is typed."""
        found = _looked_up(ctx, self._looks)
        fits = [one for one in found if one.startswith(incomplete)]
        from click.shell_completion import CompletionItem

        return [CompletionItem(one) for one in fits[:MOST]]


def _looked_up(ctx: click.Context, looks: Sequence[Look]) -> list[str]:
    """What some looks find; nothing of one that finds its file missing or unreadable, for a shell
    has no place for an error."""
    import sqlite3

    place = CompletionContext(ctx.find_root().params)
    names: list[str] = []
    for look in looks:
        try:
            names += look(place)
        except (OSError, sqlite3.Error):
            continue
    return list(dict.fromkeys(names))


def _alert_ids(place: CompletionContext) -> list[str]:
    return _column(place.database, "SELECT alert_id FROM alerts ORDER BY opened_at DESC")


def _open_alert_ids(place: CompletionContext) -> list[str]:
    return _column(
        place.database,
        "SELECT alert_id FROM alerts WHERE state = 'open' AND acknowledged_by = '' "
        "ORDER BY opened_at DESC",
    )


def _series(place: CompletionContext) -> list[str]:
    return _column(place.database, "SELECT series_id FROM series ORDER BY series_id")


def _rules(place: CompletionContext) -> list[str]:
    return _enabled(
        _modules(Path(__file__).parents[2] / "rules" / "catalog"), place.config, "rules"
    )


def _any_rules(place: CompletionContext) -> list[str]:
    """The rules, and whatever else alerts are of."""
    return [*_rules(place), *OWN_TITLES]


def _sources(place: CompletionContext) -> list[str]:
    files = [one for one in _modules(Path(__file__).parents[1] / "sources") if one != "table"]
    return _enabled(files, place.config, "sources")


def _channels(place: CompletionContext) -> list[str]:
    return _enabled(["console"], place.config, "channels")


def _column(database: Path, query: str) -> list[str]:
    """The first column of a query. Raises sqlite3.Error, and OSError where there is no database."""
    from state.read_only import open_read_only

    if not database.exists():
        return []
    connection = open_read_only(database, timeout_s=0.1)
    try:
        return [str(row[0]) for row in connection.execute(query)]
    finally:
        connection.close()


def _modules(folder: Path) -> list[str]:
    return sorted(one.stem for one in folder.glob("*.py") if one.stem != "__init__")


def _enabled(ready: Iterable[str], config: dict[str, Any], section: str) -> list[str]:
    """The names there are by themselves and in a section of the configuration, without those that
    it turns off."""
    blocks = {name: one for name, one in _table(config, section).items() if isinstance(one, dict)}
    off = {name for name, one in blocks.items() if one.get("enabled") is False}
    return [name for name in dict.fromkeys((*ready, *blocks)) if name not in off]


def _table(config: dict[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name, {})
    return found if isinstance(found, dict) else {}


ALERT_ID: Final = Known("ID", _alert_ids)
UNANSWERED: Final = Known("ID", _open_alert_ids)
ALERT_OR_RULE: Final = Known("ALERT|RULE", _rules, _alert_ids)
RULE: Final = Known("RULE", _rules)
ANY_RULE: Final = Known("RULE", _any_rules)
SOURCE: Final = Known("SOURCE", _sources)
CHANNEL: Final = Known("CHANNEL", _channels)
SERIES: Final = Known("SERIES", _series)
SERIES_OR_SOURCE: Final = Known("SERIES", _series, _sources)
