"""Days that every rates desk remembers: whether a rule would have caught them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Episode:
    """A stretch of days in the market's memory, both ends included."""

    name: str
    first: date
    last: date


EPISODES: Final = (
    Episode("Black Monday", date(1987, 10, 14), date(1987, 10, 20)),
    Episode("Bond selloff of 1994", date(1994, 2, 4), date(1994, 5, 9)),
    Episode("Russia and LTCM", date(1998, 8, 17), date(1998, 10, 9)),
    Episode("Lehman", date(2008, 9, 15), date(2008, 11, 20)),
    Episode("S&P's downgrade of the US", date(2011, 8, 1), date(2011, 8, 10)),
    Episode("Taper tantrum", date(2013, 5, 22), date(2013, 7, 5)),
    Episode("Renminbi devaluation", date(2015, 8, 11), date(2015, 8, 25)),
    Episode("Volatility spike of 2018", date(2018, 2, 2), date(2018, 2, 9)),
    Episode("Dash for cash", date(2020, 3, 9), date(2020, 3, 20)),
    Episode("Gilt crisis", date(2022, 9, 22), date(2022, 10, 14)),
    Episode("Term-premium selloff of 2023", date(2023, 9, 20), date(2023, 10, 19)),
    Episode("Yen carry unwind", date(2024, 8, 1), date(2024, 8, 5)),
    Episode("Tariffs", date(2025, 4, 3), date(2025, 4, 11)),
    Episode("Moody's downgrade of the US", date(2025, 5, 16), date(2025, 5, 22)),
)
