"""The key by which a channel recognises a message."""

from __future__ import annotations

from typing import Final

# What the key of a message to a second channel ends in.
ESCALATED: Final = "/escalated"


def message_key(transition_id: str, *, is_escalation: bool) -> str:
    """The key of a transition's message. The same to a second channel, with other words, is another
    message: a receiver of both must not take it for a repeat."""
    return f"{transition_id}{ESCALATED}" if is_escalation else transition_id
