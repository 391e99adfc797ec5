"""Long work says how far it is: drawn where a person looks, else a line a tenth."""

from __future__ import annotations

import io

from rich.console import Console

from monitor.progress import progressing


def told(terminal: Console, steps_of: int) -> None:
    with progressing(terminal, "loading", steps_of) as steps:
        for place in range(steps_of):
            steps.advance(f"file {place + 1}")


def test_a_pipe_gets_one_plain_line_a_tenth() -> None:
    stream = io.StringIO()
    told(Console(file=stream), 95)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "loading: 10%, file 10"
    assert lines[-1] == "loading: 100%, file 95"


def test_little_work_gets_a_line_a_step_and_no_more() -> None:
    stream = io.StringIO()
    told(Console(file=stream), 3)
    assert stream.getvalue().splitlines() == [
        "loading: 30%, file 1", "loading: 60%, file 2", "loading: 100%, file 3",
    ]  # fmt: skip


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end() -> None:
    stream = io.StringIO()
    told(Console(file=stream, force_terminal=True, width=80), 20)
    assert "━" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")


def test_a_dumb_terminal_gets_lines() -> None:
    stream = io.StringIO()
    terminal = Console(file=stream, force_terminal=True, _environ={"TERM": "dumb"})
    told(terminal, 10)
    assert "\x1b" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 10


def test_work_without_steps_is_done() -> None:
    stream = io.StringIO()
    with progressing(Console(file=stream), "loading", 0) as steps:
        steps.done(0, "nothing to load")
    assert stream.getvalue() == "loading: 100%, nothing to load\n"
