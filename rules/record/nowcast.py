"""An estimate of officials' net purchases in the months that TIC has not published, from custody,
and how such estimates did. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Panel, to_date, type_float
from rules.record.early import custody_change_bn

# A month is published when the second after it has begun: so many months are missing when custody
# of a month is known.
MISSING: Final = 2
FEWEST_MONTHS: Final = 12
# An estimate is shown after so many that could be compared with what came.
FEWEST_ESTIMATES: Final = 12
# The share of past errors that the interval holds.
COVERS_PCT: Final = 80.0


@dataclass(frozen=True)
class Estimate:
    """Of one month: USD bn, and between which two it lies in `COVERS_PCT` of months so far."""

    month: date
    usd_bn: float
    low_usd_bn: float
    high_usd_bn: float


@dataclass(frozen=True)
class NowcastRecord:
    """How the estimates of `count` months since `first` did, each made with the months published by
    then: the mean absolute error in USD bn, and that of three simple guesses for the same months:
    as the last published month, zero, and the mean of the months so far."""

    count: int
    first: date
    mean_error: float
    as_last_month: float
    as_zero: float
    as_mean: float

    @property
    def is_long(self) -> bool:
        """Whether there are enough months to compare with."""
        return self.count >= FEWEST_ESTIMATES

    @property
    def is_best(self) -> bool:
        """Whether the estimates were nearer than every simple guess, over enough months."""
        guesses = (self.as_last_month, self.as_zero, self.as_mean)
        return self.is_long and self.mean_error < min(guesses)


@dataclass(frozen=True)
class Nowcast:
    """The estimates of the months not yet published, none unless the record is the best, and the
    record."""

    estimates: tuple[Estimate, ...]
    record: NowcastRecord


def nowcast(panel: Panel, net_bn: pd.Series[float]) -> Nowcast | None:
    """Of a holder's net purchases by month, from custody's change of the month by least squares
    over the months published before; None where too few are known. Uses the numbers as revised."""
    custody = custody_change_bn(panel)
    both = pd.concat([custody, net_bn], axis=1, join="inner", keys=["custody", "net"]).dropna()
    x, y = both["custody"].to_numpy(), both["net"].to_numpy()
    tried = range(FEWEST_MONTHS + MISSING - 1, len(both))
    if not len(tried):
        return None
    guesses = np.array([_guesses(x, y, place) for place in tried])
    errors = np.abs(guesses - y[tried.start :, None])
    mean_error, as_last, as_zero, as_mean = errors.mean(axis=0).tolist()
    first = to_date(both.index.to_numpy()[tried.start])
    record = NowcastRecord(len(tried), first, mean_error, as_last, as_zero, as_mean)
    if not record.is_best:
        return Nowcast((), record)
    slope, level = np.polyfit(x, y, 1)
    half = float(np.percentile(errors[:, 0], COVERS_PCT))
    expected = [(month, float(level + slope * one)) for month, one in _not_published(custody, both)]
    return Nowcast(
        tuple(Estimate(month, value, value - half, value + half) for month, value in expected),
        record,
    )


def _guesses(x: type_float, y: type_float, place: int) -> tuple[float, float, float, float]:
    """Of a month by what was published when its custody was known: by custody, and the three simple
    guesses."""
    known = slice(None, place - MISSING + 1)
    slope, level = np.polyfit(x[known], y[known], 1)
    estimated = float(level + slope * x[place])
    return estimated, float(y[known][-1]), 0.0, float(y[known].mean())


def _not_published(custody: pd.Series[float], both: pd.DataFrame) -> list[tuple[date, float]]:
    later = custody[custody.index > both.index[-1]].dropna()
    days = later.index.to_numpy()
    return [(to_date(day), float(change)) for day, change in zip(days, later, strict=True)]
