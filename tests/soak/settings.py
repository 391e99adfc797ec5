"""The configuration of the soak: every source, rule and channel that the stand-ins can."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from monitor.app import App
from monitor.cli.main import NEW_OBJECTS
from monitor.config.load import load
from monitor.config.plugins import source_types
from monitor.ingest.calendars import at_local
from monitor.service.heap import limit_heap
from monitor.tick_hooks import TickHook
from tests.soak.costs import Stages
from tests.soak.neighbours import Neighbours, neighbours

CONVERSATION: Final = "C0123ABCD"
SECRETS: Final = {"SOAK_SLACK_TOKEN": "xoxb-test-token", "SOAK_SMTP_PASSWORD": "correct horse"}
DATABASE: Final = "havenwatch.db"
CONFIG: Final = """\
[state]
path = "{database}"

[routing]
warning = ["slack", "email"]
critical = ["slack", "email"]
operational = ["slack"]
digest = ["slack", "email"]

[intraday]
enabled = true

[channels.console]
enabled = false

[channels.slack]
enabled = true
conversation = "{conversation}"
token_env = "SOAK_SLACK_TOKEN"
base_url = "{slack}"

[channels.email]
enabled = true
host = "localhost"
port = {port}
ca_file = "{ca_file}"
username = "havenwatch"
password_env = "SOAK_SMTP_PASSWORD"
sender = "havenwatch@example.org"
to = ["desk@example.org"]

[sources.yahoo_quotes]
base_url = "{quotes}"
poll_every_s = 900
"""
# Between auctions of notes and bonds are up to two weeks; no bills are among the figures.
MORE: Final = {"fiscaldata_auctions": "stale_after_hours = 240\n"}
# A desk's own, which needs a block of its own.
LEFT_OUT: Final = "table"


@contextmanager
def running(folder: Path, figures: Path, day: date) -> Iterator[tuple[App, Neighbours, Stages]]:
    """The program over a folder from a day on, beside stand-ins that keep their figures in another;
    its process manages memory as `havenwatch run` does and logs nothing."""
    logging.disable(logging.ERROR)
    limit_heap()
    gc.set_threshold(NEW_OBJECTS)
    stages = Stages()
    with (
        neighbours(figures, at_local(day, datetime.min.time())) as around,
        closing(program(folder, around, stages.reach)) as app,
    ):
        yield app, around, stages


def program(folder: Path, around: Neighbours, observe: TickHook) -> App:
    """The program over a database in a folder, with everything at the stand-ins."""
    folder.mkdir(parents=True, exist_ok=True)
    text = CONFIG.format(
        database=DATABASE,
        conversation=CONVERSATION,
        slack=around.slack,
        port=around.smtp_port,
        ca_file=around.ca_file,
        quotes=around.publishers["yahoo_quotes"],
    )
    for name in source_types():
        if name != LEFT_OUT:
            url = around.publishers[name]
            text += f'\n[sources.{name}]\nbase_url = "{url}"\n{MORE.get(name, "")}'
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return App(load(path, SECRETS), around.clock, observe=observe)
