"""`backup` and `restore`: what they say, without secrets and on real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from state.database import Database
from state.leader_lock import LeaderLock

# A channel whose secret is not in this environment, as for a command that cron starts.
CONFIG = '[channels.slack_webhook]\nurl_env = "NOT_SET_ANYWHERE"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG)
    Database(Path("havenwatch.db")).close()
    return tmp_path


def called(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_backup_is_restored_and_both_say_what_was_verified(folder: Path) -> None:
    done = called("backup", "copy.db")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("wrote copy.db: ")
    assert done.output.endswith(" tables, verified\n")
    done = called("restore", "copy.db")
    assert done.exit_code == 0, done.output
    (kept,) = folder.glob("havenwatch.db.replaced-*")
    assert done.output.startswith("restored havenwatch.db from copy.db: ")
    assert f"the replaced database is {kept.name}" in done.output
    assert "havenwatch run" in done.output


def test_on_a_new_machine_there_is_nothing_to_keep(folder: Path) -> None:
    called("backup", "copy.db")
    Path("havenwatch.db").unlink()
    done = called("restore", "copy.db")
    assert done.exit_code == 0, done.output
    assert "replaced database" not in done.output


WRONG = {
    "backup over itself": (["backup", "havenwatch.db"], 1, "expected another file than"),
    "backup of nothing": (["--db", "no.db", "backup", "copy.db"], 1, "no database at no.db"),
    "backup to no folder": (["backup", "no/copy.db"], 1, "expected a file that can be written"),
    "backup without a configuration": (["--config", "no.toml", "backup", "c.db"], 3, "--config"),
    "restore of nothing": (["restore", "no.db"], 1, "expected a backup, got no file at no.db"),
    "restore of itself": (["restore", "havenwatch.db"], 1, "got the database itself"),
    "restore of another file": (["restore", "config.toml"], 3, "cannot restore"),
}


@pytest.mark.parametrize(("words", "code", "said"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said_in_one_line(words: list[str], code: int, said: str) -> None:
    done = called(*words)
    assert done.exit_code == code, done.output
    assert said in done.output
    assert done.output.count("\n") == 1


def test_nothing_is_restored_while_an_instance_runs() -> None:
    called("backup", "copy.db")
    lock = LeaderLock(Path("havenwatch.db"))
    assert lock.take()
    done = called("restore", "copy.db")
    lock.give_up()
    assert done.exit_code == 1
    assert "in use by process" in done.output
    assert "stop it first" in done.output
