"""The page of the benchmark: the machine, and each figure with the command that measures it."""

from __future__ import annotations

import re

import pytest

from tests.bench_page import PAGE, Figure, Part, machine_now, page, printing

BENCH = PAGE.parents[1] / "tests" / "bench.py"
SHAPE = """\
| machine | |
|---|---|
| cores | 2 |

## The web

```console
$ .venv/bin/python -m tests.bench --only web
```

| figure | is | beside |
|---|---|---|
| page / | 1 ms | a \\| b |
"""


def test_a_figure_is_printed_and_is_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    figures: list[Figure] = []
    printing(figures)("page /", "1 ms", "a | b")
    assert capsys.readouterr().out == "page /: 1 ms (a | b)\n"
    made = page({"cores": "2"}, {"web": figures}, {"web": Part("The web", lambda _: None)})
    assert made.endswith(SHAPE)


def test_the_page_has_every_part_of_the_benchmark_and_names_its_machine() -> None:
    text = PAGE.read_text(encoding="utf-8")
    parts = re.findall(r'^    "(\w+)": Part\("(.*?)",', BENCH.read_text(encoding="utf-8"), re.M)
    found = re.findall(r"^## (.*)\n\n```console\n.* --only (\w+)\n", text, re.MULTILINE)
    assert found == [(title, name) for name, title in parts], "make bench"
    for name in machine_now():
        assert re.search(rf"^\| {name} \| \S", text, re.MULTILINE), name
