"""Words from outside are plain text wherever they come in and wherever they go out."""

from __future__ import annotations

import io
import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from alerts.channel import Undelivered
from alerts.clean import clean
from monitor.cli.main import main
from monitor.errors import BodyRejected
from monitor.log_redaction import RedactingFormatter
from monitor.slack.payload import read_press
from monitor.views.export_formats import write_csv

CLIPBOARD = "\x1b]52;c;cm0gLXJmIC8=\x07"
CASES = {
    "plain": ("Jörg 東京 😀", "Jörg 東京 😀"),
    "colour": ("\x1b[31mred\x1b[0m", "red"),
    "clipboard": (f"a{CLIPBOARD}b", "ab"),
    "clipboard, ended otherwise": ("a\x1b]52;c;x\x1b\\b", "ab"),
    "clipboard, never ended": ("a\x1b]52;c;x", "a"),
    "8-bit escapes": ("a\x9b31mb\x9d0;title\x9cc", "abc"),
    "device control": ("a\x1bPq#0\x1b\\b", "ab"),
    "reset": ("a\x1bcb", "ab"),
    "bell and backspace": ("a\x07\x08\x00\x7fb", "ab"),
    "another log line": ("a\r\nERROR forged", "a ERROR forged"),
    "separators": ("a\u2028b\u2029c\x85d\x0ce", "a b c d e"),
    "turned around": ("gro\u202ecod.exe\u202c\u2066x\u2069", "grocod.exex"),
    "invisible": ("a\u200b\ufeff\u2060b", "ab"),
    "a byte that is no UTF-8": ("J\udcf6rg", "J\ufffdrg"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_letter_goes(name: str) -> None:
    given, wanted = CASES[name]
    assert clean(given) == wanted
    assert clean(wanted) == wanted
    clean(given).encode()


@pytest.mark.parametrize("name", CASES)
def test_errors_logs_names_and_exports_are_clean(name: str) -> None:
    given, wanted = CASES[name]
    assert f"got {wanted};" in str(BodyRejected("http://p/f", expected="x", got=given))
    assert Undelivered(given, permanent=False).problem == wanted
    record = logging.LogRecord("havenwatch", logging.INFO, "", 0, "said %s", (given,), None)
    assert RedactingFormatter("%(message)s").format(record) == f"said {wanted}"
    press = read_press(
        "interactive",
        {
            "type": "block_actions",
            "actions": [{"action_id": "acknowledge", "value": "r/s/d", "action_ts": "1"}],
            "user": {"id": "U1", "name": given},
        },
    )
    assert press is not None
    assert press.by == wanted
    stream = io.BytesIO()
    write_csv([{"note": given.replace("\n", " ")}], {"note": str}, stream)
    assert "\x1b" not in stream.getvalue().decode()


@pytest.mark.parametrize("payload", [[], "text", None, {"type": "block_actions", "user": 7}])
def test_a_payload_that_is_no_object_is_no_press(payload: object) -> None:
    assert read_press("interactive", payload) is None  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_is_typed_in_another_encoding_is_stored_with_its_bytes_replaced(
    tmp_path: Path,
) -> None:
    (tmp_path / "config.toml").write_text("")
    words = [
        b"silence",
        b"joint_selloff",
        b"--for",
        b"2h",
        b"--by",
        b"J\xf6rg",
        b"--why",
        b"gr\xfcn",
    ]
    config = ["--config", str(tmp_path / "config.toml")]
    command: list[str | bytes] = [sys.executable, "-m", "monitor", *config, *words]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    with closing(sqlite3.connect(tmp_path / "havenwatch.db")) as connection:
        found = connection.execute("SELECT made_by, why FROM silences").fetchall()
    assert found == [("J\ufffdrg", "gr\ufffdn")]
    refused = CliRunner().invoke(main, [*config, "ack", os.fsdecode(b"j\xf6")])
    assert refused.exit_code in (1, 3)
    assert isinstance(refused.exception, SystemExit)
