"""Pages that are watched while they are shown: what they ask for, and what the console says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

Scheme = Literal["light", "dark"]

SIZES: Final = {"desktop": (1280, 900), "phone": (360, 740), "first screen": (375, 667)}


@dataclass
class Watched:
    """Opens pages; `complaints` are requests that left this machine, and errors."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, size: str = "desktop", scheme: Scheme = "light") -> Page:
        """An empty page of a size on a light or dark screen."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", self._requested)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        return page

    def close(self) -> None:
        """Close all pages."""
        for one in self._contexts:
            one.close()

    def _requested(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            self.complaints.append(f"a request left this machine: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        is_status = "Failed to load resource: the server responded" in message.text
        # An error page is an error to the console too; the test asked for it.
        if message.type in ("error", "warning") and not is_status:
            self.complaints.append(f"console: {message.text}")
