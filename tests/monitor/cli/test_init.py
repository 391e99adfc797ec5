"""The first day, installed somewhere without a checkout: `init` writes what `config check` accepts,
and never anything half or over something else."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from monitor.cli import init as command
from monitor.cli.main import main
from monitor.cli.questions import Questions
from monitor.config.starter import CHANNELS
from monitor.errors import ConfigInvalid, Problem
from tests.alerts.slack_standin import SlackStandin

WEBHOOK = "https://hooks.slack.com/services/T0/B0/xyz"
SECRET = "0123456789abcdef0123"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(*words: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(main, list(words))


def answered(*answers: str) -> Result:
    piped = "".join(f"{one}\n" for one in answers)
    return CliRunner().invoke(main, ["init"], input=piped)


def read(path: str = "config.toml") -> dict[str, Any]:
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))


def secrets(path: str = "config.env") -> dict[str, str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    parts = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("name", ["status", "run", "check", "alerts", "backfill", "web"])
def test_without_a_configuration_it_says_where_it_looked_and_how_to_begin(
    name: str, elsewhere: Path
) -> None:
    done = called(name)
    assert done.exit_code == 3
    said = " ".join(done.output.split())
    assert str(elsewhere) in said
    assert "--config" in said
    assert "havenwatch init" in said


# The answers about a channel, its settings in the file, and its secrets as a shell reads them.
ANSWERED: dict[str, tuple[tuple[str, ...], dict[str, Any], dict[str, str]]] = {
    "slack_webhook": ((WEBHOOK,), {}, {"HAVENWATCH_SLACK_WEBHOOK_URL": WEBHOOK}),
    "slack": (
        ("C0123ABCD", "xoxb-1"),
        {"conversation": "C0123ABCD"},
        {"HAVENWATCH_SLACK_TOKEN": "xoxb-1"},
    ),
    "email": (
        ("smtp.desk.org", "465", "tls", "bot", "bot@desk.org", "a@desk.org, b@desk.org", 'p"$1'),
        {"port": 465, "security": "tls", "username": "bot", "to": ["a@desk.org", "b@desk.org"]},
        {"HAVENWATCH_SMTP_PASSWORD": r'"p\"\$1"'},
    ),
    "webhook": (
        ("https://desk.org/in", SECRET),
        {},
        {"HAVENWATCH_WEBHOOK_URL": "https://desk.org/in", "HAVENWATCH_WEBHOOK_SECRET": SECRET},
    ),
    "pagerduty": (("R0UT1NG",), {}, {"HAVENWATCH_PAGERDUTY_ROUTING_KEY": "R0UT1NG"}),
}


def test_every_channel_that_it_offers_is_tried_here() -> None:
    assert set(ANSWERED) == set(CHANNELS)


@pytest.mark.parametrize("name", ANSWERED)
def test_piped_answers_make_a_configuration_that_the_check_accepts(name: str) -> None:
    answers, settings, held = ANSWERED[name]
    done = answered('The "macro" desk', "Europe/London", name, *answers, "n", "n", "n")
    assert done.exit_code == 0, done.output
    found = read()
    assert found["desk"] == {"name": 'The "macro" desk', "time_zone": "Europe/London"}
    channel = found["channels"][name]
    assert channel["enabled"]
    assert {key: channel[key] for key in settings} == settings
    assert found["routing"]["critical"] == [name]
    calm = ["console"] if name == "pagerduty" else [name]
    assert [found["routing"][one] for one in ("warning", "operational", "digest")] == [calm] * 3
    assert secrets() == held
    if name == "email":
        held = {"HAVENWATCH_SMTP_PASSWORD": answers[-1]}
    assert stat.S_IMODE(Path("config.env").stat().st_mode) == 0o600
    assert not any(value in Path("config.toml").read_text() for value in held.values())
    assert not any(value in done.output for value in held.values())
    checked = called("config", "check", **held)
    assert checked.exit_code == 0, checked.output
    assert "config.env" in done.output
    assert "havenwatch run" in done.output
    assert "havenwatch doctor " in done.output


def test_without_input_it_takes_flags_the_environment_and_defaults() -> None:
    done = called(
        "init", "--no-input", "--desk", "Rates", "--channel", "email,webhook",
        "--email-host", "relay", "--email-sender", "a@desk.org", "--email-to", "b@desk.org",
        "--yahoo", HAVENWATCH_WEBHOOK_URL="https://desk.org", HAVENWATCH_WEBHOOK_SECRET=SECRET,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = read()
    assert found["desk"] == {"name": "Rates", "time_zone": "America/New_York"}
    assert found["channels"]["email"]["password_env"] == ""  # as no user name is given
    assert found["sources"]["yahoo"]["enabled"]
    assert set(secrets()) == {"HAVENWATCH_WEBHOOK_URL", "HAVENWATCH_WEBHOOK_SECRET"}
    assert called("config", "check", **secrets()).exit_code == 0


def test_where_nothing_is_answered_only_the_terms_of_yahoo_differ_from_the_starter(
    elsewhere: Path,
) -> None:
    assert called("init", "--no-input").exit_code == 0
    starter = tomllib.loads((Path(__file__).parents[3] / "config.toml").read_text(encoding="utf-8"))
    for name in ("yahoo", "yahoo_spx", "yahoo_tnx"):
        assert starter["sources"][name].pop("enabled")
        starter["sources"][name]["enabled"] = False
    assert read() == starter
    assert [one.name for one in elsewhere.iterdir()] == ["config.toml"]
    assert called("config", "check").exit_code == 0


def test_the_database_is_where_it_is_said_to_be() -> None:
    assert called("--db", "state/desk.db", "init", "--no-input").exit_code == 0
    assert read()["state"] == {"path": str(Path("state/desk.db").absolute())}


REFUSED = {
    "another zone": (("x", "Mars", "none", "n", "n"), 3, "desk.time_zone"),
    "another channel": (("x", "UTC", "telex", "n", "n"), 3, "unknown name 'telex'"),
    "an address without TLS": (
        ("x", "UTC", "slack_webhook", "http://desk.org", "n", "n", "n"),
        3,
        "https://",
    ),
    "a port in words": (
        ("x", "UTC", "email", "relay", "many", "none", "", "a@b.org", "c@d.org", "n", "n", "n"),
        3,
        "channels.email.port",
    ),
    "neither yes nor no": (("x", "UTC", "none", "perhaps", "n"), 3, "expected y or n"),
    "no more answers": (("x", "UTC"), 1, "Send alerts to"),
}


@pytest.mark.parametrize(("answers", "code", "said"), REFUSED.values(), ids=list(REFUSED))
def test_a_wrong_answer_is_named_and_nothing_is_written(
    answers: tuple[str, ...], code: int, said: str, elsewhere: Path
) -> None:
    done = answered(*answers)
    assert done.exit_code == code, done.output
    assert said in done.output
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--channel", "slack"], "got no --slack-conversation"),
        (["--channel", "slack_webhook"], "got no HAVENWATCH_SLACK_WEBHOOK_URL"),
    ],
)
def test_without_input_what_is_missing_is_named_as_it_is_given(
    words: list[str], said: str, elsewhere: Path
) -> None:
    done = called("init", "--no-input", *words)
    assert done.exit_code == 1
    assert said in done.output
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("existing", ["config.toml", "config.env"])
def test_what_exists_is_replaced_only_where_that_is_asked_for(existing: str) -> None:
    Path(existing).write_text("OTHER=1\n")
    words = ("init", "--no-input", "--channel", "slack_webhook")
    done = called(*words, HAVENWATCH_SLACK_WEBHOOK_URL=WEBHOOK)
    assert done.exit_code == 1
    assert f"got {existing}" in done.output
    assert "--overwrite" in done.output
    assert Path(existing).read_text() == "OTHER=1\n"
    done = called(*words, "--overwrite", HAVENWATCH_SLACK_WEBHOOK_URL=WEBHOOK)
    assert done.exit_code == 0, done.output
    others = {"OTHER": "1"} if existing == "config.env" else {}
    assert secrets() == {**others, "HAVENWATCH_SLACK_WEBHOOK_URL": WEBHOOK}


def test_where_one_file_cannot_be_written_neither_is(elsewhere: Path) -> None:
    assert called("--config", "no/such.toml", "init", "--no-input").exit_code == 1
    Path("config.env").mkdir()
    done = called(
        "init", "--no-input", "--overwrite", "--channel", "slack_webhook",
        HAVENWATCH_SLACK_WEBHOOK_URL=WEBHOOK,
    )  # fmt: skip
    assert done.exit_code == 1
    assert "expected a file that can be written at config.env" in done.output
    assert [one.name for one in elsewhere.iterdir()] == ["config.env"]


def test_a_test_message_is_sent_and_one_that_fails_is_named_after_all_is_written() -> None:
    with SlackStandin() as slack:
        url = slack.webhook_url
        done = called(
            "init", "--no-input", "--channel", "slack_webhook", "--send-test",
            HAVENWATCH_SLACK_WEBHOOK_URL=url,
        )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "slack_webhook: sent" in done.output
    done = called(  # nobody listens there any more
        "--config", "other.toml", "init", "--no-input", "--channel", "slack_webhook",
        "--send-test", HAVENWATCH_SLACK_WEBHOOK_URL=url,
    )  # fmt: skip
    assert done.exit_code == 1
    assert "got none through slack_webhook" in done.output
    assert "correct other.env" in done.output
    assert read("other.toml")["channels"]["slack_webhook"]["enabled"]


def test_history_is_loaded_with_the_secrets_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[Any] = []
    monkeypatch.setattr(command, "_load_history", lambda *given: loaded.append(given))
    done = answered("x", "UTC", "slack_webhook", WEBHOOK, "n", "n", "y")
    assert done.exit_code == 0, done.output
    ((paths, environ),) = loaded
    assert paths[0] == Path("config.toml")
    assert environ["HAVENWATCH_SLACK_WEBHOOK_URL"] == WEBHOOK
    assert "havenwatch backfill" not in done.output


def test_at_a_terminal_a_wrong_answer_can_be_given_again_also_where_a_flag_gave_it() -> None:
    def check(answer: str) -> None:
        if answer != "right":
            raise ConfigInvalid([Problem("x", f"not {answer}", "give another")])

    asked = Questions({"x": "by flag", "y": "kept"}, asks=True, is_terminal=True)
    with CliRunner().isolation(input="wrong\nright\n") as (out, err, _):
        answer = asked.until_right(lambda: asked.text("x", "X"), check)
        assert asked.text("y", "Y") == "kept"
    assert answer == "right"
    assert b"not by flag" in err.getvalue()
    assert b"not wrong" in err.getvalue()
    assert out.getvalue().count(b"X:") == 2


def test_at_a_terminal_it_can_be_left() -> None:
    asked = Questions({}, asks=True, is_terminal=True)
    with CliRunner().isolation(input=""), pytest.raises(click.Abort):
        asked.text("x", "X")
