"""From a file of the desk's own to its own rule to a message in Slack, by a configuration alone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.app import App
from monitor.cli.backfill import backfill
from monitor.clock import SimulatedClock
from monitor.config.load import load
from monitor.config.plugins import source_types
from monitor.history.replay import RecordingChannel
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.support import new_york

BEGINS, ENDS = date(2025, 1, 2), date(2025, 3, 7)
OWN = """
[sources.gold]
type = "table"
publisher = "the desk's terminal"
base_url = "{folder}"
path = "/gold.csv"
columns.close = {{ column = "Close", title = "Gold", unit = "index", plausible = [100, 20000] }}

[series.gold_in_euro]
title = "Gold, hundredths"
unit = "index"
sum = {{ "gold.close" = 0.01 }}

[rules.gold_jump]
type = "conditions"
title = "Gold jump"
kind = "event"
all = [{{ series = "gold_in_euro", change_pct = 1, above_pct = {{ notice = 2, warning = 3 }} }}]
caveat = "One market alone."
falsifier = "A fall as large the next day."

[channels.slack]
conversation = "{conversation}"
base_url = "{slack}"

[routing]
warning = ["slack"]
critical = ["slack"]
digest = ["console"]
"""


def write_closes(path: Path, last: float | None = None) -> None:
    """A file as a terminal exports it: a preamble, then a row a weekday."""
    days = [BEGINS + timedelta(days=n) for n in range((ENDS - BEGINS).days + 1)]
    closes = {day: 2600.0 + n for n, day in enumerate(days) if day.weekday() < 5}
    if last is not None:
        closes[ENDS + timedelta(days=3)] = last
    lines = ["Exported from the terminal", "date,Close"]
    path.write_text("\n".join([*lines, *(f"{d},{c}" for d, c in closes.items())]), "utf-8")


@pytest.fixture
def config(tmp_path: Path) -> str:
    off = "".join(f"[sources.{name}]\nenabled = false\n" for name in source_types())
    return OWN + off.replace("[sources.table]\nenabled = false\n", "")


def load_past(app: App, folder: Path) -> None:
    """A first tick over the history in the file."""
    write_closes(folder / "gold.csv")
    backfill(app, (), BEGINS, app.clock.now())
    app.tick(app.clock.now())


def jump(app: App, clock: SimulatedClock, folder: Path) -> None:
    """The evening on which the file has a jump."""
    write_closes(folder / "gold.csv", last=2600.0 + 64 + 100)
    clock.advance_to(new_york("2025-03-10 18:31"))
    app.tick(clock.now())
    app.tick(clock.now() + timedelta(seconds=15))
    app.close()


@pytest.mark.parametrize(("started", "is_named"), [("03-13 09:00", True), ("03-20 09:00", False)])
def test_a_jump_before_the_first_look_is_history_and_the_log_names_it(
    tmp_path: Path, config: str, caplog: pytest.LogCaptureFixture, started: str, is_named: bool
) -> None:
    text = config.format(
        folder=tmp_path.as_uri(), conversation=CONVERSATION, slack="https://slack.com/api"
    )
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    found = load(tmp_path / "config.toml", {"HAVENWATCH_SLACK_TOKEN": TOKEN})
    at = new_york(f"2025-{started}")
    app = App(found, SimulatedClock(at), channels={"console": RecordingChannel()})
    write_closes(tmp_path / "gold.csv", last=2600.0 + 64 + 100)
    backfill(app, (), BEGINS, at)
    assert not [one for one in app.tick(at) if one.after.rule_id == "gold_jump"]
    app.close()
    said = "gold_jump/desk/2025-03-10: known since 2025-03-10T22:00:00Z, so it is history"
    assert (said in caplog.text) is is_named


TAGGED = """
[channels.desk]
type = "console"

[[routing.routes]]
tags = ["met*"]
channels = ["desk"]
"""


def test_a_rule_with_a_tag_is_routed_by_it_and_its_message_names_it(
    tmp_path: Path, config: str
) -> None:
    text = config.format(
        folder=tmp_path.as_uri(), conversation=CONVERSATION, slack="https://slack.com/api"
    )
    text = text.replace('kind = "event"', 'kind = "event"\ntags = ["metals", "desk"]')
    (tmp_path / "config.toml").write_text(text + TAGGED, encoding="utf-8")
    found = load(tmp_path / "config.toml", {"HAVENWATCH_SLACK_TOKEN": TOKEN})
    channels = {name: RecordingChannel() for name in ("console", "slack", "desk")}
    clock = SimulatedClock(new_york("2025-03-10 09:00"))
    app = App(found, clock, channels=channels)
    load_past(app, tmp_path)
    jump(app, clock, tmp_path)
    (page,) = [one for one in channels["desk"].pages if one.about is not None]
    assert page.about is not None
    assert page.about.tags == ("metals", "desk")
    assert [one for one in channels["slack"].pages if one.about is not None] == []


def test_a_jump_in_a_file_of_the_desk_is_a_message_in_slack(tmp_path: Path, config: str) -> None:
    clock = SimulatedClock(new_york("2025-03-10 09:00"))
    with SlackStandin() as slack:
        text = config.format(
            folder=tmp_path.as_uri(), conversation=CONVERSATION, slack=slack.base_url
        )
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        found = load(tmp_path / "config.toml", {"HAVENWATCH_SLACK_TOKEN": TOKEN})
        app = App(found, clock)
        load_past(app, tmp_path)
        assert slack.messages == []
        jump(app, clock, tmp_path)
        head, chart = slack.messages
        said = str(head)
    assert "Gold jump" in said
    assert "Gold, hundredths +3.75%" in said
    assert "who sold" not in said
    assert chart["thread_ts"] == head["ts"]
    assert "Mon 10 Mar 2025" in said
    thread = str(slack.posted)
    assert "One market alone." in thread
    assert "A fall as large the next day." in thread
