"""A second desk by the command line: what is said of what it follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.cli.params import load_config
from monitor.config.plugins import source_types

FEED = """
[sources.gold]
type = "table"
publisher = "the desk's terminal"
base_url = "{folder}"
path = "/gold.csv"
known_at = "00:00"
columns.close = {{ column = "Close", title = "Gold", unit = "index" }}
"""
AT = "2025-03-10T16:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The folder of two desks with one configuration; the first has had a tick."""
    (tmp_path / "gold.csv").write_text("Date,Close\n2025-03-06,100\n2025-03-07,101\n")
    off = "".join(f"[sources.{n}]\nenabled = false\n" for n in source_types() if n != "table")
    (tmp_path / "config.toml").write_text(FEED.format(folder=tmp_path.as_uri()) + off)
    assert run(tmp_path, "one.db", "tick", "--at", AT)[0] == 0
    return tmp_path


def run(folder: Path, database: str, *words: str) -> tuple[int, str]:
    """The exit code of a command over one of the databases, and what it printed."""
    words = ("--config", str(folder / "config.toml"), "--db", str(folder / database), *words)
    found = CliRunner().invoke(main, list(words))
    return found.exit_code, found.output


def test_a_tick_that_follows_says_so_and_so_do_the_looks(desk: Path) -> None:
    code, said = run(desk, "two.db", "tick", "--at", AT, "--follow", str(desk / "one.db"))
    assert (code, said.splitlines()[-1]) == (0, f"{AT}: followed {desk}/one.db, 0 change(s)")
    follows = f"follows {desk}/one.db, 5 min behind"
    later = ("--at", "2025-03-10T16:05:00Z")
    assert follows in flat(run(desk, "two.db", "status", *later))
    assert follows in flat(run(desk, "two.db", "sources", *later))
    assert follows in json.loads(run(desk, "two.db", "status", "--json", *later)[1])["follows"]
    assert "follows" not in flat(run(desk, "one.db", "sources", *later))


def flat(ran: tuple[int, str]) -> str:
    return " ".join(ran[1].split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tick", "--at", AT), "expected a database that polls for itself, got one that follows"),
        (("backfill",), "run it there: havenwatch --db {folder}/one.db backfill"),
        (("accept", "gold", "--yes"), "{folder}/one.db accept gold --yes"),
        (("tick", "--at", AT, "--follow", "two.db"), "expected a database that this user can read"),
    ],
)
def test_what_a_database_that_follows_refuses(
    desk: Path, words: tuple[str, ...], said: str
) -> None:
    run(desk, "two.db", "tick", "--at", AT, "--follow", str(desk / "one.db"))
    database = "three.db" if "--follow" in words else "two.db"
    code, printed = run(desk, database, *words)
    assert code != 0
    assert said.format(folder=desk) in " ".join(printed.split())


def test_the_option_has_precedence_over_the_configuration(desk: Path) -> None:
    text = (desk / "config.toml").read_text()
    (desk / "config.toml").write_text(text + '[follow]\ndatabase = "one.db"\n')
    paths = desk / "config.toml", None
    assert load_config(paths)[0].followed == desk / "one.db"
    assert load_config(paths, follow=Path("/srv/other.db"))[0].followed == Path("/srv/other.db")
