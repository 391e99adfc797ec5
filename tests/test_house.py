"""What keeps the code easy to enter: short files, and names that say what a thing is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("monitor", "rules", "alerts", "state")
MAX_LINES = 300
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Names the code once had: each says a state or a verb of a letter where a thing is meant.
RIDDLES = """
Answered Answers Basis Blind Chain Checked Decide Decided Dispatch Dispute Drawing Explained Facts
FollowUp Front Heading Judged Kept Leadership Ledger Need Needs Noise NotThere OneAlert Opened
Origin Page Pages Person Place Press Probed Reading Recording Renewed Run Signs Site Story Telling
Told Trouble Unanswered Verdicts Why Withheld add_words ahead_of asking check_lost check_not_older
chosen_alert counted drawn fell first_about graded joint judged_now kept knows_between maybe
merged noise own_words paused promise_transition published said set_aside settle_dead signs_of
spoken step_words telling turning_points
"""


# What a file defines at its top level, by the beginning of a line: parsing takes a second.
DEFINED = re.compile(r"^(?:(?:async )?def |class )(\w+)|^(\w+(?= = )|[A-Z]\w*(?=: ))", re.MULTILINE)


def _names(path: Path) -> set[str]:
    """The names that a file defines at its top level."""
    found = DEFINED.findall(path.read_text(encoding="utf-8"))
    return {named or assigned for named, assigned in found}


def _from_root(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Each is one test over all files, as a test for each would take longer to begin than to run.
def test_every_file_is_short() -> None:
    lines = {_from_root(one): one.read_text(encoding="utf-8").count("\n") for one in FILES + TESTS}
    too_long = {name: count for name, count in lines.items() if count > MAX_LINES}
    assert too_long == {}, "split it into two files, each for one thing"


def test_names_are_no_riddles() -> None:
    riddles = set(RIDDLES.split())
    found = {_from_root(one): sorted(riddles.intersection(_names(one))) for one in FILES}
    named = {name: names for name, names in found.items() if names}
    assert named == {}, "name it after what it is"
