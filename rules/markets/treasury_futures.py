"""The Treasury futures of the CFTC's report: what each is called, and how many ten-year notes it is
worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Contract:
    """A future: the last part of its series' ids, what a desk calls it, and `tens`, its DV01 as a
    multiple of the 10-year note future's."""

    key: str
    name: str
    tens: float


# By the CFTC's contract market code, which stays where names change.
#
# `tens` are rounded to 0.05 and fixed: dollars a basis point of some 39, 43, 65, 88, 133 and 205
# over 65, as of 2024-25 with yields of 4 to 4.5%. CME publishes the DV01 of each contract daily (88
# and 205 are those of its page on Micro Treasury futures, of 2024); the others follow from contract
# terms: the DV01 of a deliverable note of usual maturity over its conversion factor. They move by a
# tenth or more with yields and the cheapest to deliver, the ultra bond's most. A sum by fixed
# weights changes with positions alone; it is no DV01 of the day.
CONTRACTS: Final[Mapping[str, Contract]] = MappingProxyType(
    {
        "042601": Contract("2y", "2-year", 0.6),
        "044601": Contract("5y", "5-year", 0.65),
        "043602": Contract("10y", "10-year", 1.0),
        "043607": Contract("ultra_10y", "ultra 10-year", 1.35),
        "020601": Contract("bond", "bond", 2.05),
        "020604": Contract("ultra_bond", "ultra bond", 3.15),
    }
)
# The groups of traders whose positions are stored, and what a sentence calls them.
GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "leveraged": "leveraged funds",
        "asset_manager": "asset managers",
        "dealer": "dealers",
    }
)


def net_series(group: str, key: str) -> str:
    """The id of a group's net position in a contract: `cftc.leveraged_net_10y`."""
    return f"cftc.{group}_net_{key}"


def sum_series(group: str) -> str:
    """The id of its sum in 10-year equivalents: `cftc.leveraged_net_10y_eq`."""
    return net_series(group, "10y_eq")
