"""The commands with which people answer, as typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerts.lifecycle import step
from monitor.cli.main import main
from monitor.cli.params import Duration
from rules.terms import Kind, Severity
from state.alert_store import AlertStore
from state.database import Database
from state.outbox import Outbox
from state.silences import Silences
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")
ALERT = "joint_selloff/us/2025-04-10"
Run = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A database with one critical alert that is owed to the console and dead for a pager."""
    made = Database(tmp_path / "havenwatch.db")
    transition = step(None, signal(severity=Severity.CRITICAL), Kind.EVENT, timedelta(days=9))
    assert transition is not None
    outbox = Outbox(made)
    with made.immediate() as connection:
        AlertStore(made).record_transition(connection, transition, ())
        outbox.promise_transition(
            connection, transition.transition_id, ["console", "pager"], transition.at
        )
    claimed = outbox.claim(transition.at, timedelta(seconds=30), "pager")
    assert claimed is not None
    outbox.settle_dead(claimed.delivery_id, transition.at, "HTTP 403, [revoked]", unsure=False)
    return made


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    (tmp_path / "config.toml").write_text("")

    def run_command(*words: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(tmp_path / "config.toml"), *words])

    return run_command


def test_an_acknowledgement_is_stored_and_owed_to_who_was_told(
    run: Run, database: Database
) -> None:
    done = run("ack", ALERT, "--by", "Ann", "--note", "cut duration")
    assert done.exit_code == 0, done.output
    assert done.output == f"{ALERT} is acknowledged by Ann.\n"
    transition, _ = AlertStore(database).transition(f"{ALERT}#2")
    assert transition.note == "cut duration"
    owed = [one.channel for one in Outbox(database).of_alert(ALERT)]
    assert owed == ["console", "pager", "console", "pager"]
    assert run("ack", ALERT, "--by", "Ann").output == done.output


def test_an_unknown_alert_is_an_error_with_a_remedy(run: Run) -> None:
    done = run("ack", "joint_selloff/us/2025-04-11", "--by", "Ann")
    assert done.exit_code == 1
    assert f"did you mean '{ALERT}'?" in done.output


def test_a_silence_is_made_listed_and_ended(run: Run, database: Database) -> None:
    done = run("silence", "joint_selloff", "--subject", "us", "--for", "2h", "--why", "[known]")
    assert done.exit_code == 0, done.output
    assert "Silenced joint_selloff/us until" in done.output
    (made,) = Silences(database).all()
    assert made.until - made.made_at == timedelta(hours=2)
    listed = run("silences").output
    assert "joint_selloff/us" in listed
    assert "[known]" in listed
    assert json.loads(run("silences", "--json").output)[0]["why"] == "[known]"
    assert run("unsilence", "1").output == "Silence 1 expired.\n"
    assert run("silences").output == "No active silences.\n"
    assert "expired" in run("silences", "--all").output
    assert run("unsilence", "1").exit_code == 1


@pytest.mark.parametrize("wrong", ["2", "h", "-1h", "2 hours", "0m", ""])
def test_a_time_that_is_none_is_refused(run: Run, wrong: str) -> None:
    done = run("silence", "joint_selloff", "--why", "x", "--for", wrong)
    assert done.exit_code == 3
    assert "is not like 45m, 2h, 3d or 1d12h" in done.output


def test_times_may_be_put_together() -> None:
    assert Duration().convert("1d12h30m", None, None) == timedelta(days=1, hours=12, minutes=30)


def test_of_a_long_queue_its_start_is_listed_and_whatever_failed(
    run: Run, database: Database
) -> None:
    outbox, alert = Outbox(database), AlertStore(database).transitions_of(ALERT)[0][0]
    with database.immediate() as connection:
        names = [f"desk-{number}" for number in range(60)]
        outbox.promise_transition(connection, alert.transition_id, names, alert.at)
    listed = run("outbox").output
    assert sum("queued" in line and ALERT in line for line in listed.splitlines()) == 40
    assert "and 21 more queued: --json lists all." in listed
    assert "HTTP 403, [revoked]" in listed
    assert "1 undelivered" in listed
    assert len(json.loads(run("outbox", "--json").output)) == 62


def test_the_outbox_lists_what_is_owed_and_what_is_dead_with_its_problem(run: Run) -> None:
    listed = run("outbox").output
    assert "console" in listed
    assert "HTTP 403, [revoked]" in " ".join(listed.split())
    assert "1 undelivered: fix the channel, then --retry or --drop ID, CHANNEL or all." in listed
    found = json.loads(run("outbox", "--json").output)
    assert [(one["channel"], one["status"]) for one in found] == [
        ("console", "due"),
        ("pager", "dead"),
    ]


@pytest.mark.parametrize("words", [["2"], ["pager"], ["all"], ["2", "pager", "all"]], ids=str)
def test_what_was_refused_for_certain_is_to_be_tried_again(run: Run, words: list[str]) -> None:
    asked = [part for word in words for part in ("--retry", word)]
    listed = run("outbox", *asked).output
    assert "retrying pager" in " ".join(listed.split())
    assert "delivery unknown" not in listed
    found = json.loads(run("outbox", "--json").output)
    # What was not tried yet is no failure, and is left alone.
    assert [(one["channel"], one["status"]) for one in found] == [
        ("console", "due"),
        ("pager", "due"),
    ]


