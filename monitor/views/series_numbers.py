"""All that is known of one series at an instant, and the alerts that its numbers decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from alerts.model import Alert
from alerts.states import AlertState
from monitor.views.read_model import ReadModel
from monitor.views.series_list import MADE
from rules.evaluation import Rule
from rules.model import to_date
from rules.tic.areas import GRAND_TOTAL
from state.alert_store import AlertStore
from state.archive import Archive
from state.vintages import StoredSeries


@dataclass(frozen=True)
class AlertMark:
    """An alert as a mark on a line: its id, its rule's title, its severity, and the period in which
    its episode began."""

    alert_id: str
    title: str
    severity: str
    period_end: date


@dataclass(frozen=True)
class SeriesNumbers:
    """The numbers of a series as its own source gives them, oldest first."""

    stored: StoredSeries
    days: tuple[date, ...]
    values: tuple[float, ...]

    @property
    def points(self) -> list[tuple[date, float]]:
        """Each period with its number."""
        return list(zip(self.days, self.values, strict=True))


def read_numbers(reading: ReadModel, stored: StoredSeries, at: datetime) -> SeriesNumbers:
    """What is known of a stored series at an instant, in its own unit."""
    name = stored.series.series_id
    # A stored one as its own source gives it, and not as a chain chooses.
    archive = reading.archive if stored.dataset == MADE else Archive(reading.database)
    known = archive.history((name,), at, at).as_of(at).frame[name].dropna()
    return SeriesNumbers(
        stored,
        tuple(to_date(day) for day in known.index.to_numpy()),
        tuple(known.to_numpy().tolist()),
    )


def alert_marks(reading: ReadModel, series_id: str) -> tuple[AlertMark, ...]:
    """The alerts of the rules that this series decides, by period; not those that a revision of the
    data cancelled, nor those about another area or tenor than the series is of."""
    alerts = AlertStore(reading.database)
    found = (
        AlertMark(one.alert_id, rule.title, one.severity.label, one.episode)
        for rule in reading.rules
        if series_id in rule.decided_by
        for one in _shown_on(alerts.alerts(rule.rule_id), rule, series_id)
    )
    return tuple(sorted(found, key=lambda one: (one.period_end, one.alert_id)))


def _shown_on(alerts: list[Alert], rule: Rule, series_id: str) -> Iterator[Alert]:
    # `tic.41408.for_lt_treas_net`, `auction.10y.indirect_share`: of one area or tenor of several.
    about = series_id.split(".")[1:-1]
    codes = {"all": GRAND_TOTAL}
    codes |= {key: one.code for key, one in getattr(rule, "countries", {}).items()}
    for one in alerts:
        is_about = not about or about[0] in (one.subject, codes.get(one.subject))
        if is_about and one.state is not AlertState.WITHDRAWN:
            yield one
