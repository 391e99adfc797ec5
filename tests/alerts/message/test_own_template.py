"""A desk's own words: what a template may use, and what becomes of one that fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.message.html import html_document
from alerts.message.own_template import MOST_CHARACTERS, OwnTemplate, TemplateFailed
from alerts.message.sections import Image, Text
from alerts.slack.blocks import slack_details, slack_head
from monitor.config.templates import examples

OPENED, ANSWERED, DIGEST = examples()


def test_its_words_take_the_place_of_the_messages_own_and_the_chart_stays() -> None:
    chart = Image("Chart", "Down.", b"png")
    message = replace(OPENED, sections=(*OPENED.sections, chart))
    found = OwnTemplate.of("{{ rule }}: {{ title }}\n\n{{ lines|join(' ') }}").applied(message)
    assert found.sections == (
        Text("Joint selloff: S&P −3.5% · 10y +6bp · DXY −2.0%"),
        Text("7 sessions this severe since 2015. Prices alone do not show who sold."),
        chart,
    )
    assert (found.title, found.subject, found.key) == (OPENED.title, OPENED.subject, OPENED.key)
    assert found.news().sections == found.sections[:2]


def test_slack_shows_all_of_it_in_the_head_and_nothing_below() -> None:
    found = OwnTemplate.of("One <b>.\n\nTwo.").applied(OPENED)
    (words,) = [one["text"]["text"] for one in slack_head(found) if one["type"] == "section"]
    assert words.endswith("*\nOne &lt;b&gt;.\nTwo.")
    assert slack_details(found) == []


def test_what_it_writes_is_escaped_in_a_mail() -> None:
    document = html_document(OwnTemplate.of("<script>x</script>\x1b[31m").applied(OPENED))
    assert "<script>" not in document
    assert "&lt;script&gt;x&lt;/script&gt;" in document
    assert "\x1b" not in document


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one\n{{ severty }}", "line 2: 'severty' is undefined"),
        ("one\n\n{% if %}", "line 3: "),
        ("{{ title.__class__ }}", "line 1: "),
        ("{{ title.upper() }}", "is not safely callable"),
        ("{{ range(9) }}", "not safely callable"),
        ("{% include 'config.toml' %}", "line 1: include is not among what a template may use"),
        ("{% set x = title ~ title %}{{ x }}", "line 1: assign is not among"),
        ("{{ 'x' * 1000000000 }}", "line 1: * takes two numbers"),
        ("{{ '%999999999d' % 1 }}", "% takes two numbers"),
        ("{{ 9 ** 99999 }}", "exponent"),
        ("{{ title|join(title) }}", "separator"),
        ("{{ ''['join'] }}", "an object (built-in method join of str object), not its text"),
        ("{{ lines|map('upper') }}", "an object (generator object sync_do_map), not its text"),
        ("{{ [lines|select] }}", "an object (generator object "),
        ("{{ title.upper ~ '' }}", "an object (built-in method upper of str object)"),
        ("{{ title|center(10) }}", "No filter named 'center'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("   ", "it wrote nothing"),
        ("x" * 20_001, "it has more than 20,000 characters"),
        ("{% for a in subject_line %}{{ title }}" * 3 + "{% endfor %}" * 3, "it wrote more than"),
        ("{% for a in subject_line %}" * 6 + "{% endfor %}" * 6, "it takes more than 50,000 steps"),
    ],
)
def test_what_it_may_not_do_is_said_with_its_line(source: str, said: str) -> None:
    with pytest.raises(TemplateFailed) as caught:
        OwnTemplate.of(source).applied(OPENED)
    assert said in str(caught.value)


def test_a_message_is_never_longer_than_its_bound() -> None:
    found = OwnTemplate.of("x" * MOST_CHARACTERS).applied(OPENED)
    assert len(found.sections[0].body) == MOST_CHARACTERS  # type: ignore[union-attr]


def test_the_newest_state_is_in_its_words_too() -> None:
    message = replace(OPENED, newest=ANSWERED)
    found = OwnTemplate.of("{{ reason }} {{ changes|join }}").applied(message)
    assert found.current.sections == (Text("acknowledged Acknowledged by Ann."),)


def test_a_digest_and_every_name_are_there() -> None:
    text = OwnTemplate.of(
        "{{ kind }} {{ kicker }} {{ texts|map(attribute='body')|join }} {{ tables|length }}"
        "{{ alert_id }}{{ evidence|length }}{{ late }}{{ charts|length }}{{ bars|length }}"
    ).render(DIGEST)
    assert text.startswith("digest ")
    assert "No." in text
