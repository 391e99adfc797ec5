"""What a source cannot know to be wrong, and why: every kind that is let in above 1%, by source.

A full run says so where a kind that is named here is not let in any more.
"""

from __future__ import annotations

from typing import Final

from tests.fuzz.fuzzing import Report

# Kinds let in in more than this share of the mutations that are read and change a number which
# decides, or take one away, are named below.
NAMED_ABOVE_PCT: Final = 1.0

NOT_YET: Final = (
    "the newest number is missing, as before it is published: none is stored, and it comes later"
)
NOT_NAMED: Final = f"a cell of the newest row is empty: {NOT_YET}"
ORDINARY: Final = (
    "the newest close is wrong by an ordinary move: its second source judges it, and a far move is "
    "provisional until it has"
)
ONLY: Final = "the newest number is wrong by an ordinary step, and no other source has it"
LAST_TWO: Final = f"one of the last two closes, which are corrected, or {ORDINARY}"
SMALL_PART: Final = (
    "an older number changes by less than 1%, as one of six currencies that is a day off makes "
    "it: a correction, stored and told"
)
OLDER: Final = (
    "an older close changes once by less than 1%, an older yield by 10 bp: a correction, stored "
    "and told"
)
NO_DATA: Final = (
    "one number of an area is missing in the newest month, as `n.a.` is: its rule says that it has "
    "no data"
)
LESS_THAN_ROUNDING: Final = (
    "a month of the last year changes by less than the rounding of the total"
)
REAL_YIELDS: Final = (
    "the newest real yields, missing or of the tenors beside, or an older one by 10bp at most; no "
    "other source has them, and no rule is decided by them"
)
POSITIONS: Final = (
    "a position of the last three reports, which are corrected, is wrong by an ordinary step, or "
    "an older one by less than 1% of the sum; no other source has it"
)
A_WEEK: Final = (
    "a week of rates comes at once and is only compared with another source's, which tells of it"
)
BESIDE: Final = "the newest row has the yields of the tenors beside, which moved as ordinary"
NEXT_DAY: Final = (
    "the newest row under the date of the day beside it: that session is missing, and is awaited"
)
OTHER_STAMP: Final = f"{NEXT_DAY}; and where the day before has it, that is one of the last two"
TWICE: Final = "a chart gives the newest session twice, as its bar and as the running quote"
MODEL: Final = (
    "the newest of a model's numbers, or an older one by less than its re-estimation moves it; no "
    "other source has it, and no rule is decided by it"
)
MODEL_ZERO: Final = f"{MODEL}: a premium near zero is near it in every unit and with either sign"
NO_RULE: Final = (
    "an area or a number of the newest month is missing, as `n.a.` is; no rule is decided by it"
)
NO_RULE_DECIDED: Final = (
    "TIC revises the numbers of a year, here by less than the rounding or by another month's; no "
    "rule is decided by it"
)
NEW_YEAR: Final = (
    "months of the newest year are exchanged for all holders, which still make the total; they "
    "come once a year and no other file has them"
)

VALUATION: Final = (
    "a valuation change of one area is in no sum of its row, and TIC revises those of a year"
)
UNKNOWN_KIND: Final = (
    "fields that say what kind of security it is may be missing, as in mirrors: then the auction"
    " is one of no known kind, and none of its numbers is stored"
)
RUN_TOGETHER: Final = (
    "the mark between two rows is damaged: the newest date with the numbers of the day before"
)
REVISED: Final = "an older premium that changes by less than a re-estimation moves it"
NO_DATE: Final = f"a newest row without a date is none: {NOT_YET}"

