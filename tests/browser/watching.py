"""Pages that are watched while they are shown: what they ask for, and what the console says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

Scheme = Literal["light", "dark"]

SIZES: Final = {
    "desktop": (1280, 900),
    "half": (860, 900),  # of a screen, beside a chat
    "phone": (360, 740),
    "first screen": (375, 667),
}
# Until then a chart's buttons come and go.
CHARTS_ARE_DRAWN: Final = """() => [...document.querySelectorAll("figure[data-sources]")]
    .every(one => ["drawn", "failed"].includes(one.dataset.state))"""
# A chart is drawn in the frame after its size or colours changed, and colours may fade.
SETTLED: Final = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    await Promise.all(document.getAnimations().map(one => one.finished))
}"""


@dataclass
class Watched:
    """One page for all tests, since a new one is a new process; `complaints` are requests that left
    this machine, and errors."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)

    def page(self, size: str = "desktop", scheme: Scheme = "light") -> Page:
        """The page, empty and without cookies, of a size on a light or dark screen."""
        if not self._pages:
            self._pages.append(self._opened())
        [page] = self._pages
        page.goto("about:blank")
        page.context.clear_cookies()
        page.mouse.move(0, 0)
        show(page, size, scheme)
        return page

    def leave(self) -> list[str]:
        """End what the page still does; what was complained of since the last time."""
        for page in self._pages:
            page.goto("about:blank")
        found, self.complaints = self.complaints, []
        return found

    def _opened(self) -> Page:
        page = self.browser.new_page()
        page.on("request", self._requested)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        return page

    def _requested(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            self.complaints.append(f"a request left this machine: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        is_status = "Failed to load resource: the server responded" in message.text
        # An error page is an error to the console too; the test asked for it.
        if message.type in ("error", "warning") and not is_status:
            self.complaints.append(f"console: {message.text}")


def show(page: Page, size: str, scheme: Scheme) -> None:
    """Have the page of a size on a light or dark screen, with nothing still moving."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)
