"""What Prometheus reads, computed from the database when it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from alerts.states import DeliveryStatus, Reason
from rules.model import Panel
from rules.terms import Severity
from rules.verdict.model import Stance, Verdict
from state.delivery import Delivery
from state.health import Heartbeat, SourceHealth

PREFIX: Final = "havenwatch"


@dataclass(frozen=True)
class Measured:
    """What is measured, read at `at`. `rules` are the ids an alert can have; counts are
    `open_alerts` by rule and severity, `deliveries` by channel and status, `transitions` by reason
    since the database was made, and `tokens` offered to the page since it started, right and wrong.
    """

    at: datetime
    version: str
    rules: Sequence[str]
    open_alerts: Mapping[tuple[str, str], int]
    heartbeat: Heartbeat | None
    sources: Iterable[SourceHealth]
    unsettled: Sequence[Delivery]
    deliveries: Mapping[tuple[str, str], int]
    transitions: Mapping[str, int]
    levels: Panel
    verdict: Verdict
    tokens: Mapping[str, int]
    replica_lag_s: float | None = None


def exposition(measured: Measured, accept: str) -> tuple[bytes, str]:
    """The metrics in the form that who asks prefers, and its content type."""
    registry = CollectorRegistry()
    registry.register(_Gathered(measured))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


@dataclass(frozen=True, eq=False)
class _Gathered(Collector):
    measured: Measured

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from families(self.measured)


def families(measured: Measured) -> Iterator[Metric]:
    """Every family; its labels have values from the configuration alone, so that their number is
    bounded."""
    build = _gauge("build_info", "Always 1; the version of the program.", "version")
    build.add_metric([measured.version], 1)
    yield build
    yield _open_alerts(measured)
    yield from _ticks(measured)
    yield from _sources(measured)
    yield from _outbox(measured)
    lag = _gauge("replica_lag_seconds", "Seconds that the replica for the second host is behind.")
    if measured.replica_lag_s is not None:
        lag.add_metric([], measured.replica_lag_s)
    yield lag
    transitions = CounterMetricFamily(
        f"{PREFIX}_transitions_total", "Alert changes by reason.", labels=["reason"]
    )
    for reason in Reason:
        transitions.add_metric([reason.value], measured.transitions.get(reason.value, 0))
    yield transitions
    tokens = CounterMetricFamily(
        f"{PREFIX}_tokens_offered_total",
        "Tokens offered to the status page since it started, right and wrong.",
        labels=["outcome"],
    )
    for outcome, count in measured.tokens.items():
        tokens.add_metric([outcome], count)
    yield tokens
    yield from _levels(measured.levels)
    yield _verdict(measured.verdict)


def _open_alerts(measured: Measured) -> Metric:
    """A sample for each rule and severity, the zeros too, so that a sum is never absent."""
    family = _gauge("open_alerts", "Open alerts by rule and severity.", "rule", "severity")
    for rule in measured.rules:
        for severity in Severity:
            count = measured.open_alerts.get((rule, severity.label), 0)
            family.add_metric([rule, severity.label], count)
    return family


def _ticks(measured: Measured) -> Iterator[Metric]:
    beat = measured.heartbeat
    stamp = _gauge("last_tick_timestamp_seconds", "End of the last evaluation, in Unix time.")
    age = _gauge("last_tick_age_seconds", "Seconds since the end of the last evaluation.")
    if beat is not None:
        stamp.add_metric([], beat.last_tick_at.timestamp())
        age.add_metric([], (measured.at - beat.last_tick_at).total_seconds())
    yield stamp
    yield age


def _sources(measured: Measured) -> Iterator[Metric]:
    fresh = _gauge("source_fresh", "1 if the source's data are current, 0 if stale.", "source")
    well = _gauge("source_ok", "1 if the last poll was accepted, 0 if rejected.", "source")
    age = _gauge(
        "source_newest_period_age_seconds",
        "Seconds since the end of a source's latest stored period.",
        "source",
    )
    for one in measured.sources:
        fresh.add_metric([one.source], float(one.is_fresh(measured.at)))
        well.add_metric([one.source], float(one.state == "OK"))
        if one.newest_period is not None:
            ended = (measured.at - _midnight(one.newest_period)).total_seconds()
            age.add_metric([one.source], ended)
    yield from (fresh, well, age)


def _outbox(measured: Measured) -> Iterator[Metric]:
    family = _gauge(
        "outbox_deliveries", "Notifications by channel and status.", "channel", "status"
    )
    for channel in sorted({channel for channel, _ in measured.deliveries}):
        for status in DeliveryStatus:
            count = measured.deliveries.get((channel, status.value), 0)
            family.add_metric([channel, status.value], count)
    yield family
    oldest = oldest_owed(measured.unsettled)
    waits = 0.0 if oldest is None else max((measured.at - oldest).total_seconds(), 0.0)
    age = _gauge(
        "outbox_oldest_owed_age_seconds",
        "Age of the oldest pending notification, in seconds; 0 if none.",
    )
    age.add_metric([], waits)
    yield age


def _levels(panel: Panel) -> Iterator[Metric]:
    """The newest number of each series that a digest shows."""
    level = _gauge("level", "Latest stored value of a series, in its own unit.", "series", "unit")
    period = _gauge(
        "level_period_timestamp_seconds",
        "Period of the latest stored value of a series, in Unix time.",
        "series",
    )
    for name in map(str, panel.frame.columns):
        known = panel.frame[name].dropna()
        if not known.empty:
            level.add_metric([name, panel.series[name].unit], float(known.iloc[-1]))
            period.add_metric([name], _midnight(known.index[-1].date()).timestamp())
    yield level
    yield period


def _verdict(verdict: Verdict) -> Metric:
    family = _gauge(
        "verdict_heading",
        "1 for the current signal of each verdict indicator, else 0.",
        "heading",
        "reading",
    )
    for heading in verdict.headings:
        for reading in Stance:
            family.add_metric([heading.name, reading.value], float(heading.reading is reading))
    return family


def oldest_owed(unsettled: Iterable[Delivery]) -> datetime | None:
    """When the message owed for longest was to be sent first; None where nothing is owed. One
    held until later by quiet hours is not owed before."""
    owed = (DeliveryStatus.DUE, DeliveryStatus.SENDING)
    return min((one.due_at for one in unsettled if one.status in owed), default=None)


def _gauge(name: str, said: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", said, labels=labels)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
