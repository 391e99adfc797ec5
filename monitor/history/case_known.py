"""When the numbers that a case sets are known, so that no rule sees one before anybody could."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from monitor.config.load import Config
from monitor.config.series_catalog import SeriesCatalog
from monitor.evaluate.chains import Chained
from monitor.history.case_checks import sources_of, usually_known
from monitor.history.case_format import SetNumber, instant_of
from rules.point_in_time.panel import History, to_second

EVER: Final = datetime(2999, 1, 1, tzinfo=UTC)


class KnownTimes:
    """When numbers are known: at the time given; as the stored ones that they replace, also where
    those came after the case's instant; else when its source usually has them."""

    def __init__(self, config: Config, archive: Chained, stored: History):
        self._config = config
        self._archive = archive
        self._stored = stored
        self._catalog = SeriesCatalog(config.sources.values(), config.chains, config.series)

    def of(self, numbers: Sequence[SetNumber]) -> list[np.datetime64]:
        """An instant for each, UTC."""
        unknown = [one for one in numbers if one.known is None and self._found(one) is None]
        if unknown:
            # Read only where it is needed: what is stored since the case's instant may be years.
            self._stored = self._archive.history(self._stored.series_ids, EVER)
        return [self._known(one) for one in numbers]

    def _known(self, number: SetNumber) -> np.datetime64:
        if number.known is not None:
            return to_second(instant_of(number.known))
        found = self._found(number)
        if found is not None:
            return found
        sources = sources_of(self._config, self._catalog, number.series)
        usual = usually_known(sources, number.period)
        assert usual is not None  # a case with a series of no source is refused
        return to_second(usual)

    def _found(self, number: SetNumber) -> np.datetime64 | None:
        """When the stored number of the same period was first known."""
        stored = self._stored
        mine = stored.column == stored.series_ids.index(number.series)
        same = stored.known_at[mine & (stored.period_end == np.datetime64(number.period))]
        return same.min() if len(same) else None
