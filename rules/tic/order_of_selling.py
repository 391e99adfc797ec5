"""Which types of securities foreigners sold in a month, the largest sale first."""

from __future__ import annotations

from collections.abc import Mapping

from rules.wording import listed


def order_words(net_bn: Mapping[str, float]) -> str:
    """`Treasuries sold most`, by the net purchases of each type, which is named as in a sentence.

    An outflow would begin with equities, then corporates, and reach Treasuries last.
    """
    sold = sorted((value, name) for name, value in net_bn.items() if value < 0)
    if not sold:
        return "none sold"
    names = [name for _, name in sold]
    if "Treasuries" not in names:
        return f"{listed(names)} sold, Treasuries not"
    if names[0] != "Treasuries":
        return f"{names[0]} sold most"
    return "Treasuries sold most" if len(names) > 1 else "Treasuries alone sold"
