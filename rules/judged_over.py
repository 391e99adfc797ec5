"""What the period of an alert is."""

from __future__ import annotations

import enum


class JudgedOver(enum.StrEnum):
    """What the period of an alert is, which its month's transactions are more or less than. What is
    NOT_SETTLED is no question that they answer."""

    SESSION = "session"
    WEEK = "week"
    MONTH = "month"
    WINDOW = "up to 21 sessions"
    NOT_SETTLED = "not settled"
