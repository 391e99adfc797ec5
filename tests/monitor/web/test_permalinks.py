"""What messages link to is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerts.channels.pagerduty import pagerduty_event
from alerts.channels.webhook import webhook_body
from alerts.message.html import html_document
from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.message.sections import Table, Text
from alerts.slack.blocks import slack_blocks
from monitor.clock import SimulatedClock
from monitor.config.web import Web
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from tests.begun import Begun
from tests.monitor.web.desk import Desk, browsing
from tests.support import new_york, watch

PUBLIC = "https://desk.example.org/havenwatch"


def told(begun: Begun, folder: Path, public_url: str, until: str) -> tuple[Desk, list[Message]]:
    """What a desk was told from 8 April 2025 on, its digests included."""
    clock, kept = SimulatedClock(new_york("2025-04-07 21:00")), RecordingChannel()
    with Standins(clock.now) as standins:
        app = begun(
            standins,
            clock,
            folder,
            kept,
            web={"public_url": public_url, "port": 0},
            routing={"notice": ["console"], "digest": ["console"]},
        )
        watch(app, clock, until)
        app.close()
    return Desk(app.config, folder / "havenwatch.db", clock.now()), kept.pages


@pytest.fixture(scope="module")
def april(begun: Begun, tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, list[Message]]:
    return told(begun, tmp_path_factory.mktemp("told"), PUBLIC, "2025-04-09 12:00")


@pytest.mark.slow
def test_each_message_and_digest_links_to_a_page_that_is_there(
    april: tuple[Desk, list[Message]],
) -> None:
    desk, pages = april
    alerts = [one for one in pages if one.about is not None]
    digests = [one for one in pages if one.about is None]
    assert len(alerts) >= 2
    assert digests
    web = Web(port=0, public_url=PUBLIC)
    with browsing(desk, web) as browser:
        for page in pages:
            assert page.link.startswith(f"{PUBLIC}/")
            answer = browser.get(page.link.removeprefix("https://desk.example.org"))
            assert answer.status == 200, page.link
            if page.about is not None:
                assert page.about.alert_id in answer.text


@pytest.mark.slow
def test_without_a_public_address_nothing_is_linked(begun: Begun, tmp_path: Path) -> None:
    _, pages = told(begun, tmp_path, "", "2025-04-08 22:00")
    assert {one.link for one in pages} == {""}
    for page in pages:
        assert "Full details" not in plain_text(page) + html_document(page)


def linked(link: str) -> Message:
    return Message("k", "plain", "KICKER", "Title", "[s] Title", (), "footer", link=link)


def test_in_a_mail_the_link_is_above_the_tables_which_are_long_on_a_phone() -> None:
    rows = Table("Evidence", ("number",), "l", (("1",),))
    page = replace(linked(PUBLIC), sections=(Text("said"), rows, rows))
    above, _, below = html_document(page).partition("<th ")
    assert above.index("said") < above.index(f'href="{PUBLIC}"')
    assert PUBLIC not in below


def test_each_channel_shows_the_link_in_its_own_way() -> None:
    page = linked(f"{PUBLIC}/alerts/a%20b/c/2025-04-10")
    assert f"Full details: {page.link}" in plain_text(page)
    assert f'href="{page.link}"' in html_document(page)
    assert f"<{page.link}|Full details>" in str(slack_blocks(page)[-1])
    assert f'"link": "{page.link}"' in webhook_body(page).decode()
    assert '"link": null' in webhook_body(linked("")).decode()


@pytest.mark.slow
def test_pagerduty_links_where_there_is_a_link(april: tuple[Desk, list[Message]]) -> None:
    _, pages = april
    opened = next(one for one in pages if one.about and one.about.reason == "opened")
    event = pagerduty_event(opened, new_york("2025-04-10 19:00"))
    assert event["links"] == [{"href": opened.link, "text": "Full details"}]


def test_a_link_cannot_break_out_of_what_it_is_in() -> None:
    page = linked('https://x.example/"><script>&|<b>')
    assert "<script>" not in html_document(page)
    assert "<b>" not in str(slack_blocks(page))
