"""One polite live request to a source, and what it saw; nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.clock import Clock
from monitor.config.load import Config
from monitor.errors import BodyRejected, FetchFailed
from monitor.ingest.fetch import if_changed, parsed
from monitor.ingest.http import Http
from monitor.ingest.source import Source
from rules.wording import number
from state.database import Database
from state.health import Health


@dataclass(frozen=True)
class ProbeResult:
    """What a source answered, in a few words, and whether it can be used."""

    is_good: bool
    said: str


class Probe:
    """Asks as the program itself would, conditionally and spaced out, once for each source."""

    def __init__(self, config: Config, database: Database, clock: Clock):
        self._http = Http(clock, config.secrets)
        self._health = Health(database)

    def ask(self, source: Source, at: datetime) -> ProbeResult:
        """The answer to the source's first request of a poll."""
        known = self._health.source(source.name)
        requests = source.requests(None if known is None else known.newest_period, at)
        if not requests:
            return ProbeResult(is_good=True, said="complete; it is not polled again")
        accepted = self._health.accepted(requests[0].url)
        try:
            body = self._http.get(if_changed(requests[0], accepted))
            if body is None:
                return ProbeResult(is_good=True, said="304, unchanged since it was stored")
            frame = parsed(source, body, at).dropna(how="all")
        except (FetchFailed, BodyRejected) as error:
            return ProbeResult(is_good=False, said=f"{error.state}: {error}")
        newest = "no period" if frame.empty else f"newest {frame.index.max().date()}"
        cells = int(frame.notna().to_numpy().sum())
        size = number(len(body.content))
        return ProbeResult(
            is_good=True, said=f"200, {size} bytes, {number(cells)} numbers, {newest}"
        )

    def close(self) -> None:
        """Close connections."""
        self._http.close()
