"""The scripts of the pages: whole, from where they say, and kept by a browser."""

from __future__ import annotations

import gzip
import hashlib
import re
import sys
from pathlib import Path

import pytest

from monitor.web.etag import SMALL_BYTES
from monitor.web.scripts import LIBRARY, PACKAGE, library_path, script, script_names, script_version
from tests.monitor.web.desk import Browser

ROOT = Path(__file__).resolve().parents[3]
# The file of TradingView's own release 5.2.0; the package only carries it.
RELEASED = "c0992580867c4912cc9385b3c2728315bcc1a76c7f1087dca908430fccdf31d7"


def test_the_library_is_its_makers_release_byte_for_byte() -> None:
    assert hashlib.sha256(library_path().read_bytes()).hexdigest() == RELEASED
    # It is found without what the package would load.
    assert PACKAGE not in sys.modules


def test_its_maker_is_named_where_it_is_used_and_where_licences_are(shown: Browser) -> None:
    page = shown.get("/series/spx").text
    assert 'href="https://www.tradingview.com/"' in page
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "TradingView Lightweight Charts" in notice
    assert "https://www.tradingview.com/" in notice


@pytest.mark.parametrize("name", script_names())
def test_a_script_is_kept_for_good_under_an_address_that_changes_with_it(
    shown: Browser, name: str
) -> None:
    plain = shown.get(f"/scripts/{name}")
    packed = shown.get(f"/scripts/{name}", **{"Accept-Encoding": "gzip"})
    assert plain.status == packed.status == 200
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    is_packed = packed.headers.get("content-encoding") == "gzip"
    assert is_packed == (len(plain.body) > SMALL_BYTES)
    body = gzip.decompress(packed.body) if is_packed else packed.body
    assert plain.body == body == script(name).body
    assert "immutable" in plain.headers["cache-control"]
    assert not plain.headers["etag"].startswith("W/")
    assert script_version(name) == script(name).etag[:12]


def test_no_other_file_is_a_script(shown: Browser) -> None:
    for name in ("chart.py", "..%2fsite.py", "../site.py", "lwcharts.js"):
        assert shown.get(f"/scripts/{name}").status == 404, name
    assert script_version("none.js") == ""


def test_a_page_has_no_script_of_its_own_and_no_style(shown: Browser) -> None:
    for path in ("/series/spx", "/figures", "/alerts/joint_selloff/us/2025-04-10"):
        page = shown.get(path).text
        assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page), path
        policy = shown.get(path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_our_own_scripts_make_no_code_and_no_markup_from_text() -> None:
    for name in set(script_names()) - {LIBRARY}:
        text = script(name).body.decode()
        assert not re.search(
            r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text
        )
