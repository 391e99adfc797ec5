"""`havenwatch doctor` as typed: what it prints, its exit code, and what it leaves alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from alerts.transport.network import CA_VARIABLES
from monitor.cli.main import main
from monitor.clock import SystemClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from state.database import Database
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.monitor.doctor.bench import WATCHED
from tests.support import toml_sources

SLACK = '[channels.slack]\nconversation = "{conversation}"\nbase_url = "{base_url}"\n'


@pytest.fixture(autouse=True)
def desk(standins: Standins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration over the stand-ins, which publish by the machine's clock."""
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    standins.dated = SystemClock().now
    text = toml_sources(standins, "min_interval_s = 0.0", 'poll_at = ["18:30"]')
    for name in standins.names:
        if name not in WATCHED:
            text = text.replace(f"[sources.{name}]\n", f"[sources.{name}]\nenabled = false\n")
    Path("config.toml").write_text(text)
    return tmp_path


def doctor(*words: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(main, ["doctor", *words])


def outcomes(done: Result) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in json.loads(done.stdout)["checks"]}


def with_slack(slack: SlackStandin) -> dict[str, str]:
    config = Path("config.toml")
    block = SLACK.format(conversation=CONVERSATION, base_url=slack.base_url)
    config.write_text(config.read_text() + block)
    return {"HAVENWATCH_SLACK_TOKEN": TOKEN}


def test_each_check_is_a_line_and_a_summary_ends_them(standins: Standins) -> None:
    standins.faults["cboe"] = lambda _: Reply(503, b"", "text/plain")
    done = doctor()
    assert done.exit_code == 2, done.output
    *lines, summary = done.stdout.splitlines()
    assert {one.split(" ")[0] for one in lines} <= {"ok", "warning", "failed", "skipped"}
    (cboe,) = [one for one in lines if "source cboe" in one]
    assert cboe.startswith("failed   source cboe")
    assert "expected HTTP 200, got HTTP 503" in cboe
    assert "try again later: the other side has an outage" in cboe
    assert summary.startswith(f"{len(lines)} checks: ")
    assert "1 failed" in summary


def test_json_has_the_same_for_a_program(standins: Standins) -> None:
    standins.faults["cboe"] = lambda _: Reply(503, b"", "text/plain")
    done = doctor("--json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == found["exit_code"] == 2
    assert sum(found["counts"].values()) == len(found["checks"])
    assert found["counts"]["failed"] == 1
    (cboe,) = [one for one in found["checks"] if one["name"] == "source cboe"]
    assert cboe["check"] == "sources"
    assert cboe["expected"] == "HTTP 200"
    assert cboe["got"].startswith("HTTP 503 (UNREACHABLE, http://127.0.0.1")
    assert cboe["said"] is None


def test_offline_asks_nobody(standins: Standins) -> None:
    before = len(standins.asked)
    done = doctor("--offline", "--json")
    assert done.exit_code in (0, 1), done.output
    found = outcomes(done)
    assert [found[one] for one in ("sources", "channels", "clock")] == ["skipped"] * 3
    assert len(standins.asked) == before


def test_nothing_is_stored_and_nothing_sent(standins: Standins, desk: Path) -> None:
    Database(desk / "havenwatch.db").close()
    before = hashlib.sha256((desk / "havenwatch.db").read_bytes()).digest()
    with SlackStandin() as slack:
        done = doctor("--json", **with_slack(slack))
        assert slack.posted == []
    found = outcomes(done)
    assert found["channel slack"] == found["database"] == found["database, pages"] == "ok"
    assert found["clock"] == "ok"
    assert hashlib.sha256((desk / "havenwatch.db").read_bytes()).digest() == before
    log = desk / "havenwatch.db-wal"
    assert not log.exists() or log.stat().st_size == 0


def test_a_test_message_goes_through_each_channel_where_it_is_asked_for() -> None:
    with SlackStandin() as slack:
        done = doctor("--send", "--json", **with_slack(slack))
        assert "Test from havenwatch" in slack.heads[0]["text"] + str(slack.heads[0]["blocks"])
    found = outcomes(done)
    assert found["channel slack, test message"] == "ok"
    assert "channel console, test message" not in found


def test_a_mistaken_configuration_is_a_failure_and_the_rest_is_still_checked() -> None:
    Path("config.toml").write_text('[desk]\nnmae = "x"\n')
    found = outcomes(doctor("--json"))
    assert found["configuration"] == "failed"
    assert found["sources"] == found["channels"] == "skipped"
    assert found["python"] == "ok"


def test_without_a_configuration_it_says_how_to_begin() -> None:
    Path("config.toml").unlink()
    done = doctor()
    assert done.exit_code == 2
    assert "create one: havenwatch init" in done.output


def test_wrong_use_has_the_code_of_wrong_use() -> None:
    done = doctor("--offline", "--send")
    assert done.exit_code == 3
    assert "--send asks the channels" in done.output


@pytest.mark.slow
def test_a_process_ends_with_its_report_also_while_something_hangs(standins: Standins) -> None:
    """As typed, in a process of its own: the threads that still wait do not keep it."""
    from tests.alerts.dripping import Drip, Dripping

    with Dripping(Drip.HEADERS) as server:
        config = Path("config.toml")
        here = standins.base_url("cboe") + '"'
        config.write_text(config.read_text().replace(here, f'{server.root}"'))
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "doctor", "--timeout", "1.5", "--json"],
            capture_output=True, text=True, check=False, timeout=120,
            env={"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    assert done.stdout, done.stderr
    found = {one["name"]: one for one in json.loads(done.stdout)["checks"]}
    assert done.returncode == 2
    assert found["source cboe"]["outcome"] == "failed"
