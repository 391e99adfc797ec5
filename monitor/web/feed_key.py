"""The key of the feeds: what a feed reader or a calendar shows, for they cannot log in."""

from __future__ import annotations

from typing import Final

from flask import current_app, request

from monitor.web.login import Login
from monitor.web.signing import derived_key, is_same
from monitor.web.site import WebContext

PURPOSE: Final = "havenwatch feeds"
KEY_BYTES: Final = 16


def feed_key(token: str) -> str:
    """The key that opens /feed.atom and /calendar.ics and nothing else. It says nothing of the
    token it is made from, and a new token makes a new key; empty where there is no token."""
    return derived_key(token, PURPOSE)[:KEY_BYTES].hex() if token else ""


def may_read_feeds(site: WebContext) -> bool:
    """Whether who asks now has the key, or may see the pages."""
    if not site.web.asks_for_login:
        return True
    shown = request.args.get("key", "")
    if site.token and shown and is_same(shown, feed_key(site.token)):
        return True
    login: Login = current_app.extensions["login"]
    return login.person() is not None
