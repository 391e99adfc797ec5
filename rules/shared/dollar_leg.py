"""What the dollar leg of a joint selloff was judged with, and how far that may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from rules.markets.legs import AVERAGE, FIX, SERIES_OF, DollarSource, Session
from rules.markets.market import NAMES
from rules.wording import not_published

CLOSES: Final = (
    "Yields are of 15:30, stocks of 16:00 and DXY of 17:00 New York: with the 10-year index of "
    "16:00 in place of the par yield 5% of such sessions since 1999 would fall away."
)


class DollarLeg(NamedTuple):
    """Its name, a short one, and its series."""

    label: str
    short: str
    series_id: str


class Accuracy(NamedTuple):
    """How a basket did against DXY: on how many days in a hundred its sign agreed, how many in a
    hundred of the selloffs of notice size or more that it found DXY found too, how many of DXY's it
    found, and over which years. `make bench` measures them again."""

    how: str
    sign_pct: int
    precision_pct: int
    recall_pct: int
    years: str

    @property
    def said(self) -> str:
        """The sentence about it."""
        return (
            f"{self.how}; its sign agrees with DXY on {self.sign_pct}% of days, DXY confirmed "
            f"{self.precision_pct}% of the selloffs it found ({self.years}), and it found "
            f"{self.recall_pct}% of DXY's."
        )


LABELS: Final[Mapping[str, str]] = {
    AVERAGE: "USD basket (6 ccy, Bank of Canada average of the day)",
    FIX: "USD basket (6 ccy, ECB fix 14:15 CET)",
}
ACCURACY: Final[Mapping[DollarSource, Accuracy]] = {
    DollarSource.DAY_AVERAGE: Accuracy("", 86, 76, 73, "2017 to July 2021"),
    DollarSource.SAME_DAY_FIX: Accuracy(
        ", set before the US session", 65, 45, 59, "1999 to April 2026"
    ),
    DollarSource.TWO_FIX_SPAN: Accuracy(
        " from the fix before to the fix after", 74, 64, 65, "1999 to April 2026"
    ),
}


def dollar_leg(session: Session) -> DollarLeg:
    """What the dollar leg was judged with."""
    if session.basis is DollarSource.CLOSE:
        return DollarLeg(NAMES["dxy"], NAMES["dxy"], "dxy")
    series_id = SERIES_OF.get(session.basis, FIX)
    return DollarLeg(LABELS[series_id], "USD basket", series_id)


def selloff_caveat(session: Session) -> str:
    """What it does not mean, and with what it was judged."""
    said = f"Price action only: it does not show who sold. {not_published(session.period)} {CLOSES}"
    measured = ACCURACY.get(session.basis)
    if measured is None:
        return said
    label = dollar_leg(session).label
    return f"Provisional: no DXY close, evaluated with the {label}{measured.said} {said}"
