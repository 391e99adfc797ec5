"""The alerts for programs: which are asked for, and how they are given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from alerts.model import Alert
from alerts.states import AlertState
from monitor.known_names import did_you_mean, listed
from rules.terms import Severity

USUAL_LIMIT: Final = 100
MOST: Final = 1000
PARAMETERS: Final = ("state", "severity", "rule", "since", "limit")


class Unasked(Exception):
    """The query cannot be answered; `problems` says each mistake."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Asked:
    """Which alerts are wanted; None = any. `since`: opened then or later."""

    state: AlertState | None = None
    severity: Severity | None = None
    rule: str | None = None
    since: datetime | None = None
    limit: int = USUAL_LIMIT

    def matching(self, alerts: Sequence[Alert]) -> list[Alert]:
        """All that are wanted, the newest first, those of one instant by id."""
        found = [one for one in alerts if self._wants(one)]
        return sorted(found, key=lambda one: (-one.opened_at.timestamp(), one.alert_id))

    def _wants(self, alert: Alert) -> bool:
        return (
            self.state in (None, alert.state)
            and self.severity in (None, alert.severity)
            and self.rule in (None, alert.rule_id)
            and (self.since is None or alert.opened_at >= self.since)
        )


def asked(query: Mapping[str, str], rules: Collection[str]) -> Asked:
    """What a query asks for. Raises Unasked with every mistake in it."""
    problems = [
        f"{name}: unknown parameter; {did_you_mean(name, PARAMETERS)}"
        for name in query
        if name not in PARAMETERS
    ]
    states, severities = [one.value for one in AlertState], [one.label for one in Severity]
    state = _one_of("state", query, states, problems)
    severity = _one_of("severity", query, severities, problems)
    rule = _one_of("rule", query, rules, problems)
    since, limit = _since(query, problems), _limit(query, problems)
    if problems:
        raise Unasked(problems)
    return Asked(
        None if state is None else AlertState(state),
        None if severity is None else Severity[severity.upper()],
        rule,
        since,
        limit,
    )


def document(
    shown: Sequence[dict[str, Any]], matching: int, links: Mapping[str, str], pages: Sequence[str]
) -> dict[str, Any]:
    """The answer: how many match, those shown, and where each has its page."""
    return {
        "matching": matching,
        "shown": len(shown),
        "links": dict(links),
        "alerts": [
            {**one, "links": {"page": page}} for one, page in zip(shown, pages, strict=True)
        ],
    }


def _one_of(
    name: str, query: Mapping[str, str], known: Collection[str], problems: list[str]
) -> str | None:
    value = query.get(name)
    if value is not None and value not in known:
        problems.append(f"{name}: expected one of {listed([*known], value)}, got {value!r}")
    return value


def _since(query: Mapping[str, str], problems: list[str]) -> datetime | None:
    """A day, from its midnight in UTC on, or an instant with its zone."""
    text = query.get("since")
    if text is None:
        return None
    moment = _instant(text)
    if moment is None:
        wanted = "a day (2025-04-10) or an instant with its zone (2025-04-10T22:30:00Z)"
        problems.append(f"since: expected {wanted}, got {text!r}")
    return moment


def _instant(text: str) -> datetime | None:
    try:
        if len(text) == len("2025-04-10"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment


def _limit(query: Mapping[str, str], problems: list[str]) -> int:
    text = query.get("limit", str(USUAL_LIMIT))
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST:
        return int(text)
    problems.append(f"limit: expected a whole number from 1 to {MOST}, got {text!r}")
    return USUAL_LIMIT
