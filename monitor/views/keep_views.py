"""Keeping the views that take long to compute, for those who look: they start in a fifth of a
second then, where they would else load all that computes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from monitor.views.kept_views import (
    LEVELS,
    RELEASES,
    VERDICT,
    NextRelease,
    levels_made_from,
    releases_made_from,
    verdict_made_from,
)
from monitor.views.levels import Levels
from monitor.views.read_model import ReadModel
from rules.verdict.model import Verdict
from state.kept_views import KeptViews
from state.stored_json import StoredJson

log = logging.getLogger("havenwatch.views")


def keep_views(reading: ReadModel, at: datetime) -> None:
    """Compute and keep each view at an instant, unless it is kept already; none where something is
    stored that is known only later, or of a configuration without a fingerprint. Where that fails,
    looking takes longer and nothing else."""
    try:
        _keep(reading, at)
    except Exception:
        log.exception("what a look shows could not be kept; each look computes it")


def _keep(reading: ReadModel, at: datetime) -> None:
    database, fingerprint = reading.database, reading.fingerprint
    if not fingerprint:
        return
    newest = reading.newest_periods()
    views: tuple[tuple[str, str, Any, Callable[[], Any]], ...] = (
        (
            VERDICT,
            verdict_made_from(database, fingerprint, at),
            Verdict,
            lambda: reading.verdict(at),
        ),
        (LEVELS, levels_made_from(database, fingerprint), Levels, lambda: reading.levels(at)),
        (
            RELEASES,
            releases_made_from(fingerprint, newest),
            tuple[NextRelease, ...],
            lambda: reading.next_releases(newest, at),
        ),
    )
    kept = KeptViews(database)
    missing = [one for one in views if kept.find(one[0], one[1], at) is None]
    if not missing or not kept.is_newest(at):
        return
    for name, made_from, kind, make in missing:
        # What it was made from was read first: a change meanwhile makes it one that is not found.
        kept.keep(name, made_from, at, StoredJson[Any](kind).write(make()))
