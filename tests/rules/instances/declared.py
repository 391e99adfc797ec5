"""Instances of built-in rules over series that the spring's figures have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rules.instances.foreign_net_sales import ForeignNetSalesInstance
from rules.instances.joint_selloff import JointSelloffInstance


def selloff(**settings: Any) -> JointSelloffInstance:
    return JointSelloffInstance(rule_id="own_selloff", title="Our selloff", **settings)


def sales(*areas: str, **settings: Any) -> ForeignNetSalesInstance:
    return ForeignNetSalesInstance(rule_id="own_sales", title="Our sales", areas=areas, **settings)


# By the names that tests give them.
INSTANCES: Final[Mapping[str, JointSelloffInstance | ForeignNetSalesInstance]] = {
    "selloff_by_basket": selloff(dollar="usd_basket"),
    "sales_of_china": sales("China", warning_sd_below_mean=1.5),
    "lowest_of_china": sales("China", warning_lowest_pct_of_own_history=20.0),
}
