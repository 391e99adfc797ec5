"""What an early number may say of a confidence: by its record as of the verdict's instant."""

from __future__ import annotations

from rules.model import Panel
from rules.record.record import ALL, OFFICIALS, early_score
from rules.record.score import Score
from rules.record.words import score_words
from rules.verdict.model import Weight
from rules.verdict.rule import VerdictRule
from rules.wording import number


def custody_of_officials(panel: Panel) -> Score:
    """How custody went with officials' net purchases, by month."""
    return early_score(panel, "custody", OFFICIALS)


def custody_record(panel: Panel) -> str:
    """The record of custody in words: with officials, whose it is, and with all foreigners."""
    everyone = early_score(panel, "custody", ALL)
    said = score_words(custody_of_officials(panel), "officials' net purchases")
    if everyone.correlation is None:
        return said
    share, r = number(everyone.same_sign_pct), number(everyone.correlation, 2)
    guess = number(everyone.one_sign_pct)
    return f"{said}; as all foreigners' in {share}% ({guess}%), r = {r}"


def auctions_of_all(panel: Panel) -> Score:
    """How the indirect shares of a month's auctions went with all foreigners' net purchases."""
    return early_score(panel, "auctions", ALL)


def auction_record(panel: Panel) -> str:
    """The record of the indirect shares in words."""
    return score_words(auctions_of_all(panel), "all foreigners' net purchases")


def is_good(score: Score, rule: VerdictRule) -> bool:
    """Whether a record is long and close enough to grade a confidence by."""
    return (
        score.correlation is not None
        and score.count >= rule.record_min_months
        and score.same_sign_pct >= rule.record_min_same_sign_pct
        and score.correlation >= rule.record_min_correlation
    )


def weight_of(score: Score, rule: VerdictRule) -> Weight:
    """What an early number with such a record is good for."""
    return Weight.GRADES if is_good(score, rule) else Weight.CONTEXT
