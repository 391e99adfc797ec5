"""What leaves the machine."""

from __future__ import annotations

import base64
import html
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from monitor.liveness.outgoing_text import outgoing_text


def test_secrets_and_folders_are_taken_out_and_one_line_is_left() -> None:
    text = "cannot read /home/ann/desk/havenwatch.db:\n tok and token-long, see /home/ann/desk/x"
    said = outgoing_text(text, ["tok", "token-long", ""], Path("/home/ann/desk"))
    assert said == "cannot read havenwatch.db: [secret] and [secret], see x"


def test_a_database_in_the_root_leaves_slashes_alone() -> None:
    assert outgoing_text("a/b", [], Path("/")) == "a/b"


SECRET = "tok/EXAMPLE+123 é\n"
URL = "https://hooks.example.org/services/T0/B0/xyzzy?key=1"


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        SECRET.strip(),
        repr(SECRET),
        repr(f"Bearer {SECRET}"),
        repr(SECRET.encode()),
        json.dumps({"token": SECRET}),
        quote(SECRET),
        quote(SECRET.strip(), safe=""),
        quote_plus(SECRET.strip()),
        html.escape(SECRET),
        base64.b64encode(SECRET.strip().encode()).decode(),
        URL,
        f"HTTPSConnectionPool(host='hooks.example.org'): {URL.partition('.org')[2]}",
        quote(URL, safe=""),
    ],
)
def test_a_secret_is_hidden_however_it_is_written(written: str) -> None:
    said = outgoing_text(f"no answer: {written!s} (closed)", [SECRET, URL], Path("/home/ann"))
    assert "[secret]" in said
    for part in ("EXAMPLE", "xyzzy", "RVhBTVBMR"):
        assert part not in said


def test_a_user_without_a_home_is_no_reason_to_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    assert outgoing_text("cboe stale since Monday", [], Path("/srv")) == "cboe stale since Monday"
