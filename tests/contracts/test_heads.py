"""What is read at a glance of every alert: short, whole, and with the release that settles it."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from alerts.lifecycle import step
from alerts.message.compose import alert_message
from alerts.message.message import Message
from alerts.slack.blocks import slack_details, slack_head
from monitor.config.plugins import rule_types
from monitor.ingest.calendars import NEW_YORK
from monitor.ingest.releases import coming_releases
from rules.evaluation import Rule
from tests.case_rows import positive_rows
from tests.slow import quick_where
from tests.support import history_of, new_york

END = new_york("2025-08-31 23:00")
LONGEST = 600
# Whose cases open the most alerts.
LONG = {"term_premium_jump", "term_premium_day", "correlation_regime", "foreign_net_sales"}
EVERY = pytest.mark.parametrize(
    "rule",
    quick_where(lambda rule: rule.rule_id not in LONG, [cls() for cls in rule_types().values()]),
    ids=sorted(rule_types()),
)


def opened(rule: Rule) -> list[Message]:
    """The message about each alert that a rule's own case gives."""
    return _opened(rule.rule_id)


@cache
def _opened(rule_id: str) -> list[Message]:
    """The same, made once for all tests of a rule."""
    rule, found = rule_types()[rule_id](), []
    for judged in rule.judge(history_of(positive_rows(rule), rule.series).as_of(END)):
        for row in np.flatnonzero(judged.severity > 0):
            signal = judged.signal(int(row))
            transition = step(None, signal, rule.kind, timedelta(days=36500))
            assert transition is not None
            releases = coming_releases(signal, rule.awaits)
            found.append(alert_message(transition, rule.title, releases, NEW_YORK))
    assert found
    return found


def written(message: Message) -> str:
    """The words of a head as Slack shows them."""
    blocks = slack_head(message)
    texts = [one["text"]["text"] for one in blocks if "text" in one]
    texts += [part["text"] for one in blocks for part in one.get("elements", [])]
    return "\n".join(texts)


@EVERY
def test_a_head_is_at_most_600_characters_in_a_few_lines(rule: Rule) -> None:
    for message in opened(rule):
        text = written(message)
        assert len(text) <= LONGEST, text
        assert text.count("\n") <= 5
        assert "…" not in text


# Positions of leveraged funds, of whom no release of TIC says anything.
NOT_SETTLED_BY_TIC = ("leveraged_shorts",)


@EVERY
def test_it_says_how_rare_it_is_and_what_it_says_of_who_sold_and_when_that_is_known(
    rule: Rule,
) -> None:
    for message in opened(rule):
        rare, sellers = message.brief
        said = ("since", "a year", "years", "Never", "Too little history")
        assert any(one in rare for one in said), rare
        assert any(word in sellers for word in ("sold", "sale", "sales")), sellers
        assert ("TIC for" in sellers) is (rule.rule_id not in NOT_SETTLED_BY_TIC)


@EVERY
def test_nothing_of_a_message_is_lost_between_its_head_and_its_thread(rule: Rule) -> None:
    for message in opened(rule):
        below = slack_details(message)
        assert below
        headings = [one.heading for one in message.sections if one.heading]
        said = "\n".join(one["text"]["text"] for one in below)
        assert all(f"*{one}*" in said for one in headings if one not in ("", "Evidence"))
