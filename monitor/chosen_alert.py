"""Which alert a person means: the whole id, or a part of it that fits one alone."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from monitor.errors import HavenwatchError

MOST_NAMED: Final = 10


def chosen_alert(known: Sequence[str], wanted: str) -> str:
    """The id that is `wanted`, else the one that begins with it, else the one that holds it.

    Raises HavenwatchError that lists the candidates where several do, and the nearest where none
    does.
    """
    if wanted in known:
        return wanted
    for fits in (_beginning(known, wanted), _holding(known, wanted)):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise HavenwatchError(
                "alert",
                expected="a part of one alert's id",
                got=f"{wanted!r}, which fits {len(fits)}",
                remedy=f"name one of them:\n{_listed(fits)}",
            )
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.6)
    raise HavenwatchError(
        "alert",
        expected="an alert's id, or a part of one",
        got=repr(wanted),
        remedy=f"did you mean {close[0]!r}?" if close else "list them with: havenwatch alerts",
    )


def _beginning(known: Sequence[str], wanted: str) -> list[str]:
    return [one for one in known if one.startswith(wanted)]


def _holding(known: Sequence[str], wanted: str) -> list[str]:
    return [one for one in known if wanted.lower() in one.lower()]


def _listed(fits: Sequence[str]) -> str:
    """The newest candidates, one a line."""
    lines = [f"  {one}" for one in fits[-MOST_NAMED:]]
    if len(fits) > MOST_NAMED:
        lines.insert(0, f"  ({len(fits) - MOST_NAMED} older ones, and)")
    return "\n".join(lines)
