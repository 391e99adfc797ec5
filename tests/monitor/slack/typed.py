"""Slash commands typed at the stand-in of Socket Mode, and their answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from monitor.app import App
from tests.alerts.socket_standin import Envelope, SocketStandin


def asked(socket: SocketStandin, text: str, **other: str) -> dict[str, Any]:
    """The answer to a command, which is acknowledged first."""
    before = len(socket.told)
    socket.wait_acknowledged(socket.command(text, **other))
    socket.wait_told(before + 1)
    assert socket.refused == []
    return socket.told[-1]


def shown(socket: SocketStandin, text: str, **other: str) -> str:
    """What the acknowledgement of a command shows."""
    before = len(socket.shown)
    socket.wait_acknowledged(socket.command(text, **other))
    assert socket.refused == []
    (found,) = socket.shown[before:]
    assert found["response_type"] == "ephemeral"
    return str(found["text"])


def deliver_again(socket: SocketStandin, envelope: Envelope, answers: int) -> None:
    """Deliver an envelope again, then ask something else, whose answer is the next."""
    socket.deliver({**envelope, "retry_attempt": 1, "retry_reason": "timeout"})
    socket.wait_acknowledged(envelope)
    asked(socket, "verdict")
    assert len(socket.told) == answers + 1


@contextmanager
def locked(app: App) -> Iterator[None]:
    """Inside it, another program holds the write lock."""
    assert app.database.path is not None
    other = sqlite3.connect(app.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()
