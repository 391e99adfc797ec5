"""What a source cannot know to be wrong, and why; every kind that is let in is named here."""

from __future__ import annotations

from typing import Final

from tests.fuzz.fuzzing import Report

# Kinds let in in more than this share of the mutations that change a number which decides are
# named below.
NAMED_ABOVE_PCT: Final = 1.0

NOT_YET: Final = "a newest number that is missing is one that is not published yet"
ORDINARY: Final = (
    "a newest number of ordinary size is judged by a second source, and is provisional if it is far"
)
LITTLE: Final = "an older number that changes by less than 1 % is a correction"
SMALL_PART: Final = "one of six currencies off by its daily move changes the basket by hundredths"
LONE_YEAR: Final = "the oldest row under an earlier date: only the window begins there"
A_DAY_OFF: Final = "a newest row under another session's date is a session that is missing"
NO_TOTALS: Final = "the demonstration's file has few areas; in the real one totals add up"
FOUR_TENORS: Final = (
    "the demonstration's H.15 has four tenors; in the real one cells are seen to move"
)
MODEL: Final = "the newest of a model's numbers has no second source; the models are shown apart"
TWICE: Final = "a chart may give the newest session twice, as its bar and as the running quote"

EVERY: Final = "*"
KNOWN: Final[dict[str, dict[str, str]]] = {
    EVERY: {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "truncated": NOT_YET,
        "ordinary typo": f"{ORDINARY}; {LITTLE}",
        "digits exchanged": f"{ORDINARY}; {LITTLE}",
        "bytes damaged": f"{ORDINARY}; {LITTLE}",
        "stays at one value": f"{ORDINARY}; {LITTLE}",
        "two rows exchanged": f"{ORDINARY}; {LITTLE}",
        "values moved by a row": f"{ORDINARY}; {LITTLE}",
        "dates moved by a day": A_DAY_OFF,
        "dates moved by a year": LONE_YEAR,
    },
    "ecb": {
        "cells shifted left": NOT_YET,
        "cells shifted right": NOT_YET,
        "values moved by a row": SMALL_PART,
        "stays at one value": SMALL_PART,
        "two rows exchanged": SMALL_PART,
    },
    "h10": {
        "cells shifted left": NOT_YET,
        "cells shifted right": NOT_YET,
        "values moved by a row": SMALL_PART,
        "stays at one value": SMALL_PART,
        "two rows exchanged": SMALL_PART,
    },
    "h15": {
        "cells shifted left": FOUR_TENORS,
        "cells shifted right": FOUR_TENORS,
        "two columns exchanged": FOUR_TENORS,
    },
    "treasury_curve": {
        "cells shifted left": "where the curve is flat, moved cells are ordinary moves",
        "cells shifted right": "where the curve is flat, moved cells are ordinary moves",
    },
    "kim_wright": {
        "a number is zero": MODEL,
        "sign turned": MODEL,
        "unit rescaled": MODEL,
        "ordinary typo": MODEL,
        "digits exchanged": MODEL,
        "stays at one value": MODEL,
    },
    "nyfed_acm": {"cells shifted left": NOT_YET, "cells shifted right": NOT_YET},
    "tic_assets": {
        "an area is gone": "an area that no rule reads, or an older month of one",
        "cells shifted left": NO_TOTALS,
        "cells shifted right": NO_TOTALS,
    },
    "tic_form_s": {
        "an area is gone": "an area of which nothing is stored cannot be missed",
        "cells shifted left": NO_TOTALS,
        "cells shifted right": NO_TOTALS,
        "two columns exchanged": NO_TOTALS,
    },
    "yahoo": {"rows twice": TWICE},
    "yahoo_spx": {"rows twice": TWICE},
    "yahoo_tnx": {"rows twice": TWICE},
}


def why(source: str, kind: str) -> str:
    """Why a kind of mutation is let in for a source; empty where it is not known to be."""
    return ""


def stale(report: Report) -> list[str]:
    """The kinds that are named for a source and are not let in above the share any more."""
    tallies = report.kinds
    return [
        kind
        for kind in KNOWN.get(report.name, {})
        if kind not in tallies or tallies[kind].share_pct <= NAMED_ABOVE_PCT
    ]
