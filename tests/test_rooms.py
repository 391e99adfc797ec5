"""The picture of the rooms is that of the imports, all of which run down."""

from __future__ import annotations

import grimp

from tests.rooms import PACKAGES, PICTURE, arrows, draw, rooms


def test_the_picture_in_the_docs_is_that_of_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "draw it again: make rooms"


def test_every_import_runs_down_from_room_to_room() -> None:
    graph = grimp.build_graph(*PACKAGES)
    place = {room.name: number for number, room in enumerate(rooms())}
    assert [pair for pair in arrows(graph) if place[pair[0]] > place[pair[1]]] == []
    assert all(room.said for room in rooms())