def test_what_may_have_arrived_is_looked_for_when_it_is_tried_again(
    run: Run, database: Database
) -> None:
    Outbox(database).settle_dead(2, AT, "no answer", unsure=True)
    assert "delivery unknown" in run("outbox", "--retry", "2").output


@pytest.mark.parametrize(
    ("words", "left"),
    [(["1"], ["pager"]), (["2"], ["console"]), (["pager"], ["console"]), (["all"], ["console"]),
     (["1", "all"], [])],
)  # fmt: skip
def test_what_nobody_wants_is_dropped(run: Run, words: list[str], left: list[str]) -> None:
    asked = [part for word in words for part in ("--drop", word)]
    run("outbox", *asked, "--by", "Ann")
    listed = run("outbox", "--json").output
    assert [one["channel"] for one in json.loads(listed)] == left
    if not left:
        assert run("outbox").output == "Queue empty: all notifications delivered.\n"


@pytest.mark.parametrize("verb", ["--drop", "--retry"])
@pytest.mark.parametrize(
    ("word", "remedy"), [("9", "list them with"), ("pagr", "did you mean 'pager'")]
)
def test_a_message_that_is_not_there_is_an_error(
    run: Run, verb: str, word: str, remedy: str
) -> None:
    done = run("outbox", verb, word)
    assert done.exit_code == 1
    assert "expected the id of an undelivered notification, a channel, or all" in done.output
    assert remedy in done.output


def test_what_arrived_but_for_a_part_is_listed_until_somebody_has_seen_it(
    run: Run, database: Database
) -> None:
    Outbox(database).settle_sent(2, AT, "ok", "refused for bob@example.org (550)")
    listed = run("outbox").output
    assert "delivered in part" in listed
    assert "refused for bob@example.org (550)" in listed
    assert "delivered in part" not in run("outbox", "--drop", "pager").output


def test_now_is_the_machines_time(run: Run, database: Database) -> None:
    before = datetime.now().astimezone()
    run("ack", ALERT, "--by", "Ann")
    transition, _ = AlertStore(database).transition(f"{ALERT}#2")
    assert transition.at >= before.replace(microsecond=0)


@pytest.mark.parametrize("wanted", [ALERT, "joint_selloff/us", "joint_sel", "US/2025-04-10"])
def test_a_part_of_an_id_is_enough_wherever_one_is_named(run: Run, wanted: str) -> None:
    assert f"{ALERT} is acknowledged by Ann." in run("ack", wanted, "--by", "Ann").output
    assert run("send-test", "console", "--alert", wanted).exit_code == 0
    assert ALERT in run("show", wanted).output


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["joint_selloff_w"], "joint_selloff_weekly"),
        (["custody"], "custody_outflow"),
        (["foreign_net_sales", "--subject", "china"], "foreign_net_sales/china"),
        (["foreign_net_sales/china"], "foreign_net_sales/china"),
        (["foreign_net_sales/china/2025-03-31"], "foreign_net_sales/china"),
        (["source_health", "--subject", "cboe"], "source_health/cboe"),
    ],
)
def test_a_part_of_a_name_is_enough_to_silence_and_to_end_it(
    run: Run, words: list[str], what: str
) -> None:
    made = run("silence", *words, "--for", "2h", "--why", "x")
    assert f"Silenced {what} until" in made.output, made.output
    assert run("unsilence", what[:-2]).output == "Silence 1 expired.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["foreign_net_sales", "--subject", "chnia"], "did you mean 'china'"),
        (["foreign_net_sales/chnia"], "did you mean 'china'"),
        (["source_health", "--subject", "cbeo"], "did you mean 'cboe'"),
        (["joint_sellof"], "use one of them"),
        (["nothing_like_it"], "list them with"),
    ],
)
def test_a_silence_of_nobody_is_refused(
    run: Run, words: list[str], said: str, database: Database
) -> None:
    done = run("silence", *words, "--for", "2h", "--why", "x")
    assert done.exit_code == 1
    assert said in done.output
    assert Silences(database).all() == []


@pytest.mark.parametrize("time", ["99999999d", "367d", "8785h", "9" * 5000 + "m"])
def test_a_silence_has_an_end_that_somebody_lives_to_see(run: Run, time: str) -> None:
    done = run("silence", "joint_selloff", "--for", time, "--why", "x")
    assert done.exit_code == 3
    assert "is longer than 366d" in done.output
    assert "Traceback" not in done.output


def test_a_second_person_is_told_who_acknowledged_it(run: Run) -> None:
    run("ack", ALERT, "--by", "Ann")
    assert "is acknowledged by Ann. Not changed to Zed" in run("ack", ALERT, "--by", "Zed").output
    assert "is acknowledged by Zed." in run("ack", ALERT, "--by", "Zed", "--force").output
