"""The connections of the status page: each has so long for a whole request, and there is always
room for another, so that a probe is answered whoever else holds on."""

from __future__ import annotations

from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

# So long a request may take to come whole, and a connection may wait for its next one.
REQUEST_S: Final = 20
LOOK_EACH_S: Final = 5
# From so many on, the one that has waited longest gives its place to a new one.
MOST_WAITING: Final = 100
# waitress would accept nobody else from here on, which does not come about.
MOST_CONNECTIONS: Final = 2 * MOST_WAITING


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose time runs from the beginning of a request, not from its last byte."""

    last_activity: float

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None):  # noqa: A002
        super().__init__(server, sock, addr, adj, map=map)
        waiting = [one for one in map.values() if isinstance(one, Channel) and not one.requests]
        if len(waiting) > MOST_WAITING:
            min(waiting, key=lambda one: one.last_activity).will_close = True

    def handle_read(self) -> None:
        """Take in what came; a part of a request does not buy it more time."""
        began = None if self.request is None else self.last_activity
        super().handle_read()
        if began is not None and self.request is not None:
            self.last_activity = began


def use_channels(sockets: dict[int, Any]) -> None:
    """Have the servers among some sockets make such connections."""
    for server in sockets.values():
        if isinstance(server, BaseWSGIServer):
            server.channel_class = Channel
