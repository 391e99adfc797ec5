"""The pages of TIC: a month, as known now and as first published, an area, and the search."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from monitor.config.load import load
from monitor.web.server import create_site
from monitor.web.site import WebContext
from tests.desk import Desk
from tests.once import built_once
from tests.tic_days import LOOKED, build_tic_day


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    here = Desk(built_once(tmp_path_factory, "tic_day", build_tic_day))
    config = load(here.config, {})
    return create_site(WebContext(config, here.path, lambda: LOOKED, config.web)).test_client()


def cells(text: str, name: str) -> list[str]:
    """The numbers of the first row of that name, as a reader sees them."""
    row = re.search(rf">{name}</a></th>(.*?)</tr>", text, re.DOTALL)
    assert row is not None, name
    return [re.sub("[\u2060\u00a0]", "", one) for one in re.findall(r">([^<>]*)</td>", row[1])]


def test_the_newest_month_is_shown_with_its_first_print(client: FlaskClient) -> None:
    text = client.get("/tic").text
    assert "TIC · April 2025 · published" in text
    assert [one for one in cells(text, "Canada") if one] == ["−57.7", "−57.7", "+4.8", "+12.3"]
    for part in ("Equities first, Treasuries last?", "Six centres together", "China + Belgium"):
        assert part in text
    assert 'href="/tic/2025-03" rel="prev"' in text
    assert 'href="/tic/2025-04?print=first"' in text


def test_a_month_as_first_published_is_a_page_of_its_own(client: FlaskClient) -> None:
    text = client.get("/tic/2025-04?print=first").text
    assert "as first published" in text
    assert [one for one in cells(text, "Canada") if one] == ["−57.7", "+4.8", "+12.3"]


def test_history_says_that_its_first_print_is_not_stored(client: FlaskClient) -> None:
    text = client.get("/tic/2025-03").text
    assert "is not stored: it was loaded as history" in text
    assert client.get("/tic/2025-03?print=first").status_code == 404


def test_the_page_of_the_past_knows_no_later_month(client: FlaskClient) -> None:
    assert "TIC · March 2025" in client.get("/tic?at=2025-06-18T15:55-04:00").text
    assert client.get("/tic/2025-04?at=2025-06-18T15:55-04:00").status_code == 404
    assert client.get("/tic/2025-04").status_code == 200


@pytest.mark.parametrize("path", ["/tic/2031-01", "/tic/April", "/tic/areas/00000"])
def test_what_is_not_there_is_no_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_area_is_found_by_its_name(client: FlaskClient) -> None:
    text = client.get("/tic/areas?q=belg").text
    assert 'href="/tic/areas/10251">Belgium</a>' in text
    assert "Canada" not in text
    assert "Apr 2025" in client.get("/tic/areas/10251").text
    nasty = client.get("/tic/areas?q=<script>").text
    assert "No area has that name" in nasty
    assert "<script>" not in nasty
