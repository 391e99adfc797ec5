"""The rules of docs/recipes.md, each as a configuration of its own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from monitor.config.load import Config, build
from state.database import Database
from tests.fifty_years import LAST, market, store

PAGE: Final = Path(__file__).parents[1] / "docs" / "recipes.md"


@dataclass(frozen=True)
class Recipe:
    """A heading of the page with its block and the words around it."""

    heading: str
    words: str
    block: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of its rule."""
        (found,) = self.block["rules"]
        return str(found)

    @cached_property
    def config(self) -> Config:
        """A configuration with nothing else of the desk's own."""
        return build(self.block, {}, Path())


def recipes() -> list[Recipe]:
    """Every recipe of the page."""
    found = []
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, rest = section.partition("\n")
        (block,) = re.findall(r"```toml\n(.*?)```", rest, re.DOTALL)
        words = " ".join(rest.replace(block, "").split())
        found.append(Recipe(heading, words, tomllib.loads(block)))
    return found


def store_what_recipes_read(path: Path) -> None:
    """Add to a database of fifty years the real yields, and the desk's table of MOVE."""
    by_name = {one.name: one for one in recipes()}
    tables = by_name["bonds_calmer_than_stocks"].config.sources
    given = {"treasury_real_curve": ("ust10y_real", "DFII10"), "move": ("move.close", "MOVE")}
    database = Database(path)
    for name, (series_id, file) in given.items():
        store(database, tables[name], pd.DataFrame({series_id: market(file)[:LAST]}))
    database.close()
