"""Charts on their way to a channel: with the words, and never in their way."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from alerts.channel import Sent
from alerts.lifecycle import step
from alerts.message.alert_chart import described
from alerts.message.message import Message
from alerts.message.sections import Bars, Image
from alerts.states import Reason
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.deliver.chart_cache import SEEN_BACK, ChartRenderer, warm_up
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from rules.catalog.joint_selloff import JointSelloff
from rules.model import Panel
from rules.plot import Plot, plots_of
from rules.terms import Kind
from tests.begun import Begun
from tests.fifty_years import LOADED_AT
from tests.support import panel_of, signal, watch


@dataclass
class Seeing:
    """A channel that shows images."""

    channel_type: ClassVar[str] = "seeing"
    enabled: bool = True
    pages: list[Message] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.pages.append(page)
        return Sent("ok")


class Undrawable(JointSelloff):
    """A rule whose chart always fails."""

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        raise ZeroDivisionError


def told(
    standins: Standins, clock: SimulatedClock, folder: Path, channel: Seeing | RecordingChannel,
    rule: JointSelloff, begun: Begun,
) -> Message:  # fmt: skip
    rules, until = {"joint_selloff": rule}, "2025-04-08 18:00"
    app = begun(standins, clock, folder, channel, rules=rules, until=until)
    watch(app, clock, "2025-04-08 23:00")
    app.close()
    (page,) = channel.pages
    assert page.footer == "joint_selloff/us/2025-04-08"
    return page


def test_an_alert_is_told_with_its_chart_below_the_bars(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    page = told(standins, clock, tmp_path, Seeing(), JointSelloff(), begun)
    (image,) = page.images
    place = page.sections.index(image)
    assert isinstance(page.sections[place - 1], Bars)
    assert "S&P 500 close: 4,982.77 on Tue 8 Apr 2025" in image.described
    assert image.heading == "The last 63 sessions"


@pytest.mark.slow
def test_a_chart_that_cannot_be_drawn_holds_up_no_words(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    begun: Begun,
) -> None:
    page = told(standins, clock, tmp_path, Seeing(), Undrawable(), begun)
    assert page.images == ()
    assert page.title.startswith("S&P −1.6%")
    assert "no chart of joint_selloff/us/2025-04-08#1" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.slow
def test_nothing_is_drawn_for_a_channel_of_words(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    begun: Begun,
) -> None:
    page = told(standins, clock, tmp_path, RecordingChannel(), Undrawable(), begun)
    assert page.images == ()
    assert "no chart" not in caplog.text


@pytest.mark.slow
def test_two_channels_get_the_same_chart_drawn_once(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    one, other = Seeing(), Seeing()
    app = begun(
        standins,
        clock,
        tmp_path,
        one,
        more_channels={"other": other},
        channels={"other": {"type": "console"}},
        routing={"warning": ["console", "other"]},
        until="2025-04-08 18:00",
    )
    watch(app, clock, "2025-04-08 23:00")
    app.close()
    images = [page.sections for channel in (one, other) for page in channel.pages]
    first, second = (next(s for s in sections if isinstance(s, Image)) for sections in images)
    assert first is second


@pytest.mark.slow
def test_an_operational_message_has_no_chart(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    begun: Begun,
) -> None:
    channel = Seeing()
    app = begun(standins, clock, tmp_path, channel, routing={"operational": ["console"]})
    standins.faults["cboe"] = lambda reply: type(reply)(503, b"", "text/plain")
    watch(app, clock, "2025-04-10 12:00")
    app.close()
    operational = [page for page in channel.pages if page.footer.startswith("source_health")]
    assert operational
    assert not any(page.images for page in operational)
    assert "no chart" not in caplog.text


def test_a_message_sent_late_shows_what_was_known_when_it_was_decided() -> None:
    asked: list[datetime] = []

    def known(series_ids: Sequence[str], at: datetime, first_period: date) -> Panel:
        asked.append(at)
        return panel_of(JointSelloff(), [], at)

    drawing = ChartRenderer([JointSelloff()], known)
    opened = step(None, signal(), Kind.EVENT, timedelta(hours=42))
    assert opened is not None
    assert drawing.chart(opened) is None  # nothing was known
    assert asked == [signal().known_at]
    assert drawing.chart(replace(opened, reason=Reason.ACKNOWLEDGED)) is None
    assert len(asked) == 1


@pytest.mark.slow
def test_the_years_that_are_read_show_the_same_as_all_of_them(
    tmp_path: Path, fifty_years: Path
) -> None:
    shutil.copy(fifty_years, tmp_path)
    clock = SimulatedClock(LOADED_AT)
    app = App(build({}, {}, tmp_path), clock, tmp_path / "havenwatch.db")
    drawn = 0
    series = tuple(dict.fromkeys(name for rule in app.rules for name in rule.series))
    everything = app.reading.archive.history(series, LOADED_AT)
    for rule in app.rules:
        history = everything.only(rule.series)
        for judged in rule.judge(history.as_of(LOADED_AT)):
            for row in np.flatnonzero(judged.severity > 0)[-1:]:
                one = judged.outline(int(row))
                whole = history.as_of(one.known_at)
                cut = app.reading.known(rule.series, one.known_at, one.period_end - SEEN_BACK)
                assert len(cut.frame) < len(whole.frame)
                said = [
                    described(plots_of(rule, panel, one.subject, one.period_end), one.period_end)
                    for panel in (whole, cut)
                ]
                assert said[0] == said[1]
                drawn += 1
    app.close()
    assert drawn >= 10


def test_warming_up_draws_and_says_nothing() -> None:
    warm_up()
