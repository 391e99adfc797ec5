"""The first page on 30 June 2025, over the publishers' own files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.config.web import Web
from monitor.web.server import create_site
from monitor.web.site import WebContext
from state.alert_store import AlertStore
from state.instants import to_text
from tests.once import built_once
from tests.support import new_york

QUIET: dict[str, Any] = {"routing": {"warning": [], "critical": []}}
SINCE, AT = new_york("2025-04-01 00:00"), new_york("2025-06-30 20:00")


@pytest.fixture(scope="module")
def client(database: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The pages of a desk that watched from April to June 2025."""

    def build_june(folder: Path) -> None:
        shutil.copyfile(database, folder / "havenwatch.db")
        app = App(build(QUIET, {}, folder), SimulatedClock(AT))
        alert_store = AlertStore(app.database)
        with app.database.immediate() as connection:
            connection.execute("INSERT INTO heartbeat VALUES (1, ?1, ?1, ?1)", (to_text(AT),))
            for rule in app.rules:
                alert_store.record_progress(connection, rule.rule_id, SINCE)
        app._decide.decide(AT)
        app.close()

    folder = built_once(tmp_path_factory, "june-2025", build_june)
    config = build(QUIET, {}, folder)
    site = WebContext(config, config.database, lambda: AT, Web(port=0), looks_at=AT)
    return create_site(site).test_client()


def test_the_open_critical_is_on_the_page_of_30_june(client: FlaskClient) -> None:
    # Without the marks that keep an amount on one line.
    page = client.get("/").text.replace("\u2060", "").replace("\u00a0", " ")
    assert "<h1>One large month, April 2025 (−$70.4bn, −0.8% of holdings)" in page
    open_ones = page.partition('<h2 id="open">')[2].partition('<h3 class="sub">')[0]
    found = re.findall(r'<article class="alert (\w+)">.*?href="/alerts/([^"?]+)', open_ones, re.S)
    assert found[0] == ("critical", "joint_selloff/us/2025-05-21")
    assert [severity for severity, _ in found] == sorted(severity for severity, _ in found)
    assert re.search(r"<title>April 2025: −\$70\.4bn, −0\.8% of holdings, sold; ", page)
