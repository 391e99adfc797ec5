"""What one database has of answers and another has not, as commands that work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from state.backup import copy_database
from state.database import Database
from state.lost_answers import lost_answers
from state.silences import Silences
from tests.monitor.evaluate.desk import AT


def test_each_answer_is_a_command_that_gives_it_again(tmp_path: Path) -> None:
    has, has_not = tmp_path / "has.db", tmp_path / "has-not.db"
    database = Database(has)
    silences = Silences(database)
    over = silences.make("joint_selloff", None, AT, AT + timedelta(hours=1), "Ann", "known")
    database.close()
    copy_database(has, has_not)
    database = Database(has)
    Silences(database).end(over.silence_id, AT)
    Silences(database).make("haven_failure", "us", AT, AT + timedelta(hours=2), "Bo", "it's known")
    Silences(database).make("tic", None, AT, AT + timedelta(minutes=5), "Cy", "over by then")
    database.close()
    at = AT + timedelta(minutes=30)
    assert lost_answers(has, has_not, at) == (
        "havenwatch unsilence joint_selloff",
        """havenwatch silence haven_failure/us --for 90m --why 'it'"'"'s known' --by Bo""",
    )
    assert lost_answers(has_not, has_not, at) == ()
