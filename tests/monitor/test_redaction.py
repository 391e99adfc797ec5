"""What leaves the machine."""

from __future__ import annotations

from pathlib import Path

from monitor.redaction import redacted


def test_secrets_and_folders_are_taken_out_and_one_line_is_left() -> None:
    text = "cannot read /home/ann/desk/havenwatch.db:\n tok and token-long, see /home/ann/desk/x"
    said = redacted(text, ["tok", "token-long", ""], Path("/home/ann/desk"))
    assert said == "cannot read havenwatch.db: [secret] and [secret], see x"


def test_a_database_in_the_root_leaves_slashes_alone() -> None:
    assert redacted("a/b", [], Path("/")) == "a/b"
