"""Addresses that hold outside the page too: in a feed, a calendar, a program's answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request, url_for

from monitor.web.site import WebContext


def absolute_url(site: WebContext, endpoint: str, **values: Any) -> str:
    """The whole address of a page: at `public_url` where that is set, else where it was asked. The
    path alone where that name could be anybody's: a token lets in by every name."""
    path = url_for(endpoint, **values)
    if site.token and not site.web.public_url:
        return path
    if not site.web.public_url:
        return request.host_url.rstrip("/") + path
    parts = urlsplit(site.web.public_url)
    return f"{parts.scheme}://{parts.netloc}{path}"


def alert_url(site: WebContext, alert_id: str) -> str:
    """The whole address of an alert's page."""
    return absolute_url(site, "alerts.one", alert_id=alert_id)
