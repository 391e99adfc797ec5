"""A Slack and a mail server that keep of each message its key, so that ten years fit in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any, Final

from tests.alerts.slack_standin import Answer, SlackStandin
from tests.soak.neighbours import Arrived

SHOWN: Final = 120

Now = Callable[[], datetime]


class KeepsKeys(SlackStandin):
    """A Slack that forgets what its messages say, and the bytes of charts."""

    def __init__(self, now: Now, taken: list[Arrived]):
        super().__init__()
        self._now, self._taken = now, taken

    def _keep(self, message: dict[str, Any]) -> str:
        stamp = super()._keep(message)
        key = message.get("key", "")
        if key:
            self._taken.append(Arrived(self._now(), "slack", key, message["text"][:SHOWN]))
        for name in ("blocks", "attachments", "files"):
            message.pop(name, None)
        return stamp

    def _share(self, call: dict[str, Any]) -> Answer:
        answer = super()._share(call)
        for file in call["files"]:
            self.uploads[file["id"]]["bytes"] = b""
        return answer


class KeptIds(list[tuple[tuple[str, ...], bytes]]):
    """Mails of which the id and the subject are noted and nothing is kept."""

    def __init__(self, now: Now, taken: list[Arrived]):
        super().__init__()
        self._now, self._taken = now, taken

    def append(self, mail: tuple[tuple[str, ...], bytes], /) -> None:
        """Take a mail."""
        # Its subject as a reader sees it, also where it is encoded.
        head = message_from_bytes(mail[1].partition(b"\r\n\r\n")[0], policy=policy.default)
        subject, key = str(head["Subject"])[:SHOWN], str(head["Message-ID"])
        self._taken.append(Arrived(self._now(), "email", key, subject))
