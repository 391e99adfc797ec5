"""Any of the services that the Apprise library knows, by its URLs."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Final

from annotated_types import Interval

from alerts.channel import Reached, Sent, Undelivered
from alerts.message.forms import Form, in_form
from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.transport.outbound_call import WHOLE, GivenUp, OutboundCall, left_behind

# A tone's name among Apprise's kinds of notification.
KINDS: Final = {
    "critical": "failure",
    "warning": "warning",
    "notice": "info",
    "resolved": "success",
    "plain": "info",
}
# Lets through what is below a logger of this name, which is nothing.
_SILENCE: Final = logging.Filter("nobody")


@dataclass(frozen=True, kw_only=True)
class Apprise:
    """Sends each page as plain text to one or several Apprise URLs, which are secrets. A redirect
    is followed only where a URL says `redirect=yes`.

    Nothing can be asked what it has: a message that may have arrived before the program was killed
    or the connection broke is sent again, and may be seen twice.
    """

    channel_type: ClassVar[str] = "apprise"
    shows_images: ClassVar[bool] = False

    enabled: bool = True
    urls_env: str = "HAVENWATCH_APPRISE_URLS"
    message: Form = "full"
    template: str = ""
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The URLs, separated by spaces or commas."""
        return (self.urls_env,)

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """That the library is there and knows the URLs; it can ask nothing of a service."""
        named = [name for name, _ in self._services(_library(), secrets[self.urls_env])]
        only = "only a test message shows whether they answer"
        return Reached(f"the library knows {', '.join(named)}; {only}")

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """How many took it. Those that did not are `missing`, and are tried again alone, so that
        the others are not told twice."""
        apprise = _library()
        every = self._services(apprise, secrets[self.urls_env])
        services = [one for one in every if one[0] in message.origin.parts] or every
        said = {
            "title": message.subject,
            "body": plain_text(in_form(message, self.message)),
            "notify_type": apprise.NotifyType(KINDS[message.tone]),
            "body_format": apprise.NotifyFormat.TEXT,
        }
        silent = []
        with OutboundCall(WHOLE * self.timeout_s) as under_way:
            for name, one in services:
                if not _is_taken(under_way, partial(_notify, apprise, one, said)):
                    silent.append(name)
        if len(silent) == len(services):
            # It does not say why, so nobody knows whether it arrived.
            problem = f"apprise: not taken by {', '.join(silent)}"
            problem += f": {under_way.why}" if under_way.why else ""
            raise Undelivered(problem, permanent=False, unsure=True)
        taken = f"taken by {len(services) - len(silent)} of {len(services)}"
        remark = f"not taken by {', '.join(silent)}" if silent else ""
        return Sent(taken, remark, tuple(silent))

    def _services(self, apprise: Any, urls: str) -> list[tuple[str, Any]]:
        """Each service with its name, which is its URL's scheme and place."""
        found = []
        asset = apprise.AppriseAsset(http_redirects=False)
        for place, url in enumerate(re.split(r"[,\s]+(?=[\w+-]+://)", urls.strip(" ,\n\t")), 1):
            service = apprise.Apprise.instantiate(url, asset=asset)
            if service is None:
                problem = f"URL {place} in {self.urls_env} is not one that Apprise supports"
                raise Undelivered(problem, permanent=True)
            found.append((f"{url.partition('://')[0]} (URL {place})", service))
        return found


def _library() -> Any:
    try:
        import apprise
    except ImportError:
        problem = "Apprise is not installed: pip install '.[apprise]' in its checkout"
        raise Undelivered(problem, permanent=True) from None
    # Its log repeats URLs, which are secrets.
    logging.getLogger("apprise").addFilter(_SILENCE)
    return apprise


def _is_taken(under_way: OutboundCall, notify: Callable[[], bool]) -> bool:
    """Whether a service took it. The library reads without an end from one that drips, so it is
    left alone with that."""
    try:
        return left_behind(under_way, notify)
    except GivenUp:
        return False


def _notify(apprise: Any, service: Any, said: Mapping[str, Any]) -> bool:
    one = apprise.Apprise()
    one.add(service)
    return bool(one.notify(**said))
