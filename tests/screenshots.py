"""Pictures of what a desk receives, for the documents: `make screenshots`.

Made from the demonstration's figures, with Debian's headless Chromium.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from PIL import Image as Picture
from PIL import ImageChops

from alerts.channel import Sent
from alerts.channels.slack import Slack
from alerts.channels.slack_webhook import SlackWebhook
from alerts.message.html import html_document
from alerts.message.message import Message
from alerts.slack.blocks import slack_blocks
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.plugins import rule_types
from monitor.demo.server import Standins
from monitor.demo.show import RULES_WITHOUT_FIGURES
from monitor.ingest.calendars import NEW_YORK
from monitor.slack.command import parse
from monitor.slack.command_replies import CommandReplies
from monitor.slack.payload import Command
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.screenshots_status import shoot_status
from tests.screenshots_tic import shoot_tic
from tests.slack_preview import slack_page
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
ALERT: Final = "joint_selloff/us/2025-04-10#1"
DIGEST: Final = "digest/2025-04-10"
QUIET: Final = "digest/2025-03-31"
MOST_BYTES: Final = 200_000
# A picture of all that is there, however long it is.
WHOLE: Final = 0
TALL: Final = 4000
MARGIN: Final = 20
# Of these the demonstration's figures are too few for a picture.
MADE: Final = ("fiscaldata_auctions", "fiscaldata_debt")
FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass
class Cache:
    """A mail channel that keeps its pages."""

    channel_type: ClassVar[str] = "kept"
    shows_images: bool = True
    enabled: bool = True
    pages: dict[str, Message] = field(default_factory=dict)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.pages[page.key] = page
        return Sent("kept")


def main() -> int:
    """Write every picture; 1 and a sentence where there is no browser."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print("no Chromium is installed: `apt-get install chromium`, then again")  # noqa: T201
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages, webhook, slack, haven = _tenth_of_april()
    mails = {"email": ALERT, "digest": DIGEST, "digest-quiet": QUIET}
    shots = (
        *(one for name, key in mails.items() for one in _looks(name, html_document(pages[key]))),
        ("slack-webhook", webhook, 561, WHOLE, False),
        ("slack-alert", slack, 1440, WHOLE, False),
        ("slack-alert-dark", slack, 1440, WHOLE, True),
        ("slack-alert-phone", slack, 375, WHOLE, False),
        ("slack-alert-phone-dark", slack, 375, WHOLE, True),
        ("slack-haven", haven, 561, WHOLE, False),
        ("slack-haven-phone", haven, 375, WHOLE, False),
    )
    for name, document, width, height, dark in shots:
        path = FOLDER / f"{name}.png"
        _shoot(browser, document, path, width, height or TALL, dark=dark)
        if height == WHOLE:
            _crop(path)
        _make_small(path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")  # noqa: T201
    for path in (*shoot_status(browser, FOLDER), *shoot_tic(browser, FOLDER)):
        _make_small(path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")  # noqa: T201
    return 0


def _looks(name: str, document: str) -> tuple[tuple[str, str, int, int, bool], ...]:
    """A mail on a desk and on a phone, light and dark."""
    return (
        (f"{name}-light", document, 1440, 1240, False),
        (f"{name}-dark", document, 1440, 1240, True),
        (f"{name}-phone", document, 375, 1100, False),
        (f"{name}-phone-dark", document, 375, 1100, True),
    )


def _tenth_of_april() -> tuple[dict[str, Message], str, str, str]:
    """What was sent by mail to the evening of 10 April 2025, how its alert looked in Slack by an
    incoming webhook and by a bot token, and how the slash command was answered then."""
    clock, mail = SimulatedClock(new_york("2025-03-24 00:00")), Cache()
    hook = Cache(shows_images=SlackWebhook.shows_images)
    with (
        tempfile.TemporaryDirectory() as folder,
        Standins(clock.now, {name: more_publishers()[name] for name in MADE}) as standins,
        SlackStandin() as slack,
    ):
        app = app_over(
            standins,
            clock,
            Path(folder),
            mail,
            more_channels={
                "slack": Slack(conversation=CONVERSATION, base_url=slack.base_url),
                "hook": hook,
            },
            environ={"HAVENWATCH_SLACK_TOKEN": TOKEN},
            watched=None,
            judged=set(rule_types()).difference(RULES_WITHOUT_FIGURES),
            channels={"slack": {"type": "console"}, "hook": {"type": "console"}},
            routing={
                "digest": ["console"],
                "warning": ["console", "slack"],
                "critical": ["console", "slack", "hook"],
            },
        )
        watch(app, clock, "2025-04-10 20:00")
        haven = _answered(app)
        app.close()
        head = next(one for one in slack.heads if one.get("key") == ALERT)
        there = [one for one in slack.posted if head["ts"] in (one["ts"], one.get("thread_ts"))]
        pngs = {name: one["bytes"] for name, one in slack.uploads.items()}
        told = new_york("2025-04-10 18:30").astimezone(NEW_YORK)
        posted = {"blocks": slack_blocks(hook.pages[ALERT])}
        return (
            mail.pages,
            slack_page([posted], {}, told, "rates-desk"),
            slack_page(there, pngs, told, "rates-desk"),
            haven,
        )


def _answered(app: App) -> str:
    """How the slash command is answered now, as Slack shows it."""
    command = Command("/haven", "", "U01", "ann", CONVERSATION, key="", response_url="")
    message = CommandReplies(app, frozenset({CONVERSATION})).answer(command, parse(command)).message
    assert message is not None
    at = app.clock.now().astimezone(NEW_YORK)
    return slack_page([{"blocks": slack_blocks(message)}], {}, at, "rates-desk")


def _shoot(browser: str, document: str, path: Path, width: int, height: int, *, dark: bool) -> None:
    """A picture of a document."""
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "page.html", Path(folder) / "shot.png"
        page.write_text(_scheme(document, dark=dark), encoding="utf-8")
        subprocess.run(
            [
                browser,
                *FLAGS,
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--screenshot={shot}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        shutil.copyfile(shot, path)


def _crop(path: Path) -> None:
    """Leave out what is blank below."""
    picture = Picture.open(path).convert("RGB")
    blank = Picture.new("RGB", picture.size, picture.getpixel((0, picture.height - 1)))
    found = ImageChops.difference(picture, blank).getbbox()
    if found is not None:
        picture.crop((0, 0, picture.width, found[3] + MARGIN)).save(path)


def _make_small(path: Path) -> None:
    """Leave a picture few enough colours to be small."""
    picture = Picture.open(path).convert("RGB")
    few = picture.quantize(256, Picture.Quantize.MAXCOVERAGE, dither=Picture.Dither.NONE)
    few.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        sys.exit(f"{path}: {path.stat().st_size} bytes, at most {MOST_BYTES} wanted")


def _scheme(document: str, *, dark: bool) -> str:
    """The document with what it says for a dark screen always so, or never."""
    always = "all" if dark else "not all"
    return re.sub(r"\(prefers-color-scheme: dark\)", always, document)


if __name__ == "__main__":
    raise SystemExit(main())
