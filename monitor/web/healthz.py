"""Whether the bot is alive and its data can be trusted; what the market does is another matter."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.check.check import WARNING, HealthCheck

UNREADABLE = "the database is missing or cannot be read; see: havenwatch check"


@dataclass(frozen=True)
class ServiceHealth:
    """Why the bot cannot be trusted, in words; well where there is no reason."""

    reasons: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether there is none."""
        return not self.reasons

    @property
    def status(self) -> int:
        """The HTTP status."""
        return 200 if self.is_well else 503

    def text(self) -> str:
        """`ok`, or a reason a line."""
        return "ok\n" if self.is_well else "".join(f"{one}\n" for one in self.reasons)

    def as_json(self) -> dict[str, object]:
        """The same for a program."""
        return {"status": "ok" if self.is_well else "unwell", "reasons": list(self.reasons)}


def wellness(found: HealthCheck) -> ServiceHealth:
    """What a check says of the program itself. An alert of the market is no reason, and no reason
    repeats a publisher's, a channel's or the system's words: who asks need not have logged in."""
    if found.facts is None:
        return ServiceHealth((UNREADABLE,))
    return ServiceHealth(tuple(one.public_text for one in found.troubles if one.code != WARNING))
