"""The connections of the status page: each has so long for a whole request, and there is always
room for another, so that a probe is answered whoever else holds on."""

from __future__ import annotations

from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

# So long a request may take to come whole, and a connection may wait for its next one.
REQUEST_S: Final = 20
LOOK_EACH_S: Final = 5
# From so many on, the oldest gives its place to a new one.
MOST_WAITING: Final = 100
# waitress would accept nobody else from here on, which does not come about.
MOST_CONNECTIONS: Final = 2 * MOST_WAITING


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose time runs from the beginning of a request, not from its last byte."""

    creation_time: float
    last_activity: float

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None):  # noqa: A002
        super().__init__(server, sock, addr, adj, map=map)
        waiting = [one for one in map.values() if isinstance(one, Channel) and one.is_waiting]
        if len(waiting) > MOST_WAITING:
            # Not the one last heard of longest ago: one just accepted may not have been read yet.
            min(waiting, key=lambda one: one.creation_time).will_close = True

    @property
    def is_waiting(self) -> bool:
        """Whether no whole request has come, and the connection is not being closed."""
        return not self.requests and not self.will_close

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
