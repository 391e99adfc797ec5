"""The log as JSON: one object a line whatever is in it, and no secret in any quoting."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.log_output import JsonFormatter, log_to_stderr
from tests.monitor.failed_entry import failed_entry
from tests.monitor.test_log_redaction import QUOTINGS, SECRETS
from tests.slow import quick_where


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged as JSON, where the log is set up as by a command."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    log_to_stderr({}, is_verbose=False, log_format="json")
    yield written
    logging.captureWarnings(capture=False)


def entry_of(text: str, secret: str, **about: object) -> str:
    """The line of an exception and a message that repeat a text."""
    formatter = JsonFormatter()
    return failed_entry(formatter, text, secret, **about)


@pytest.mark.parametrize("quoting", QUOTINGS)
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_masked_in_a_line_of_json_in_any_quoting(name: str, quoting: str) -> None:
    written = QUOTINGS[quoting](SECRETS[name])
    line = entry_of(f"<{written}>", SECRETS[name], source=written)
    found = json.loads(line)
    for text in (line, found["msg"], found["exc"], found["source"]):
        assert written not in text
        assert SECRETS[name] not in text
    assert [found[name].count("[secret]") for name in ("msg", "exc", "source")] == [1, 1, 1]


@pytest.mark.parametrize("secret", ['"', "\\", "1", "level", "}", '": "', "\\\\x" * 9])
@pytest.mark.parametrize("before", ["", "\\", "\\" * 9, '"'])
def test_a_secret_that_json_itself_is_made_of_leaves_a_line_of_json(
    secret: str, before: str
) -> None:
    line = entry_of(f"{before}{secret} and what follows", secret, delivery=1)
    assert isinstance(json.loads(line), dict)
    assert "\n" not in line


def test_an_entry_has_the_usual_names_and_what_it_is_about(stderr: io.StringIO) -> None:
    log = logging.getLogger("havenwatch.http")
    log.warning("%s: HTTP 503\nfrom it", "h15", extra={"source": "h15"})
    try:
        raise RuntimeError("no answer\nat all")
    except RuntimeError:
        log.exception("failed", extra={"delivery": 7, "channel": "slack"})
    first, second = (json.loads(line) for line in stderr.getvalue().splitlines())
    assert list(first) == ["ts", "level", "logger", "msg", "source"]
    assert first["ts"].endswith("+00:00")
    assert [first[name] for name in ("level", "logger", "source")] == [
        "warning", "havenwatch.http", "h15",
    ]  # fmt: skip
    assert "\n" not in first["msg"]
    assert (second["delivery"], second["channel"]) == ("7", "slack")
    assert second["exc"].splitlines()[0] == "Traceback (most recent call last):"
    assert second["exc"].endswith("RuntimeError: no answer\nat all")


def test_an_entry_that_cannot_be_written_is_a_line_of_json_too(stderr: io.StringIO) -> None:
    (handler,) = (
        one for one in logging.getLogger().handlers if isinstance(one.formatter, JsonFormatter)
    )
    handler.handle(logging.LogRecord("some.library", 30, "", 0, "%d sent", ("x",), None))
    said = "an entry of some.library could not be logged (TypeError)"
    assert json.loads(stderr.getvalue()) == {"level": "error", "msg": said}


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_under_journald_each_line_begins_with_its_priority(
    log_format: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with (tmp_path / "stream").open("w+") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        found = os.fstat(stream.fileno())
        environ = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        log_to_stderr(environ, is_verbose=False, log_format=log_format)
        try:
            raise RuntimeError("twice\nsaid")
        except RuntimeError:
            logging.getLogger("x").exception("failed")
        logging.getLogger("x").warning("slow")
        stream.seek(0)
        lines = stream.read().splitlines()
    logging.captureWarnings(capture=False)
    assert {line[:3] for line in lines[:-1]} == {"<3>"}
    assert lines[-1].startswith("<4>")
    assert (len(lines) == 2) == (log_format == "json")


ENDS = [
    (["run", "--no-such-option"], 3, "No such option"),
    (["run"], 3, "config: "),
    (["--config", "missing.toml", "run"], 3, "missing.toml"),
]


@pytest.mark.parametrize(("words", "code", "said"), quick_where(lambda one: one == ENDS[0], ENDS))
def test_what_ends_a_command_is_a_line_of_json(
    words: list[str], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[nothing]\n")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--log-format", "json", *words],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == code
    assert any(said in entry["msg"] for entry in entries)
    assert {entry["level"] for entry in entries} == {"error"}
