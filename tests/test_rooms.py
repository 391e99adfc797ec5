"""The picture of the rooms is that of the imports, all of which run down."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import grimp

from tests.rooms import PACKAGES, PICTURE, arrows, draw, rooms


def test_the_picture_in_the_docs_is_that_of_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "draw it again: make rooms"


def test_every_import_runs_down_from_room_to_room() -> None:
    graph = grimp.build_graph(*PACKAGES)
    place = {room.name: number for number, room in enumerate(rooms())}
    assert [pair for pair in arrows(graph) if place[pair[0]] > place[pair[1]]] == []
    assert all(room.said for room in rooms())


def test_a_rule_is_its_definition_its_sizes_and_its_phrases() -> None:
    lines = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in Path("rules/catalog").glob("[!_]*.py")
    }
    assert {name: count for name, count in lines.items() if count > 180} == {}
    assert median(lines.values()) <= 110
