"""What is said of a name that is none of those known: the one probably meant, else some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

# A longer list is read by nobody; TIC alone has some two thousand series.
MOST_NAMED: Final = 10
SHORTLIST: Final = 100
# How alike a name must be to be the one meant.
ALIKE: Final = 0.6
# How much longer than a pattern without its `*` that part of a name may be which it is compared to.
LONGER: Final = 2


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`did you mean 'spx'?`; where no known name is like it `otherwise`, or the known names.

    `name` may be a pattern with a `*` at its beginning or end.
    """
    options = sorted(set(known))
    close = _within(name, options) or _close(name, options)
    if close:
        return f"did you mean {close!r}?"
    return otherwise or (f"known are {listed(options, name)}" if options else "there are none")


def listed(known: Sequence[str], name: str = "") -> str:
    """`a, b, c`; of more than ten the ten most like `name` and how many more there are."""
    if len(known) <= MOST_NAMED:
        return ", ".join(known)
    return f"{', '.join(_nearest(name, known))} and {len(known) - MOST_NAMED:,} more"


def _nearest(name: str, known: Sequence[str]) -> list[str]:
    """The ten most like a name. What has few letters in common is left out first: of three thousand
    names the exact likeness would take a second."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher()
    matcher.set_seq2(name)
    few = list(known)
    for rate, most in ((matcher.quick_ratio, SHORTLIST), (matcher.ratio, MOST_NAMED)):
        rated = {}
        for one in few:
            matcher.set_seq1(one)
            rated[one] = rate()
        few = sorted(few, key=lambda one: -rated[one])[:most]
    return few


def _within(name: str, options: Sequence[str]) -> str:
    """The first name that lies below this one: `auction.note_10y.total` below `auction`."""
    return next((one for one in options if name and one.startswith(f"{name}.")), "")


def _close(name: str, options: Sequence[str]) -> str:
    import difflib  # 2 ms, for a mistyped name alone

    close = difflib.get_close_matches(name, options, n=1, cutoff=ALIKE)
    if close or "*" not in name:
        return close[0] if close else ""
    stem = name.strip("*")
    length = len(stem) + LONGER
    parts: dict[str, str] = {}
    for one in options:
        parts.setdefault(one[-length:] if name.startswith("*") else one[:length], one)
    close = difflib.get_close_matches(stem, list(parts), n=1, cutoff=ALIKE)
    return parts[close[0]] if close else ""
