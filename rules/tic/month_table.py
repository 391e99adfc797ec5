"""TIC by area and month as plain numbers, for whoever shows a month: nothing here loads pandas.

A month is counted as year x 12 + month - 1, so that the one before is one less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.tic.series_ids import BILLS, HOLDINGS, LONG, TOTAL, form_s_series, tic_series
from rules.tic.series_ids import older_holdings as in_mfh


def month_number(day: date) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


def month_end_of(number: int) -> date:
    """The last day of a month by its number."""
    year, month = divmod(number + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def added(values: Sequence[float | None]) -> float | None:
    """Their sum; None where there are none, or one of them is not known."""
    known = [one for one in values if one is not None]
    return sum(known) if known and len(known) == len(values) else None


@dataclass(frozen=True)
class MonthTable:
    """`cells`: USD mn by series id and month, those of mfhhis01 in USD bn; what is not known is not
    there. Every number is given in USD bn, None where it is not known."""

    cells: Mapping[str, Mapping[int, float]]

    def value(self, series_id: str, month: int) -> float | None:
        """One number."""
        found = self.cells.get(series_id, {}).get(month)
        return None if found is None else found / 1000.0

    def is_form_s(self, code: str, month: int) -> bool:
        """Whether an area's long-term net is Form S purchases less sales: by the counterparty's
        country, in months for which slt_table3 has no transactions."""
        return self._by_form_s(code, month) is not None

    def long(self, code: str, month: int) -> float | None:
        """Long-term net transactions, by slt_table3 or else by Form S."""
        newer = self.value(tic_series(code, LONG), month)
        return self._by_form_s(code, month) if newer is None else newer

    def bills(self, code: str, month: int) -> float | None:
        """Net bills, which is the change of their position."""
        return self.value(tic_series(code, BILLS), month)

    def total(self, code: str, month: int) -> float | None:
        """Net transactions with bills; in months of Form S long-term plus bills, where those are
        known."""
        given = self.value(tic_series(code, TOTAL), month)
        if given is not None:
            return given
        return added((self._by_form_s(code, month), self.bills(code, month)))

    def net(self, code: str, month: int) -> float | None:
        """The total; long-term alone in months of Form S of which bills are not known."""
        whole = self.total(code, month)
        return self._by_form_s(code, month) if whole is None else whole

    def held(self, code: str, month: int) -> float | None:
        """Holdings at a month's end, of mfhhis01 where slt_table3 has none."""
        newer = self.value(tic_series(code, HOLDINGS), month)
        return self.cells.get(in_mfh(code), {}).get(month) if newer is None else newer

    def over(
        self, measure: Callable[[str, int], float | None], code: str, month: int, months: int
    ) -> float | None:
        """The sum of a measure over so many months to one."""
        return added([measure(code, month - back) for back in range(months)])

    def _by_form_s(self, code: str, month: int) -> float | None:
        """Form S purchases less sales, in months for which slt_table3 has no transactions."""
        if self.value(tic_series(code, LONG), month) is not None:
            return None
        first, second = form_s_series(code)
        bought = self.value(first, month)
        sold = None if bought is None else self.value(second, month)
        return None if bought is None or sold is None else bought - sold
