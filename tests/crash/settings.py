"""The configuration of the crash matrix: its receivers, and the publishers of the day or of the
session."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from monitor.config.plugins import source_types
from tests.alerts.slack_standin import CONVERSATION
from tests.crash import session
from tests.crash.script import clock_times

WATCHED: Final = ("table", "treasury_tic")

CONFIG = """\
[follow_up]
acknowledged_for_hours = 1

[routing]
warning = ["slack", "hook", "mail"]
critical = ["slack", "hook"]
operational = ["slack"]
escalation = ["duty"]
digest = ["slack", "mail"]

[channels.slack]
conversation = "{conversation}"
base_url = "{slack}"

[channels.hook]
type = "webhook"

[channels.mail]
type = "email"
host = "localhost"
port = {port}
ca_file = "{ca_file}"
username = "havenwatch"
password_env = "PASSWORD"
sender = "bot@example.org"
to = ["desk@example.org"]

[channels.duty]
type = "email"
host = "localhost"
port = {port}
ca_file = "{ca_file}"
username = "havenwatch"
password_env = "PASSWORD"
sender = "bot@duty.example.org"
to = ["duty@example.org"]
"""

SOURCES = """\
[sources.treasury_tic]
base_url = "{tic}"

[sources.table]
base_url = "{feed}"
publisher = "The script"
path = "/dxy.csv"
delimiter = ";"
date_column = "Date"
date_format = "%d.%m.%Y"
known_at = "09:00"
lag_business_days = 0
grows = true
stale_after_hours = 700
min_interval_s = 0.01
poll_at = {poll_at}
columns.dxy = {{ column = "PX_LAST", title = "DXY", unit = "index", plausible = [50.0, 200.0] }}
"""


def receivers_at(slack: str, port: int, ca_file: Path | str) -> str:
    """Who is told, behind the addresses of the stand-ins."""
    return CONFIG.format(conversation=CONVERSATION, slack=slack, port=port, ca_file=ca_file)


def sources_at(url: Callable[[str], str], *, is_session: bool) -> str:
    """Of the scripted day the desk's own table and TIC; of a session its closes and quotes."""
    watched = session.WATCHED if is_session else WATCHED
    off = [name for name in source_types() if name not in watched]
    found = "".join(f"[sources.{name}]\nenabled = false\n" for name in off)
    if is_session:
        return found + session.CONFIG.format(quotes=url("yahoo_quotes"), closes=url("closes"))
    times = json.dumps(clock_times())
    return found + SOURCES.format(feed=url("table"), tic=url("treasury_tic"), poll_at=times)
