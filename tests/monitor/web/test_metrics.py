"""The metrics: what promtool would ask of their names, and that they are what is stored."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain

from tests.monitor.web.desk import Browser, Desk

UNITS_NOT_BASE = ("milliseconds", "minutes", "hours", "days", "percent", "kilobytes", "millis")
LABELS = {"rule", "severity", "source", "channel", "status", "reason", "series", "unit",
          "heading", "reading", "version", "outcome"}  # fmt: skip

ROOT = Path(__file__).resolve().parents[3]

Samples = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture(scope="module")
def text(shown: Browser) -> str:
    answer = shown.get("/metrics", Accept="*/*")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


@pytest.fixture(scope="module")
def samples(text: str) -> Samples:
    return {
        (one.name, tuple(one.labels.values())): one.value
        for family in plain(text)
        for one in family.samples
    }


def test_every_name_and_help_is_as_promtool_wants_it(text: str) -> None:
    families = list(plain(text))
    assert len(families) == 15
    for one in families:
        full = f"{one.name}_total" if one.type == "counter" else one.name
        assert re.fullmatch(r"havenwatch_[a-z0-9_]*[a-z0-9]", full), full
        assert one.documentation.endswith("."), full
        assert one.type in ("gauge", "counter"), full
        assert (one.type == "counter") == full.endswith("_total"), full
        assert not any(word in full for word in (*UNITS_NOT_BASE, "gauge", "counter")), full
        assert not full.endswith(("_count", "_sum", "_bucket")), full
        if "seconds" in one.documentation or "Unix time" in one.documentation:
            assert full.endswith("_seconds"), full


def test_labels_are_few_and_bounded(text: str) -> None:
    families = list(plain(text))
    used = {label for one in families for sample in one.samples for label in sample.labels}
    assert used == LABELS
    assert max(len(one.samples) for one in families) < 100


def test_open_alerts_are_counted_by_rule_and_severity_with_the_zeros(
    samples: Samples, desk: Desk
) -> None:
    stored = sqlite3.connect(desk.database).execute(
        "SELECT rule_id, severity, count(*) FROM alerts WHERE state = 'open' GROUP BY 1, 2"
    )
    counts = {(rule, severity): count for rule, severity, count in stored}
    assert counts["joint_selloff", "critical"] == 1
    name = "havenwatch_open_alerts"
    assert all(samples[name, key] == count for key, count in counts.items())
    assert samples[name, ("foreign_net_sales", "critical")] == 0
    assert sum(value for key, value in samples.items() if key[0] == name) == sum(counts.values())


def test_ticks_sources_outbox_and_transitions_are_what_is_stored(
    samples: Samples, desk: Desk
) -> None:
    one = sqlite3.connect(desk.database).execute
    (ticked,) = one("SELECT last_tick_at FROM heartbeat").fetchone()
    last_tick = datetime.fromisoformat(ticked)
    assert samples["havenwatch_last_tick_timestamp_seconds", ()] == last_tick.timestamp()
    age = (desk.at - last_tick).total_seconds()
    assert samples["havenwatch_last_tick_age_seconds", ()] == age
    assert samples["havenwatch_source_fresh", ("cboe",)] == 1
    newest = (desk.at - datetime.fromisoformat("2025-04-10T00:00:00+00:00")).total_seconds()
    assert samples["havenwatch_source_newest_period_age_seconds", ("cboe",)] == newest
    (opened,) = one("SELECT count(*) FROM transitions WHERE reason = 'opened'").fetchone()
    assert samples["havenwatch_transitions_total", ("opened",)] == opened > 0
    (sent,) = one("SELECT count(*) FROM deliveries WHERE status = 'sent'").fetchone()
    assert samples["havenwatch_outbox_deliveries", ("console", "sent")] == sent > 0
    assert samples["havenwatch_outbox_oldest_owed_age_seconds", ()] >= 0


def test_levels_carry_their_unit_and_the_verdict_one_reading_a_heading(samples: Samples) -> None:
    assert samples["havenwatch_level", ("spx", "index")] == 5268.05
    assert samples["havenwatch_level", ("ust10y", "pct")] == 4.4
    said = [key[1][0] for key, value in samples.items()
            if key[0] == "havenwatch_verdict_heading" and value == 1]  # fmt: skip
    assert len(said) == len(set(said)) == 6


def test_who_asks_for_openmetrics_gets_it(shown: Browser) -> None:
    answer = shown.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    families = open_metrics(answer.text)  # type: ignore[no-untyped-call]
    assert {one.name for one in families} >= {"havenwatch_transitions"}


def test_the_documents_name_every_metric_and_no_other(text: str) -> None:
    words = (ROOT / "docs" / "web-feeds.md").read_text(encoding="utf-8")
    given = {f"{one.name}_total" if one.type == "counter" else one.name for one in plain(text)}
    assert set(re.findall(r"havenwatch_[a-z_]+", words)) == given
