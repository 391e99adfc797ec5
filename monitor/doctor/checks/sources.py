"""Each source, asked once as a poll would ask it; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar, Final

from alerts.transport.network import origin_of
from alerts.transport.outbound_call import OutboundCall
from monitor.config.load import Config
from monitor.doctor.check import Check, Finding, Group, Step, failed, found, skipped
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.remedies import remedy_for
from monitor.doctor.source_answer import Stored, feed_answer, source_answer, stored_state
from monitor.errors import BodyRejected, FetchFailed, NotFound
from monitor.ingest.http import Http
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import Source

MOVED: Final = "set base_url and path to where the file is now (docs/sources.md)"
CHANGED: Final = "compare the file with docs/sources.md; update havenwatch, or report it"


class Sources(Check):
    """Each enabled source answers with a file that can be read and is current."""

    name: ClassVar[str] = "sources"
    group: ClassVar[Group] = Group.OUTSIDE
    asks_outside: ClassVar[bool] = True
    needs_config: ClassVar[bool] = True

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line a source, one after another for those of one publisher's host."""
        if given.followed is not None:
            said = f"not asked: the program of {given.followed} polls them"
            return [found(self.name, skipped(said))]
        return self._asked(given)

    def _asked(self, given: Circumstances) -> Iterable[Step]:
        stored, asked = stored_state(given.database), _polled(given.checked)
        hosts = {
            url: _Host(given, stored, count)
            for url, count in Counter(one.base_url for one in asked).items()
        }
        for one in asked:
            ask = partial(hosts[one.base_url].ask, one)
            yield Step(f"source {one.name}", ask, one.base_url)


def _polled(config: Config) -> list[Source | QuoteFeed]:
    """The sources that are polled, and the feeds where the session is followed."""
    sources: list[Source | QuoteFeed] = [one for one in config.sources.values() if one.enabled]
    if not config.intraday.enabled:
        return sources
    feeds = [config.quotes[name] for name in config.intraday.feeds if name in config.quotes]
    return sources + [one for one in feeds if one.enabled]


@dataclass
class _Host:
    """A publisher's host, asked by one thread with the pauses it wants; its connections are closed
    behind the last of its sources, of which so many are `left`."""

    given: Circumstances
    stored: Stored
    left: int
    http: Http = field(init=False)

    def __post_init__(self) -> None:
        self.http = Http(self.given.clock, self.given.checked.secrets)

    def ask(self, source: Source | QuoteFeed) -> Finding:
        """What one of its sources answers."""
        try:
            with OutboundCall(self.given.exchange_s):
                finding = self._answer(source)
        except FetchFailed as error:
            otherwise = MOVED if isinstance(error, NotFound) else error.remedy
            finding = _failure(error, remedy_for(error.got, otherwise))
        except BodyRejected as error:
            finding = _failure(error, CHANGED)
        finally:
            self.left -= 1
            if not self.left:
                self.http.close()
        return replace(finding, clock_offset=self.http.ahead.get(source.base_url))

    def _answer(self, source: Source | QuoteFeed) -> Finding:
        if isinstance(source, Source):
            return source_answer(source, self.stored, self.http, self.given.at)
        return feed_answer(source, self.http, self.given.at)


def _failure(error: FetchFailed | BodyRejected, remedy: str) -> Finding:
    """A failure with its address: that of the host where the path changes nothing, and never with
    the query, which can be longer than all the rest."""
    is_of_file = isinstance(error, BodyRejected | NotFound)
    where = error.where.partition("?")[0] if is_of_file else origin_of(error.where)
    got = f"{error.got} ({error.state}, {where})"
    return failed(expected=error.expected, got=got, remedy=remedy)
