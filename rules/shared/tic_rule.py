"""What the rules about a month of TIC transactions have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from rules.case import Case
from rules.definition import Definition
from rules.evaluation import Evaluations
from rules.markets.change import known_over
from rules.markets.market import MARKET
from rules.model import Analogue, Evidence, Panel, type_float, type_time
from rules.severity_grading import Graded
from rules.shared.tic_text import (
    Ranked,
    context_series,
    headline,
    not_published,
    numbers_of,
    pct_of_holdings,
)
from rules.terms import Kind
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import (
    RELEASED_AFTER,
    known_months,
    own_table,
    read_for,
    unpublished_net_mn,
)
from rules.tic.series_ids import LONG, MEASURES, TOTAL, tic_series, transactions_of


@dataclass(frozen=True)
class Area:
    """An area's name and code, and its months as in `own_table`."""

    name: str
    code: str
    own: pd.DataFrame

    @classmethod
    def of(cls, panel: Panel, name: str, code: str) -> Area:
        """The months that a panel knows."""
        found: Area = panel.once(
            ("area", name, code), lambda: cls(name, code, own_table(panel, code))
        )
        return found

    @cached_property
    def lowest_bn(self) -> type_float:
        """The lower of the long-term and the total net, USD bn."""
        return np.asarray(self.own[[LONG, TOTAL]].min(axis=1), dtype=np.float64) / 1000.0

    @cached_property
    def measures_mn(self) -> type_float:
        """Each of MEASURES, a column each, USD mn."""
        return np.asarray(self.own[list(MEASURES)].to_numpy(), dtype=np.float64)

    @cached_property
    def long_bn(self) -> type_float:
        """The long-term net, USD bn."""
        return self.own[LONG].to_numpy(dtype=np.float64) / 1000.0

    @cached_property
    def unpublished_bn(self) -> type_float:
        """As `unpublished_net_mn`, USD bn."""
        return unpublished_net_mn(self.own) / 1000.0

    @cached_property
    def months(self) -> type_time:
        """The months, datetime64[D]."""
        return self.own.index.to_numpy().astype("datetime64[D]")


class TicRule(Definition[Area]):
    """A dated event: net sales of an area in a month; long-term leads every message."""

    kind = Kind.EVENT
    noun = "month"
    sellers = "Transactions, not valuation: these were net sales."
    # The areas whose long-term net its words read, besides that of every country.
    others: ClassVar[tuple[str, ...]] = ()

    @property
    def prompt_within(self) -> timedelta:
        """TIC comes about six weeks after the month; a shutdown or a holiday may add some days."""
        return timedelta(days=56)

    def _codes(self) -> tuple[str, ...]:
        """The areas judged."""
        return (GRAND_TOTAL,)

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The transactions of each of them."""
        return tuple(tuple(tic_series(code, name) for name in MEASURES) for code in self._codes())

    @property
    def decided_by(self) -> tuple[str, ...]:
        """All their columns."""
        return tuple(name for code in self._codes() for name in read_for(code))

    @property
    def series(self) -> tuple[str, ...]:
        """Those, the long-term net of others for the words, and closes for what followed."""
        context = context_series((*self._codes(), *self.others))
        return tuple(dict.fromkeys((*self.decided_by, *context, *MARKET)))

    def _of_area(
        self, panel: Panel, subject: str, area: Area, graded: Graded, months_before: int = 0
    ) -> Evaluations:
        """The answers for an area, each by its month and so many before it."""
        known = known_over(known_months(panel, area.code, area.own), months_before)
        return self._answers(panel, subject, area, area.months, known, graded)

    def _why_unknown(self, case: Case[Area]) -> str:
        return not_published(case.on.name, case.on.own, case.row)

    def _headline(self, case: Case[Area]) -> str:
        return headline(case.on.name, case.on.own, case.row)

    def _transactions(
        self, case: Case[Area], limit_bn: float | None, limit_pct: float | None
    ) -> tuple[Evidence, ...]:
        """The month's transactions, holdings, and what the first are of the second."""
        month = case.panel, case.on.name, case.on.code, case.on.own, case.row
        limits = {} if limit_bn is None else {LONG: limit_bn, TOTAL: limit_bn}
        return *numbers_of(*month, limits), *pct_of_holdings(*month, limit_pct)

    def _ranked(self, case: Case[Area]) -> Ranked | None:
        """The place of the month's long-term net; None where that is n.a."""
        known = not np.isnan(case.on.own[LONG].iloc[case.row])
        return Ranked.of(case.on.own, case.row) if known else None

    def _last_alike(self, case: Case[Area], values: type_float, unit: str) -> tuple[Analogue, ...]:
        released = transactions_of(case.on.code), RELEASED_AFTER
        return case.analogues(values, unit, out=released)
