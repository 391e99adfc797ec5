"""The site of the documents: every page is in its navigation, and what leads nowhere fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAVIGATION = ROOT / "docs" / "README.md"
LISTED = re.compile(r"^- \[[^]]+\]\(([\w./-]+\.md)\): \S", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FIRST = "# First\n\n[The second](docs/second.md#a-heading)\n\n![A picture](docs/picture.png)\n"
PICTURE = ROOT / "docs" / "images" / "slack-webhook.png"
PATIENCE_S = 600


def test_every_page_is_in_the_navigation_once_and_says_what_it_is_about() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/*cases/README.md")]
    text = NAVIGATION.read_text(encoding="utf-8")
    listed = [(NAVIGATION.parent / one).resolve() for one in LISTED.findall(text)]
    shown = LISTED.findall(COMMENT.sub("", text))
    assert len(listed) == len(set(listed))
    # The first page and the navigation lead to all others.
    wanted = set(pages) - {ROOT / "README.md", NAVIGATION}
    assert wanted - set(listed) == set(), "add a line to a list of docs/README.md"
    missing = {one for one in shown if not (NAVIGATION.parent / one).exists()}
    assert missing == set(), "list it in a comment until it is there"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python that has Sphinx, installed as `make docs` does."""
    folder = tmp_path_factory.mktemp("tools")
    for name in ("Makefile", "requirements-docs.lock"):
        shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    environ = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    words = ["make", "--old-file", ".venv/developer", "build/docs-tools"]
    subprocess.run(words, cwd=folder, env=environ, check=True, timeout=PATIENCE_S)
    return folder / "build" / "docs-tools" / "bin" / "python"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A checkout with three pages and a picture."""
    docs = tmp_path / "site" / "docs"
    docs.mkdir(parents=True)
    (docs.parent / "README.md").write_text(FIRST)
    (docs / "README.md").write_text("# All\n\n## Guides\n\n- [The second](second.md): one\n")
    (docs / "second.md").write_text("# Second\n\n## A heading\n\n[The first](../README.md)\n")
    shutil.copy2(PICTURE, docs / "picture.png")
    shutil.copy2(ROOT / "docs" / "conf.py", docs / "conf.py")
    return docs.parent


def build(python: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` does."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (line,) = re.findall(r"^\tbuild/docs-tools/bin/python (-m sphinx .*)$", made, re.MULTILINE)
    return subprocess.run(
        [python, *line.split()],
        cwd=site, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_site_without_a_fault_is_built_and_its_first_page_is_the_index(
    tools: Path, site: Path
) -> None:
    done = build(tools, site)
    assert done.returncode == 0, done.stderr
    folder = site / "build" / "docs"
    first = (folder / "index.html").read_text(encoding="utf-8")
    assert first == (folder / "README.html").read_text(encoding="utf-8")
    assert 'href="docs/second.html#a-heading"' in first
    assert list(folder.glob("_images/picture.png"))


def appended(page: str, text: str) -> Callable[[Path], object]:
    """A fault: a text at the end of a page."""

    def fault(site: Path) -> None:
        path = site / page
        path.write_text(path.read_text() + text)

    return fault


Faults = dict[str, tuple[Callable[[Path], object], str]]
# All are made at once, as a build takes seconds; what is said of each is a warning of its own.
WARNINGS: Faults = {
    "a link to no page": (appended("README.md", "[x](docs/fourth.md)\n"), "docs/fourth.md"),
    "an anchor that is none": (
        appended("README.md", "[x](docs/second.md#other)\n"),
        "local id not found in doc 'docs/second': 'other'",
    ),
    "an anchor on the page": (appended("docs/second.md", "[x](#none)\n"), "'none'"),
    "a picture that is missing": (lambda site: (site / "docs/picture.png").unlink(), "picture.png"),
    "a page that is not listed": (
        lambda site: (site / "docs/third.md").write_text("# Third\n"),
        "docs/third.md: WARNING: document isn't included in any toctree",
    ),
    "a listed page that is missing": (
        appended("docs/README.md", "- [The fifth](fifth.md): none\n"),
        "docs/README.md:6: WARNING: 'myst' cross-reference target not found: 'fifth.md'",
    ),
}
LOADED: Faults = {
    "a picture": (
        appended("README.md", "\n![x](https://example.org/x.png)\n"),
        "README.html: https://example.org/x.png",
    ),
    "a script": (
        appended("docs/second.md", '\n<script src="//example.org/x.js"></script>\n'),
        "second.html: //example.org/x.js",
    ),
    "a style": (
        appended("README.md", "\n<style>@import 'https://example.org/x.css'</style>\n"),
        "README.html: https://example.org/x.css",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("faults", [WARNINGS, LOADED], ids=["that leads nowhere", "from elsewhere"])
def test_what_a_page_has_is_an_error(faults: Faults, tools: Path, site: Path) -> None:
    for fault, _ in faults.values():
        fault(site)
    done = build(tools, site)
    assert done.returncode != 0
    assert [name for name, (_, said) in faults.items() if said not in done.stderr] == []
