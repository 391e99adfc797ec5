"""The picture docs/images/rooms.svg, drawn from the imports themselves: `make rooms`."""

from __future__ import annotations

import importlib
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "images" / "rooms.svg"
PACKAGES: Final = ("monitor", "state", "alerts", "rules")
CONTRACT: Final = "Inside monitor imports run one way"
# Modules that stand alone in `monitor`, on which everything rests.
GROUND: Final = "ground"
GROUND_SAID: Final = "Shared basics: the clock, errors, stopping, progress."

WIDTH, ROW, TOP, LEFT = 900, 44, 34, 300
STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.name { font-weight: 600; } .said { fill: #57606a; } .line { stroke: #d0d7de; }
.arc { fill: none; stroke: #0969da; stroke-opacity: .45; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .said { fill: #9198a1; } .line { stroke: #30363d; }
  .arc { stroke: #58a6ff; }
}"""


@dataclass(frozen=True)
class Room:
    """A folder of the program, and what it is for."""

    name: str
    said: str


def rooms() -> list[Room]:
    """Every room, from the commands down to the rules."""
    return [Room(name, _said(name)) for name in (*_layers(), *PACKAGES[1:])]


def arrows(graph: grimp.ImportGraph) -> Counter[tuple[str, str]]:
    """How many imports run from one room to another."""
    found = Counter[tuple[str, str]]()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ends = room_of(module), room_of(imported)
            if ends[0] != ends[1]:
                found[ends] += 1
    return found


def room_of(module: str) -> str:
    """The room that a module stands in."""
    package, _, rest = module.partition(".")
    if package != "monitor":
        return package
    name = rest.partition(".")[0]
    if name == "__main__":
        return "cli"
    return name if name in _layers() else GROUND


def draw() -> str:
    """The picture as SVG: a row a room; arcs are imports, the thicker the more."""
    graph = grimp.build_graph(*PACKAGES)
    listed = rooms()
    middle = {room.name: TOP + ROW * (place + 0.5) for place, room in enumerate(listed)}
    parts = [
        _arc(middle[start], middle[end], count)
        for (start, end), count in sorted(arrows(graph).items())
        if start in middle and end in middle
    ]
    for room in listed:
        at = middle[room.name]
        parts += [
            f'<line class="line" x1="{LEFT}" x2="{WIDTH - 10}" y1="{at + 22}" y2="{at + 22}"/>',
            f'<text class="name" x="{LEFT}" y="{at - 2}">{escape(room.name)}</text>',
            f'<text class="said" x="{LEFT}" y="{at + 15}">{escape(room.said)}</text>',
        ]
    height = TOP + ROW * len(listed) + 10
    title = "Imports run down: each arc leads from a folder to one below that it imports from."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            f'<text class="said" x="{LEFT}" y="20">{title}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def main() -> None:
    """Draw it again."""
    PICTURE.write_text(draw(), encoding="utf-8")


@cache
def _layers() -> tuple[str, ...]:
    """The rooms of `monitor` in the order of the contract; the modules below them as one."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = contracts["tool"]["importlinter"]["contracts"]
    (layers,) = (one["layers"] for one in listed if one["name"] == CONTRACT)
    names = [name.removeprefix("monitor.") for line in layers for name in line.split(" | ")]
    folders = [name for name in names if (ROOT / "monitor" / name).is_dir() or name == "app"]
    return (*folders, GROUND)


def _said(name: str) -> str:
    if name == GROUND:
        return GROUND_SAID
    module = importlib.import_module(name if name in PACKAGES else f"monitor.{name}")
    text = " ".join((module.__doc__ or "").split())
    return text.partition(". ")[0].removesuffix(".") + "."


def _arc(start: float, end: float, count: int) -> str:
    reach = 12 + (end - start) * 0.42
    # By its order of magnitude alone, so that not every new import draws another picture.
    width = len(str(count)) * 1.2
    x = LEFT - 14
    return (
        f'<path class="arc" stroke-width="{width:.1f}" '
        f'd="M{x},{start:g} C{x - reach:.0f},{start:g} {x - reach:.0f},{end:g} {x},{end:g}"/>'
    )


if __name__ == "__main__":
    main()
