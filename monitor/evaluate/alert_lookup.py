"""What a person means by a name: the whole of it, or a part that fits one alone."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.errors import HavenwatchError
from monitor.known_names import MOST_NAMED, did_you_mean


def resolve_alert_id(known: Sequence[str], wanted: str) -> str:
    """The alert's id that is meant; see `chosen`."""
    return chosen(known, wanted, "alert's id", "havenwatch alerts")


def chosen(known: Sequence[str], wanted: str, kind: str, listing: str) -> str:
    """The name that is `wanted`, else the one that begins with it, else the one that holds it.

    Raises HavenwatchError that lists the candidates where several do, and the nearest where none
    does; `kind` says what they are, `listing` the command that lists them.
    """
    if wanted in known:
        return wanted
    for fits in (_beginning(known, wanted), _holding(known, wanted)):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise HavenwatchError(
                kind.partition("'")[0],
                expected=f"a part of one {kind}",
                got=f"{wanted!r}, which matches {len(fits)}",
                remedy=f"use one of them:\n{_listed(fits)}",
            )
    raise HavenwatchError(
        kind.partition("'")[0],
        expected=f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}, or a part of one",
        got=repr(wanted),
        remedy=did_you_mean(wanted, known, f"list them with: {listing}"),
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
