"""A desk over an empty database into which months of TIC are published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from alerts.model import Transition
from monitor.config.plugins import rule_types
from monitor.evaluate.chains import Chained
from monitor.evaluate.settling import Settling
from rules.evaluation import Rule
from rules.model import Series, Signal
from rules.terms import Kind
from state.archive import Archive, FetchInfo
from tests.monitor.evaluate.desk import AT, Desk
from tests.support import new_york

APRIL: Final = date(2025, 4, 30)
MARCH: Final = date(2025, 3, 31)
HELD_MN: Final = 9_000_000.0
# What a month at -0.75 % of those holdings is.
LARGE_MN: Final = -0.0075 * HELD_MN
OUT: Final = new_york("2025-06-18 16:00")
ALERT: Final = "joint_selloff/us/2025-04-10"


class SettlingDesk(Desk):
    """Its alerts are answered by what is published; it began to look before they opened."""

    def __init__(self, **terms: object):
        super().__init__(**terms)
        rules: list[Rule] = [rule_types()[name]() for name in ("joint_selloff", "haven_failure")]
        self.settling = Settling(
            Chained(self.database, {}), self.database, rules, self.recording, -0.75
        )
        self.settling.start(AT - timedelta(days=1))

    def publish(
        self,
        at: datetime,
        net_mn: float,
        officials_mn: float | None = -6_000.0,
        month: date = APRIL,
        more: Mapping[str, float] | None = None,
        held_mn: float | None = HELD_MN,
    ) -> None:
        """A month of TIC, with bills as much as long-term; holdings a month earlier."""
        cells = {
            ("tic.99996.for_lt_treas_net", month): net_mn,
            ("tic.99996.for_treas_net", month): net_mn,
            **{(name, month): value for name, value in (more or {}).items()},
        }
        if officials_mn is not None:
            cells["tic.99990.for_lt_treas_net", month] = officials_mn
        if held_mn is not None:
            before = month.replace(day=1) - timedelta(days=1)
            cells["tic.99996.for_treas_pos", before] = held_mn
        frame = pd.Series(cells).unstack(level=0)
        frame.index = pd.DatetimeIndex(frame.index)
        archive = Archive(self.database)
        with self.database.immediate() as connection:
            archive.append(
                connection,
                "treasury_tic",
                frame,
                {str(name): _series(str(name)) for name in frame.columns},
                FetchInfo(("file",), "0", None, at),
                lambda days: days,
                AT - timedelta(days=100),
                archive.latest("treasury_tic"),
            )

    def settle(self, at: datetime) -> list[Transition]:
        """A look at an instant."""
        return self.settling.settle(at)

    def opened(self, signal: Signal) -> None:
        """An event that is judged."""
        self.see(signal, Kind.EVENT)


def _series(name: str) -> Series:
    return Series(name, name, "usd_mn", "month", "TIC: US Treasury slt_table3.txt")
