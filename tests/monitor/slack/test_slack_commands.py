"""Slash commands, from Socket Mode to the answer, over the real program and its database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from rules.verdict.model import QUESTION
from state.alert_store import AlertStore
from state.silences import Silences
from tests.alerts.slack_limits import DIRECT
from tests.alerts.socket_standin import SocketStandin
from tests.monitor.slack.bench import TOLD_ALERT as ALERT
from tests.monitor.slack.typed import asked, deliver_again, shown
from tests.slow import quick_where


def test_the_status_has_the_verdict_open_alerts_levels_and_health(
    socket: SocketStandin, app: App
) -> None:
    found = asked(socket, "")
    said = str(found["blocks"])
    assert found["response_type"] == "ephemeral"
    assert found["blocks"][0]["text"]["text"].endswith(QUESTION)
    verdict = app.reading.verdict(app.clock.now())
    assert found["text"] == verdict.line
    for words in (verdict.line, ALERT, "not acknowledged", "Levels, Tue 8 Apr 2025", "Health",
                  "S&amp;P 500", "sources current"):  # fmt: skip
        assert words in said


def test_the_verdict_has_each_horizon_and_is_shared_where_that_is_wanted(
    socket: SocketStandin, app: App
) -> None:
    alone = asked(socket, "verdict")
    shared = asked(socket, "Verdict share", user="<!here> bob")
    verdict = app.reading.verdict(app.clock.now())
    assert (alone["response_type"], shared["response_type"]) == ("ephemeral", "in_channel")
    for horizon in verdict.horizons:
        assert horizon.name in str(alone["blocks"])
    assert "shared by &lt;!here&gt; bob" in str(shared["blocks"])
    assert "shared by" not in str(alone["blocks"])


@pytest.mark.parametrize(
    "wanted", quick_where(ALERT.__eq__, [ALERT, "selloff/us/2025-04-08", "joint_selloff"])
)
def test_why_explains_an_alert_or_a_rule(socket: SocketStandin, app: App, wanted: str) -> None:
    found = asked(socket, f"why {wanted}")
    assert socket.shown[-1]["text"] == "Reading every input ..."
    assert "Thresholds" in str(found["blocks"])


def test_who_acknowledges_is_stored_with_a_note_once(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    sent = socket.command(f"ack {ALERT} on <it>", user="ann\u202e")
    socket.wait_told(1)
    assert f"{ALERT} is acknowledged by ann." in socket.told[0]["text"]
    deliver_again(socket, sent, 1)
    (_, noted) = AlertStore(app.database).transitions_of(ALERT)
    assert (noted[0].after.acknowledged_by, noted[0].note) == ("ann", "on <it>")
    other = asked(socket, f"ack {ALERT}", user="bob")
    assert f"take it over with `/haven ack {ALERT} force`" in other["text"]
    assert "acknowledged by bob" in asked(socket, f"ack {ALERT} force", user="bob")["text"]
    app.send_due(clock.now() + timedelta(seconds=2))
    assert "acknowledged by bob" in str(socket.slack.heads[0]["blocks"])


def test_nobody_acts_from_another_conversation(socket: SocketStandin, app: App) -> None:
    for text in (f"ack {ALERT}", "mute joint_selloff 2h", "unmute 1"):
        found = asked(socket, text, conversation="C0ELSEWHERE")
        assert "the conversation that the alerts are in" in found["text"], text
    assert Silences(app.database).all() == []
    assert len(AlertStore(app.database).transitions_of(ALERT)) == 1


def test_what_is_wrong_is_said_at_once_with_what_to_write(socket: SocketStandin, app: App) -> None:
    wrong = {
        "verdikt": "did you mean `/desk verdict`?",
        "ack": "/desk ack ID [NOTE]",
        "mute joint_selloff": "/desk mute RULE[/SUBJECT] 2h [WHY]",
        f"ack {ALERT} share": "ack without share",
        "x" * 400: "at most 300 characters",
        "help": "`/desk chart SERIES [1m|6m|1y|5y|max]`: draws a series",
        "<!channel> hi": "got '&lt;!channel&gt;'",
    }
    for text, said in wrong.items():
        assert said in shown(socket, text, name="/desk"), text
    assert socket.told == []


def test_what_does_not_fit_is_answered_with_what_to_do(socket: SocketStandin, app: App) -> None:
    misfits = {
        "ack joint_selloff/us/2025-04-09": f"did you mean '{ALERT}'?",
        "ack zzz": "list them with: `/haven`",
        "mute joint_seloff 2h": "did you mean 'joint_selloff'?",
        "mute joint_selloff/japan 2h": "a subject of joint_selloff (us)",
        "mute joint_selloff 2x": "is not like 45m, 2h, 3d or 1d12h",
        "unmute 7": "the id of an active silence (there is none)",
        "tune joint_selloff warning_weakest_leg_sd=a": "write it without spaces",
        "tune joint_selloff nothing=1": "expected thresholds of the rule, got nothing; known are",
        "chart spxx": "did you mean 'spx'?",
        "chart treasur": "use one of them:",
        "chart spx 0d": "ask for a longer span",
        "chart custody": "a stored series",
        "status joint": "nothing after status",
    }
    for text, said in misfits.items():
        found = asked(socket, text)
        assert said in found["text"].replace("&#39;", "'"), text
        assert found["response_type"] == "ephemeral"


def test_tune_is_a_short_table_of_the_warnings_thresholds(socket: SocketStandin, app: App) -> None:
    said = str(asked(socket, "tune joint_selloff")["blocks"])
    assert "warning_weakest_leg_sd" in said
    assert "critical_weakest_leg_sd" not in said
    assert "value   critical  warning  notice  all" in said
    assert "  0.5*  " in said
    assert "alerts per year" in said
    given = str(asked(socket, "tune joint_selloff warning_weakest_leg_sd=0.4,0.5")["blocks"])
    assert "0.4" in given


def test_a_chart_goes_to_who_asked_and_into_the_conversation_only_where_it_is_shared(
    socket: SocketStandin, app: App
) -> None:
    said = asked(socket, "chart S&P 1m")["text"]
    assert said == "S&amp;P 500 close, 1m: in your direct messages with this app."
    own = socket.slack.posted[-1]
    assert own["channel"] == DIRECT
    assert own["text"].startswith("S&amp;P 500 close, 1m. ")
    (upload,) = socket.slack.uploads.values()
    assert upload["bytes"].startswith(b"\x89PNG")
    asked(socket, "chart 10y 6m share")
    assert socket.slack.posted[-1]["channel"] == "C0123ABCD"


@pytest.mark.slow
def test_a_chart_that_cannot_be_sent_says_what_to_do(socket: SocketStandin, app: App) -> None:
    socket.slack.scopes = frozenset({"chat:write", "files:write"})
    assert "give the app the scope im:write" in asked(socket, "chart spx")["text"]
    found = asked(socket, "chart spx share", conversation="C0ELSEWHERE")
    assert "/invite @havenwatch" in found["text"]
