"""The months of TIC as known at an instant: newest print or first, and what was revised."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from alerts.message.sections import Image
from alerts.release import Release
from alerts.tic.facts import Revision, TicDay
from monitor.ingest.calendars import next_tic_release
from rules.tic.areas import GRAND_TOTAL
from rules.tic.month_report import SLT, AreaMonth, MonthReport, area_months, month_report
from rules.tic.month_table import month_end_of, month_number
from rules.tic.series_ids import LONG, TOTAL, form_s_series, tic_series
from rules.wording import month as month_words
from state.database import Database
from state.tic_numbers import ASSETS, NEW_MONTH, FirstKnown, TicNumbers

log = logging.getLogger("havenwatch.views")

SLT_TABLE_1: Final = "slt_table1 (equities, agencies, corporates)"
REVISED_MONTHS: Final = 24
AREA_MONTHS: Final = 36
# The two files of a release come within hours; one that came later was not part of it.
SAME_RELEASE: Final = timedelta(days=2)


class TicDays:
    """The months of one database. Everything is as known at `at`, whatever is stored since."""

    def __init__(self, database: Database, at: datetime):
        self._database = database
        self._numbers = TicNumbers(database)
        self.at = at

    @cached_property
    def months(self) -> Sequence[date]:
        """The months that can be shown, the newest first."""
        return self._numbers.months(self.at)

    def day(self, month: date, *, has_assets: bool | None = None) -> TicDay | None:
        """A month as known now. `has_assets`: slt_table1 is wanted, so that its absence is said;
        where nobody says so, it is if any of it is stored."""
        wanted = self._numbers.has_assets() if has_assets is None else has_assets
        return self._at(month, self.at, has_assets=wanted)

    def first_print(self, month: date) -> TicDay | None:
        """A month as its release first gave it, both files in; None where that is not stored: it
        was loaded as history, from numbers revised since."""
        known = self._known(month)
        if known is None or known.is_assumed:
            return None
        assets = self._numbers.first_known(ASSETS, month)
        out = known.at
        if assets is not None and not assets.is_assumed and assets.at <= known.at + SAME_RELEASE:
            out = max(out, assets.at)
        return self._at(month, min(out, self.at), has_assets=True)

    def area(self, code: str) -> tuple[AreaMonth, ...]:
        """The last months of one area, the newest first."""
        if not self.months:
            return ()
        last = month_number(self.months[0])
        table = self._numbers.area(code, last - AREA_MONTHS - 12, last, self.at)
        return area_months(table, code, self.months[0], AREA_MONTHS)

    def _at(self, month: date, at: datetime, *, has_assets: bool) -> TicDay | None:
        known = self._known(month)
        if known is None or known.at > at:
            return None
        report = month_report(self._numbers.table(month_number(month), at), month)
        if report is None:
            return None
        lacks_assets = has_assets and report.basis == SLT and not report.kinds
        data_month, release_at, estimated = next_tic_release(at)
        return TicDay(
            report=report,
            at=at,
            known_at=known.at,
            is_assumed=known.is_assumed,
            missing=(SLT_TABLE_1,) if lacks_assets else (),
            revisions=self._revisions(month, at),
            sources=self._sources(month),
            coming=Release(month_words(data_month), release_at, estimated),
            together_with=self._together_with(month, known),
        )

    def _known(self, month: date) -> FirstKnown | None:
        """When a month was first known by the file that has its transactions."""
        for name in NEW_MONTH:
            found = self._numbers.first_known(name, month)
            if found is not None:
                return found
        return None

    def _together_with(self, month: date, known: FirstKnown) -> tuple[date, ...]:
        """Older months of which the same release was the first; a first load brings all of them,
        and is no release."""
        before = self._known(month_end_of(month_number(month) - 1))
        if known.is_assumed or before is None or before.is_assumed or before.at != known.at:
            return ()
        return (month_end_of(month_number(month) - 1),)

    def _revisions(self, month: date, at: datetime) -> tuple[Revision, ...]:
        """The months to one, the newest first, each as first published and as known at `at`."""
        last = month_number(month)
        return tuple(
            Revision(month_end_of(one.month), one.first, one.now)
            for one in self._numbers.prints(
                tic_series(GRAND_TOTAL, TOTAL), last - REVISED_MONTHS + 1, last, at
            )
        )

    def _sources(self, month: date) -> tuple[str, ...]:
        names = (tic_series(GRAND_TOTAL, LONG), ASSETS, form_s_series(GRAND_TOTAL)[0])
        return self._numbers.sources(names, month)


def tic_charts(report: MonthReport) -> tuple[Image, ...]:
    """The chart of the message; none where drawing fails, which must not hold up its words."""
    try:
        from alerts.tic.chart import tic_chart

        found = tic_chart(report)
    except Exception:
        log.exception("the chart of a month of TIC could not be drawn; its message goes without it")
        return ()
    return () if found is None else (found,)
