"""What a look needs of the configuration, taken from it."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.titles import OWN_TITLES
from monitor.config.load import Config, rules_in_order
from monitor.evaluate.chains import Chained
from monitor.ingest.source import Source
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from state.kept_settings import CalendarSettings, LookSettings, RuleSettings, SourceSettings


def look_settings(config: Config, sources: Mapping[str, Source], archive: Chained) -> LookSettings:
    """The settings of a configuration, with the sources that it asks."""
    added = config.calendar
    return LookSettings(
        config.desk.time_zone,
        tuple(
            RuleSettings(one.rule_id, one.title, archive.expanded(one.series))
            for one in rules_in_order(config)
        ),
        tuple(RuleSettings(name, title, ()) for name, title in OWN_TITLES.items()),
        read_for(GRAND_TOTAL),
        source_settings(sources),
        archive.compared,
        CalendarSettings(added.tic, added.closed, added.open),
    )


def source_settings(sources: Mapping[str, Source]) -> tuple[SourceSettings, ...]:
    """What a look needs of some sources."""
    return tuple(
        SourceSettings(name, one.publisher, one.licence, one.is_complete)
        for name, one in sources.items()
    )
