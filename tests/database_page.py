"""What docs/database.md says of every view and table, and what datasette is told from it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "database.md"
METADATA = ROOT / "docs" / "metadata.json"


def view_parts() -> dict[str, str]:
    """The part of the page about each view."""
    text = PAGE.read_text(encoding="utf-8").partition("## Views")[2].partition("## Tables")[0]
    parts = re.split(r"^### `(\w+)`$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def view_columns(part: str) -> dict[str, str]:
    """The columns of a view with what each is."""
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", part, re.MULTILINE))


def table_columns() -> dict[str, list[str]]:
    """The columns of each table."""
    text = PAGE.read_text(encoding="utf-8").partition("## Tables")[2]
    found = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", text, re.MULTILINE)
    return {name: columns.split(", ") for name, columns in found}


def blocks(part: str, language: str) -> list[str]:
    """The blocks of a language in a part of the page."""
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


def metadata() -> dict[str, Any]:
    """What datasette shows of the views: the first paragraph of each, and its columns."""
    tables = {
        name: {
            "description": _plain(" ".join(part.strip().partition("\n\n")[0].split())),
            "columns": {column: _plain(said) for column, said in view_columns(part).items()},
        }
        for name, part in view_parts().items()
    }
    return {
        "title": "havenwatch",
        "description": "Whether US Treasuries still behave as a haven, and whether foreigners sell",
        "databases": {"havenwatch": {"tables": tables}},
    }


def _plain(said: str) -> str:
    """Words without marks and links."""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", said).replace("`", "").replace("**", "")


if __name__ == "__main__":
    METADATA.write_text(json.dumps(metadata(), indent=2) + "\n", encoding="utf-8")
