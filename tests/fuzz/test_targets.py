"""Every reader of what comes from outside has a target, and none fails on what it once did."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from monitor.config.plugins import channel_types, quote_types, source_types
from monitor.sources.table import Table
from state.stored_json import StoredJson
from tests.fuzz.bounds import ROOT, TookTooLong, failure
from tests.fuzz.campaign import RECENT_SHARE, budgets, summary
from tests.fuzz.engine import Found
from tests.fuzz.smallest import smallest
from tests.fuzz.target import REGRESSIONS, Target, targets
from tests.fuzz.targets.channels import UNASKED
from tests.fuzz.targets.config_blocks import block_types
from tests.fuzz.targets.desk_tables import formats
from tests.fuzz.targets.stored import KINDS
from tests.slow import quick_where

# Whose first input alone takes long: what they read is tried by tests of their own.
LONG = ("source.", "web.", "feeds.", "channel.")


@pytest.fixture(autouse=True)
def _no_warnings_of_libraries() -> Iterator[None]:
    """They warn of inputs that are refused all the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_every_reader_has_a_target() -> None:
    wanted = {f"source.{name}" for name in source_types()}
    wanted |= {f"quotes.{name}" for name in quote_types()}
    wanted |= {f"channel.{name}" for name in channel_types() if name not in UNASKED}
    wanted |= {f"config.{name}" for name in block_types()}
    wanted |= {f"table.{name}" for name in formats()}
    assert wanted <= set(targets())


def test_every_format_and_payload_is_read_by_one() -> None:
    assert set(formats()) == set(get_args(get_type_hints(Table)["format"]))
    read = {name for one in targets().values() for name in one.files}
    folders = ("monitor/sources", "monitor/quotes", "alerts/channels", "monitor/feeds")
    for folder in folders[:3]:
        every = {f"{folder}/{one.name}" for one in (ROOT / folder).glob("[!_]*.py")}
        assert every - read <= {f"alerts/channels/{name}.py" for name in UNASKED}
    for payload in ("monitor/slack/payload.py", "monitor/slack/command.py", "state/restore.py"):
        assert payload in read
    headers = {
        f"alerts/transport/{one.name}" for one in (ROOT / "alerts/transport").glob("*_h*.py")
    }
    assert {one for one in headers if one.endswith(("header.py", "headers.py"))} <= read


def test_every_kind_that_is_stored_as_json_has_one() -> None:
    assert all(isinstance(one, StoredJson) for one in KINDS.values())
    assert {f"stored.{name.lower()}" for name in KINDS} <= set(targets())


def test_what_a_target_names_is_there() -> None:
    for one in targets().values():
        assert all((ROOT / path).is_file() for path in one.files), one.name
    kept = {path.parent.name for path in REGRESSIONS.glob("*/*")}
    assert kept <= set(targets())


@pytest.mark.parametrize(
    "name", quick_where(lambda name: not name.startswith(LONG), sorted(targets()))
)
def test_a_target_begins_with_inputs_that_pass(name: str) -> None:
    one = targets()[name]
    first = next(one.seeds())
    assert failure(one, first) is None


@pytest.mark.parametrize(
    "path", sorted(REGRESSIONS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_input_fails_on_which_one_failed(path: Path) -> None:
    wrong = failure(targets()[path.parent.name], path.read_bytes())
    assert wrong is None, wrong.said


def _made(run: object, most_s: float = 2.0) -> Target:
    return Target("made.up", run, lambda: iter([b""]), (), most_s=most_s)  # type: ignore[arg-type]


def _refuses_x(content: bytes) -> None:
    assert b"x" not in content, "x"


def _loops(content: bytes) -> None:
    while True:
        try:
            pass
        except Exception:  # noqa: BLE001 - as code under test may
            continue


def _takes_memory(content: bytes) -> None:
    assert len(bytearray(400_000_000))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (_refuses_x, "AssertionError at tests/fuzz/test_targets.py:"),
        (_loops, f"{TookTooLong.__name__} at tests/fuzz/test_targets.py:"),
        (lambda content: int(content), "ValueError at tests/fuzz/test_targets.py:"),
    ],
)
def test_what_goes_wrong_is_named_by_its_kind_and_line(run: object, said: str) -> None:
    wrong = failure(_made(run, most_s=0.05), b"1x")
    assert wrong is not None
    assert wrong.key.startswith(said)


@pytest.mark.slow
def test_what_takes_too_much_memory_fails() -> None:
    wrong = failure(_made(_takes_memory), b"")
    assert wrong is not None
    assert "MB, at most 150" in wrong.said


def test_a_failing_input_is_made_as_small_as_it_can_be() -> None:
    target = _made(_refuses_x)
    wrong = failure(target, b"some x in a long text")
    assert wrong is not None
    assert smallest(target, b"some x in a long text", wrong) == b"x"


def test_what_was_changed_has_a_larger_share() -> None:
    old = Target("old", _refuses_x, lambda: iter([]), ("monitor.a",))
    new = Target("new", _refuses_x, lambda: iter([]), ("monitor.b",))
    shares = budgets([old, new], 8.0, {"monitor/b.py"})
    assert shares == {"old": 8.0 / (1 + RECENT_SHARE), "new": 6.0}


def test_a_summary_says_how_to_run_a_failure_again(tmp_path: Path) -> None:
    path = tmp_path / "0a1b"
    path.write_bytes(b"\xff")
    failed = Found("a.b", 10, 2.0, 1, 3, (5, 9), {str(path): "KeyError at monitor/x.py:3"})
    text = "\n".join(summary([failed], seed=7))
    assert "FAILED a.b: KeyError at monitor/x.py:3\n  on b'\\xff'" in text
    assert f"python -m tests.fuzz --target a.b --input {path}" in text
    assert "1 targets, 10 runs in 2 s of a processor, 1 failures, seed 7" in text
