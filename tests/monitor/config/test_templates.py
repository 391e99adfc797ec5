"""A desk's own template in the configuration: checked when it is read, never in an alert's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import pytest

from alerts.channel import Sent
from alerts.message.message import Message
from alerts.message.own_template import OwnTemplate
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.errors import ConfigInvalid
from monitor.ingest.calendars import NEW_YORK
from state.database import Database
from state.outbox import Outbox
from state.partial_deliveries import PartialDeliveries
from tests.alerts.fault_runs import AT, HORIZON, OPENED, RETRY, AlertSummary


def config_with(folder: Path, source: str | bytes, **settings: str) -> object:
    kept = source if isinstance(source, bytes) else source.encode()
    (folder / "desk.j2").write_bytes(kept)
    block = {"template": "desk.j2", **settings}
    return build({"channels": {"console": block}}, {}, folder)


def refusal(folder: Path, source: str | bytes) -> str:
    with pytest.raises(ConfigInvalid) as caught:
        config_with(folder, source)
    return str(caught.value)


def test_one_that_works_is_kept_as_it_is(tmp_path: Path) -> None:
    found = config_with(tmp_path, "{{ title }}")
    assert getattr(found, "templates") == {"console": OwnTemplate("{{ title }}")}  # noqa: B009


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("fine\n{{ sevrity }}", "desk.j2: line 2: 'sevrity' is undefined"),
        ("{% if kind == 'digest' %}{{ nothing }}{% endif %}x", "'nothing' is undefined"),
        (b"\xff\xfe", "desk.j2 is not UTF-8"),
    ],
)
def test_a_mistake_is_said_with_its_line_and_what_to_do(
    tmp_path: Path, source: str | bytes, said: str
) -> None:
    problem = refusal(tmp_path, source)
    assert "channels.console.template" in problem
    assert said in problem
    assert "docs/channels.md" in problem or "UTF-8" in problem


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"gone\.j2 cannot be read"):
        build({"channels": {"console": {"template": "gone.j2"}}}, {}, tmp_path)


@dataclass
class Keeping:
    """A channel that keeps what it is sent."""

    channel_type: ClassVar[str] = "keeping"
    enabled: bool = True
    secret_names: tuple[str, ...] = ()
    got: list[Message] = field(default_factory=list)

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.got.append(page)
        return Sent("kept")


def test_one_that_fails_on_a_message_loses_none_and_says_so(tmp_path: Path) -> None:
    """It divides by what only this message has none of."""
    channel = Keeping()
    AlertSummary(tmp_path)._promise(database := Database(tmp_path / "havenwatch.db"), 1)
    template = OwnTemplate("{{ 1 / (lines|length) }}")
    pages = MessageBuilder(database, {"joint_selloff": "Joint selloff"}, NEW_YORK)
    Notifier(
        database,
        {"desk": channel},
        {},
        pages,
        RETRY,
        HORIZON,
        SimulatedClock(AT),
        templates={"desk": template},
    ).dispatch(AT)
    (sent,) = channel.got
    assert sent.key == OPENED
    assert not sent.has_own_words
    (left,) = PartialDeliveries(database).remarked()
    assert left.problem is not None
    assert "its template failed, so it was sent in the usual words: line 1: Zero" in left.problem
    assert Outbox(database).next_due(["desk"]) is None
    database.close()
