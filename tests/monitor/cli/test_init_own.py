"""At a terminal `init` goes on with feeds and rules of the desk's own."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.cli.init_own import add_own
from monitor.cli.main import main
from monitor.cli.questions import Questions

WEBHOOK = "HAVENWATCH_SLACK_WEBHOOK_URL"
URL = "https://hooks.slack.com/services/T0/B0/xyz"
ROWS = "date,close\n" + "".join(f"2025-04-{day:02},{100 + day}\n" for day in (7, 8, 9, 10, 11))


@pytest.fixture(autouse=True)
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose secret is not in the environment yet."""
    monkeypatch.chdir(tmp_path)
    words = ["init", "--no-input", "--channel", "slack_webhook"]
    done = CliRunner(env={WEBHOOK: URL}).invoke(main, words)
    assert done.exit_code == 0, done.output
    monkeypatch.setenv(WEBHOOK, "")  # as it was, at the end
    monkeypatch.delenv(WEBHOOK)
    return tmp_path / "config.toml"


def added(written: Path, *answers: str) -> str:
    """What is said where these are typed."""
    questions = Questions({}, asks=True, is_terminal=True)
    typed = "".join(f"{one}\n" for one in answers)
    with CliRunner().isolation(input=typed) as (out, _, _):
        with click.Context(main, obj=(written, None)):
            add_own(questions, {WEBHOOK: URL})
        return out.getvalue().decode()


def test_nothing_is_added_unless_it_is_wanted(written: Path) -> None:
    before = written.read_bytes()
    added(written, "n", "n")
    assert written.read_bytes() == before


def test_a_feed_and_a_rule_are_added_as_by_their_own_commands(written: Path) -> None:
    (written.parent / "gold.csv").write_text(ROWS)
    feed = ["y", "gold.csv", "", "", "", "", "", "", "", "", "", "index", "y", "n", "n"]
    said = added(written, *feed, "y", "gold.close", *[""] * 3, "1", *[""] * 7, "gold_jump", "n")
    found = tomllib.loads(written.read_text("utf-8"))
    assert "gold" in found["sources"], said
    assert "gold_jump" in found["rules"], said


def test_what_fails_is_said_and_the_rest_goes_on(written: Path) -> None:
    said = added(written, "y", "nowhere.csv", "", "n", "n")
    assert "Nothing was added; try again, or later: havenwatch feeds add" in said
    assert "nowhere" not in written.read_text("utf-8")
