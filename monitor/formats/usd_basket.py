"""The six-currency dollar basket from a publisher's own rates: our own index, never called DXY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from rules.model import Series, type_float

# Makes the level comparable with the dollar index.
FACTOR: Final = 50.14348112


def basket(rates: pd.DataFrame, powers: Mapping[str, float], url: str) -> type_float:
    """The basket in index points, NaN where one of the rates is missing. `rates`: a column a
    currency; `powers`: what each is raised to, by how the publisher quotes it."""
    wrong = [name for name in powers if (rates[name] <= 0).any()]
    if wrong:
        raise BodyRejected(url, expected=f"{wrong[0]} rates above zero", got="zero or less")
    raised = rates[list(powers)].to_numpy() ** np.array(list(powers.values()))
    return np.asarray(np.round(FACTOR * raised.prod(axis=1), 6))


def basket_series(series_id: str, fix: str) -> Series:
    """What is known of the basket of a publisher; `fix` says whose rates and of when."""
    title = f"USD basket (6 ccy, {fix})"
    return Series(
        series_id=series_id,
        title=title,
        unit="index",
        frequency="session",
        source=f"Dollar: {title}",
        plausible=(50.0, 200.0),
        max_step=5.0,  # the dollar index moved by 3% at most in a day since 1990
    )