OF_A_CHART: Final[dict[str, str]] = {
    "days are gone": NOT_YET,
    "truncated": NOT_YET,
    "a word for a number": NOT_YET,
    "ordinary typo": ORDINARY,
    "digits exchanged": ORDINARY,
    "rows twice": TWICE,
    "dates moved by a day": OTHER_STAMP,
}
KNOWN: Final[dict[str, dict[str, str]]] = {
    "cboe": {
        "bytes damaged": OLDER,
        "days are gone": NOT_YET,
        "ordinary typo": ORDINARY,
        "digits exchanged": ORDINARY,
    },
    "cboe_vix": {
        "days are gone": NOT_YET,
        "ordinary typo": ONLY,
        "digits exchanged": ONLY,
        "truncated": NOT_YET,
        "cells shifted right": ONLY,
    },
    "boc": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "cells shifted left": NOT_NAMED,
        "cells shifted right": NOT_NAMED,
        "ordinary typo": ORDINARY,
        "digits exchanged": ORDINARY,
        "stays at one value": SMALL_PART,
        "two rows exchanged": LAST_TWO,
        "values moved by a row": SMALL_PART,
    },
    "cftc_tff": {
        "ordinary typo": POSITIONS,
        "digits exchanged": POSITIONS,
        "two columns exchanged": POSITIONS,
        "two rows exchanged": POSITIONS,
        "stays at one value": POSITIONS,
    },
    "ecb": {
        "days are gone": NOT_YET,
        "a number is missing": NOT_YET,
        "cells shifted right": NOT_NAMED,
        "ordinary typo": ORDINARY,
        "digits exchanged": ORDINARY,
        "values moved by a row": SMALL_PART,
    },
    "fiscaldata_auctions": {
        "days are gone": NOT_YET,
        "truncated": NOT_YET,
        "a number is missing": NOT_YET,
        "dates moved by a day": NEXT_DAY,
        "header changed": UNKNOWN_KIND,
    },
    "fiscaldata_debt": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "dates moved by a day": NEXT_DAY,
        "values moved by a row": LAST_TWO,
        "bytes damaged": RUN_TOGETHER,
    },
    "h10": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "truncated": NOT_YET,
        "bytes damaged": A_WEEK,
        "cells shifted left": A_WEEK,
        "cells shifted right": NOT_NAMED,
        "ordinary typo": A_WEEK,
        "digits exchanged": A_WEEK,
        "stays at one value": A_WEEK,
        "two columns exchanged": A_WEEK,
        "two rows exchanged": A_WEEK,
        "values moved by a row": A_WEEK,
    },
    "h15": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "truncated": NOT_YET,
        "cells shifted left": BESIDE,
        "cells shifted right": NOT_NAMED,
        "digits exchanged": OLDER,
        "ordinary typo": ORDINARY,
        "stays at one value": LAST_TWO,
        "two rows exchanged": LAST_TWO,
        "values moved by a row": LAST_TWO,
        "two columns exchanged": LAST_TWO,
    },
    "h41": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "ordinary typo": ONLY,
        "digits exchanged": ONLY,
        "truncated": NOT_YET,
    },
    "mof_flows": {"days are gone": NOT_YET},
    "mof_investors": {"days are gone": NOT_YET},
    "kim_wright": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "truncated": NOT_YET,
        "bytes damaged": MODEL,
        "unit rescaled": MODEL_ZERO,
        "ordinary typo": MODEL,
        "digits exchanged": MODEL,
        "stays at one value": MODEL,
        "two rows exchanged": MODEL,
        "values moved by a row": MODEL,
    },
    "nyfed_acm": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "cells shifted left": NOT_NAMED,
        "cells shifted right": NOT_NAMED,
        "bytes damaged": NO_DATE,
        "a word for a date": NO_DATE,
        "ordinary typo": REVISED,
    },
    "table": {
        "bytes damaged": OLDER,
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "ordinary typo": ORDINARY,
        "digits exchanged": ORDINARY,
    },
    "tic_assets": {
        "a number is missing": NO_RULE,
        "days are gone": NO_RULE,
        "an area is gone": NO_RULE,
        "ordinary typo": NO_RULE_DECIDED,
        "values moved by a row": NO_RULE_DECIDED,
        "digits exchanged": NO_RULE,
    },
    "tic_holdings": {
        "bytes damaged": NOT_YET,
        "values moved by a row": NEW_YEAR,
        "days are gone": NOT_YET,
        "ordinary typo": LESS_THAN_ROUNDING,
        "two rows exchanged": NEW_YEAR,
    },
    "treasury_curve": {
        "a number is missing": NOT_YET,
        "days are gone": NOT_YET,
        "ordinary typo": ORDINARY,
        "digits exchanged": ORDINARY,
        "cells shifted left": BESIDE,
        "cells shifted right": BESIDE,
        "stays at one value": OLDER,
        "values moved by a row": OLDER,
    },
    "treasury_real_curve": {
        "a number is missing": REAL_YIELDS,
        "days are gone": REAL_YIELDS,
        "ordinary typo": REAL_YIELDS,
        "digits exchanged": REAL_YIELDS,
        "cells shifted left": REAL_YIELDS,
        "cells shifted right": REAL_YIELDS,
        "stays at one value": REAL_YIELDS,
        "values moved by a row": REAL_YIELDS,
    },
    "treasury_tic": {
        "a number is missing": NO_DATA,
        "a number is zero": VALUATION,
        "ordinary typo": VALUATION,
        "digits exchanged": VALUATION,
        "stays at one value": VALUATION,
        "unit rescaled": VALUATION,
    },
    "yahoo": OF_A_CHART,
    "yahoo_spx": OF_A_CHART,
    "yahoo_tnx": {
        **OF_A_CHART,
        "stays at one value": LAST_TWO,
        "values moved by a row": LAST_TWO,
    },
}


# Let in only of a stand-in's bytes, which are shorter: where the publisher's are at hand,
# none of these is.
OF_STANDINS: Final[dict[str, dict[str, str]]] = {
    "ecb": {
        "cells shifted left": NOT_NAMED,
        "dates moved by a day": NEXT_DAY,
        "stays at one value": SMALL_PART,
        "two rows exchanged": SMALL_PART,
    },
    "h15": {"dates moved by a day": NEXT_DAY},
}


def why(source: str, kind: str) -> str:
    """Why a kind of mutation is let in for a source; empty where it is not known to be."""
    return KNOWN.get(source, {}).get(kind) or OF_STANDINS.get(source, {}).get(kind, "")


def stale(report: Report) -> list[str]:
    """The kinds that are named for a source and are not let in above the share any more."""
    tallies = report.kinds
    return [
        kind
        for kind in KNOWN.get(report.name, {})
        if kind not in tallies or tallies[kind].share_pct <= NAMED_ABOVE_PCT
    ]
