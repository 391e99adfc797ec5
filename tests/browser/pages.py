"""Every page there is, as a path to open."""

from __future__ import annotations

from typing import Final

ALERT: Final = "/alerts/joint_selloff/us/2025-04-10"
# A rule that the desk of these tests has declared itself.
DECLARED: Final = "/rules/stocks_fall"
PAGES: Final = (
    "/",
    "/alerts",
    ALERT,
    "/calendar",
    "/calendar?year=2024",
    "/digests",
    "/digests/2025-04-10",
    "/figures",
    "/record",
    "/rules",
    "/rules/joint_selloff",
    DECLARED,
    "/session",
    "/series",
    "/series/spx",
    "/series/tic.42609.for_lt_treas_net",
    "/tic",
    "/tic/2025-02",
    "/tic/areas?q=bel",
    "/tic/areas/10251",
    "/sources",
    "/outbox",
    "/silences",
    "/search?q=china",
    "/there-is-none",
    "/?at=2025-04-10T19:00-04:00",
)
# What is no page: bytes for other programs, and what a page is made of.
NOT_PAGES: Final = frozenset(
    {
        "/alerts/<path:alert_id>/chart.json",
        "/alerts/<path:alert_id>/chart.png",
        "/api/alerts.json",
        "/api/series/<path:series_id>.csv",
        "/api/series/<path:series_id>.json",
        "/calendar.ics",
        "/feed.atom",
        "/figures/<int:number>.json",
        "/figures/<int:number>.svg",
        "/healthz",
        "/icon.svg",
        "/metrics",
        "/scripts/<script_name>",
        "/style.css",
    }
)
# Shown where a login is asked for.
LOGIN: Final = "/login"
