"""The thresholds of the three severities, and which of some values have reached which. The
numbers are each rule's own, in `rules/catalog`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from rules.evaluation import all_of, any_of, severity_codes
from rules.model import type_bool, type_float
from rules.terms import Severity

Codes = npt.NDArray[np.int8]
OF_NOTICE: Final = "x notice size"


@dataclass(frozen=True)
class Graded:
    """A row a period: its severity, the number it was judged by in a unit, each of its values over
    a size, and how much of the way to a notice it has gone; None where a notice has no size."""

    severity: Codes
    measure: type_float
    unit: str
    ratios: type_float
    nearness: type_float | None

    def keeps_open(self, pct_of_notice: float) -> type_bool:
        """The rows that are not below so many percent of the notice size, where it is one."""
        if self.nearness is None:
            return np.zeros(len(self.severity), dtype=bool)
        return np.asarray(100.0 * self.nearness >= pct_of_notice)


class SeverityThresholds(NamedTuple):
    """The least value of each severity; infinite where one is off."""

    notice: float
    warning: float
    critical: float

    def of(self, severity: Severity) -> float:
        """That of a severity."""
        return float(self[severity - 1])

    def codes(
        self, values: type_float, unknown: type_bool | None = None, counts: type_bool | bool = True
    ) -> Codes:
        """The severity of each value that `counts`; where `unknown` is left out, unknown is NaN."""
        notice, warning, critical = (np.asarray((values >= size) & counts) for size in self)
        nothing = np.isnan(values) if unknown is None else unknown
        return severity_codes(notice, warning, critical, nothing)

    def graded(
        self,
        values: type_float,
        unit: str,
        unknown: type_bool | None = None,
        counts: type_bool | bool = True,
    ) -> Graded:
        """`codes`, and how near each value is: what does not count is near to nothing."""
        severity, ratio = self.codes(values, unknown, counts), values / self.notice
        nearness = np.where(counts, ratio, np.nan)
        return Graded(severity, values, unit, np.reshape(ratio, (-1, 1)), nearness)


def graded_by_all(values: type_float, sizes: type_float) -> Graded:
    """Rows whose values must all reach the sizes of a severity; `sizes` has a row a severity."""
    notice, warning, critical = (np.asarray((values >= size).all(axis=1)) for size in sizes)
    ratios = values / sizes[0]
    severity = severity_codes(notice, warning, critical, _unknown(values))
    smallest = all_of(ratios)
    return Graded(severity, smallest, OF_NOTICE, ratios, smallest)


def graded_by_any(values: type_float, sizes: type_float) -> Graded:
    """Rows of which any value at its notice size is a notice, any at its warning size a warning,
    and all at those at once critical; `sizes` has a row a severity, the last without meaning."""
    notice, warning, _ = sizes
    warned = values >= warning
    severity = severity_codes(
        notice=np.asarray((values >= notice).any(axis=1)),
        warning=np.asarray(warned.any(axis=1)),
        critical=np.asarray(warned.all(axis=1)),
        unknown=_unknown(values),
    )
    ratios = values / notice
    largest = any_of(ratios)
    return Graded(severity, largest, OF_NOTICE, ratios, largest)


def _unknown(values: type_float) -> type_bool:
    return np.asarray(np.isnan(values).any(axis=1))
