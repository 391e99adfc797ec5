"""How `make docs` builds the site: Sphinx reads the pages as they are, with MyST for Markdown.

Its folder is the checkout itself, so that a link leads to the same file here as on GitHub. What is
in the navigation, and in which order, is in docs/README.md. Every warning is an error, and so is
anything that a page would load from elsewhere.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Container
from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

project = "havenwatch"
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "tests/*cases/README.md"]
exclude_patterns = [".*", "build", "demo"]
extensions = ["myst_parser"]
# Names of headings as GitHub makes them, and its <img> with a width.
myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]
# `--option` stays what is typed.
smartquotes = False
nitpicky = True
html_theme = "furo"
html_title = "havenwatch"
html_theme_options = {"top_of_page_buttons": []}
html_copy_source = False
html_use_index = False
html_domain_indices = False

NAVIGATION: Final = "docs/README"
# A line of its lists: - [Slack app](slack.md): its subject. Links with an anchor are only links.
# A page that is not there yet may be listed in a comment; outside of one it is a broken link.
LISTED: Final = re.compile(r"^- \[([^]]+)\]\(([\w./-]+)\.md\)", re.MULTILINE)
# What a browser loads by itself; where a link leads when it is clicked is another matter.
LOADED: Final = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\ssrc=[\"']?((?:https?:)?//[^\"'\s>]+)"
    r"|<link\b[^>]*\shref=[\"']?((?:https?:)?//[^\"'\s>]+)"
    r"|(?:@import\s+[\"']?|url\([\"']?)((?:https?:)?//[^\"')\s]+)"
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Join the two steps to Sphinx's own."""
    app.connect("source-read", add_navigation)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_navigation(app: Sphinx, docname: str, content: list[str]) -> None:
    """Put the lists of docs/README.md behind the first page, as Sphinx takes them."""
    if docname != root_doc:
        return
    app.env.note_dependency(f"{NAVIGATION}.md")
    page = (Path(app.srcdir) / f"{NAVIGATION}.md").read_text(encoding="utf-8")
    content[0] += "".join(trees(page, app.env.found_docs))


def trees(page: str, there: Container[str]) -> list[str]:
    """A tree for each heading of the navigation, of the pages in its list that are there."""
    _, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    made = [tree("", [f"All pages </{NAVIGATION}>"])]
    for section in sections:
        heading, _, text = section.partition("\n")
        listed = [(title, at(path)) for title, path in LISTED.findall(text)]
        made.append(tree(heading, [f"{title} </{doc}>" for title, doc in listed if doc in there]))
    return made


def at(path: str) -> str:
    """The document that a link of docs/README.md leads to."""
    return path.removeprefix("../") if path.startswith("../") else f"docs/{path}"


def tree(caption: str, entries: list[str]) -> str:
    """A hidden toctree: the theme shows it at the side."""
    lines = ["```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else []), *entries]
    return "\n\n" + "\n".join([*lines, "```", ""])


def finish(app: Sphinx, failed: Any) -> None:
    """The first page also under the name that servers look for; nothing loaded from elsewhere."""
    if failed is not None:
        return
    folder = Path(app.outdir)
    shutil.copyfile(folder / f"{root_doc}.html", folder / "index.html")
    found = [
        f"{one.relative_to(folder)}: {''.join(match.groups(''))}"
        for one in sorted(folder.rglob("*"))
        if one.suffix in (".html", ".css")
        for match in LOADED.finditer(one.read_text(encoding="utf-8"))
    ]
    if found:
        listed = "\n".join(found)
        raise ExtensionError(f"expected pages that load nothing from elsewhere, got:\n{listed}")
