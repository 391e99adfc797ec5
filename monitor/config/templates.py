"""The desk's own templates of messages: read, and tried on an example of each kind of message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from alerts.channel import Channel
from alerts.message.message import About, Message
from alerts.message.sections import Bar, Bars, Text
from monitor.errors import Problem
from rules.model import Evidence

if TYPE_CHECKING:
    from alerts.message.own_template import OwnTemplate

Templates: TypeAlias = "Mapping[str, OwnTemplate]"
REMEDY = "correct it; docs/channels.md lists the names, filters and limits"
DAY = date(2025, 4, 10)


def own_templates(
    channels: Mapping[str, Channel], folder: Path, problems: list[Problem]
) -> dict[str, OwnTemplate]:
    """The template of each channel that names one, found beside the configuration; what cannot be
    read, or fails on an example, is a problem."""
    if not any(getattr(one, "template", "") for one in channels.values()):
        return {}
    # Only who has one waits for what reads it.
    from alerts.message.own_template import OwnTemplate, TemplateFailed

    found = {}
    for name, channel in channels.items():
        file = str(getattr(channel, "template", ""))
        if not file:
            continue
        where = f"channels.{name}.template"
        try:
            template = OwnTemplate.of((folder / file).read_text(encoding="utf-8"))
            for example in examples():
                template.applied(example)
        except TemplateFailed as error:
            problems.append(Problem(where, f"{file}: {error}", REMEDY))
        except UnicodeDecodeError:
            problems.append(Problem(where, f"{file} is not UTF-8", "save it as UTF-8"))
        except OSError as error:
            what = f"{file} cannot be read: {error.strerror}"
            problems.append(Problem(where, what, f"put it into {folder.absolute()}"))
        else:
            found[name] = template
    return found


def examples() -> tuple[Message, ...]:
    """An alert that opened, one that somebody acknowledged, and a digest."""
    line = Evidence("S&P 500", -3.46, "pct", DAY, "Cboe", -1.0)
    about = About(
        alert_id="joint_selloff/us/2025-04-10",
        rule_id="joint_selloff",
        rule_title="Joint selloff",
        subject="us",
        period_end=DAY,
        severity="critical",
        state="open",
        reason="opened",
        provisional=False,
        late=False,
        known_at=datetime(2025, 4, 10, 22, 30, tzinfo=UTC),
        acknowledged_by="",
        evidence=(line, replace(line, label="10-year yield", value=None, threshold=None)),
    )
    opened = Message(
        key="joint_selloff/us/2025-04-10#1",
        tone="critical",
        kicker="CRITICAL · Joint selloff · Thu 10 Apr 2025 · opened",
        title="S&P −3.5% · 10y +6bp · DXY −2.0%",
        subject="[CRITICAL] S&P −3.5% · 10y +6bp · DXY −2.0%",
        sections=(
            Text("It fell.", "What happened"),
            Bars("Against the thresholds", (Bar("S&P 500", "−3.46%", "−1.00%", 3.46),)),
        ),
        footer=about.alert_id,
        about=about,
        brief=("7 sessions this severe since 2015.", "Prices alone do not show who sold."),
    )
    answered = replace(about, reason="acknowledged", acknowledged_by="Ann")
    said = (Text("Acknowledged by Ann.", strong=True), *opened.sections)
    digest = replace(opened, key="digest/2025-04-10", about=None, brief=(), sections=(Text("No."),))
    return opened, replace(opened, about=answered, sections=said, link="https://x"), digest
