"""Net sales of Treasuries by any area of TIC, or by several together."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import MinLen

from rules.case import Case
from rules.declared.made_series import MadeSeries
from rules.shared.country_sales import OWN_MONTHS, Country, CountrySales, NetSalesSizes
from rules.shared.own_rule import Days, OwnRule, Text
from rules.shared.tic_rule import Area
from rules.terms import Severity
from rules.tic.areas import AREAS, COUNTRIES, SUMS, area_name
from rules.tic.lines import read_for
from rules.tic.series_ids import TITLES
from rules.wording import listed, usd_bn

WARNING, CRITICAL = Severity.WARNING, Severity.CRITICAL


@dataclass(frozen=True, kw_only=True)
class ForeignNetSalesInstance(OwnRule[Area], CountrySales, NetSalesSizes):
    """A dated event: net sales of Treasuries by the `areas` together in one month, by TIC
    transactions, as in the rule `foreign_net_sales`.

    `areas` are names as `havenwatch tic` has them, or codes. Of several every number is the sum,
    known when the last of theirs is, and is not known where one is not. `name` is what the messages
    call them.
    """

    instance_of: ClassVar[str] = "foreign_net_sales"
    # It names areas, and no series.
    legs_by_setting: ClassVar[tuple[tuple[str, str, tuple[str, ...]], ...]] = ()

    areas: Annotated[tuple[Text, ...], MinLen(1)]
    name: str = ""
    # TIC comes about six weeks after the month; a shutdown or a holiday may add some days.
    on_time_within_days: Days = 56

    @property
    def would_change(self) -> str:
        """What would change the reading, in the desk's words or in those of the built-in rule."""
        return self.falsifier or super(OwnRule, self).would_change

    @cached_property
    def countries(self) -> Mapping[str, Country]:  # type: ignore[override]
        """The areas as one, by the subject of its alerts."""
        name = self.name or listed([area_name(code) for code in self._members])
        sizes = {one.name: getattr(self, one.name) for one in fields(NetSalesSizes)}
        return {self.rule_id: Country(name=name, code="_".join(self._members), **sizes)}

    @cached_property
    def _members(self) -> tuple[str, ...]:
        found = (area_code(one) for one in self.areas)
        return tuple(dict.fromkeys(code for code in found if code))

    @property
    def made(self) -> Mapping[str, MadeSeries]:
        """The sums that it reads, where there are several areas."""
        if len(self._members) == 1:
            return {}
        (country,) = self.countries.values()
        return summed(country.name, country.code, self._members)

    def _others(self, case: Case[Area]) -> tuple[tuple[str, str], ...]:
        """Those beside it that it is not made of."""
        found = super()._others(case)
        return tuple((name, code) for name, code in found if code not in self._members)

    def about(self, titles: Mapping[str, str]) -> str:
        """What it is, in sentences."""
        (country,) = self.countries.values()
        together = " together" if len(self._members) > 1 else ""
        warning, critical = (usd_bn(self.usd_bn(one)) for one in (WARNING, CRITICAL))
        said = (
            f"A dated event of the desk's own: {country.name}{together} net sold {warning} or more "
            f"of Treasuries in a month, by TIC transactions; critical at {critical}."
        )
        own = [*self._own_sizes()]
        return f"{said} Also {'; '.join(own)}." if own else said

    def _own_sizes(self) -> Iterator[str]:
        for severity in (WARNING, CRITICAL):
            pct, sd = self.own(severity)
            if not np.isnan(pct):
                yield f"{severity.label} at {pct:g}% of holdings"
            if not np.isnan(sd):
                yield f"{severity.label} at {sd:g}σ below its mean of up to {OWN_MONTHS} months"
        lowest = self.warning_lowest_pct_of_own_history
        if lowest is not None:
            yield f"warning in the lowest {lowest:g}% of its own months"

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between its settings: the setting, what, and the remedy."""
        names = [*COUNTRIES.values(), *SUMS.values()]
        for place, one in enumerate(self.areas):
            if not area_code(one):
                close = difflib.get_close_matches(one, names, n=1, cutoff=0.5)
                remedy = (
                    f"did you mean {close[0]!r}?"
                    if close
                    else "take a name that `havenwatch tic` has"
                )
                yield f"areas.{place}", f"{one!r} is no area of TIC", remedy


def area_code(asked: str) -> str:
    """The code of an area by its name or its code; empty where there is none."""
    wanted = asked.strip().casefold()
    names = {**COUNTRIES, **SUMS}
    found = (code for code in AREAS if wanted in (code, names[code].casefold()))
    return next(found, "")


def summed(name: str, code: str, members: tuple[str, ...]) -> dict[str, MadeSeries]:
    """Every series of TIC that is read of an area, as the sum of those of several."""
    rows = zip(read_for(code), *(read_for(one) for one in members), strict=True)
    return {
        made: MadeSeries(
            title=f"{name}: {TITLES.get(made.rpartition('.')[2], 'Treasury holdings')}",
            unit="usd_bn" if made.startswith("mfh.") else "usd_mn",
            sum=dict.fromkeys(each, 1.0),
        )
        for made, *each in rows
    }
