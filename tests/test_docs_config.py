"""The settings in the documents are those of the program: each block is read as it would be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from monitor.config.load import Config, build
from tests.settings import all_names, section_types, settings_of

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK: Final = re.compile(r"^( *)```toml\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
FENCE: Final = re.compile(r"^ *```\w*\n.*?^ *```", re.DOTALL | re.MULTILINE)
CONFIG: Final = (ROOT / "config.toml").read_text(encoding="utf-8")
SHIPPED: Final = tomllib.loads(CONFIG)
# `# [sources.desk_dxy]` and `# tic = ["console"]`: what a person would take the mark away from.
VALUE: Final = r'(?:"[^"]*"|[\d.]+|true|false|\[.*\]|\{.*\})'
COMMENTED: Final = re.compile(rf"^# (?=\[[\w.]+\]$|[\w.]+ = {VALUE} *(?:#.*)?$)", re.MULTILINE)
# Walked as a whole, with the feed that it makes: tests/test_tutorial.py.
WALKED: Final = ("tutorial.md",)
# A case of `havenwatch rules test` is a file of its own; tests/monitor/history has the page's.
CASE: Final = '\nrule = "'
# What a secret is like, by the end of its variable's name.
SECRETS: Final = {
    "_URL": "https://hooks.example.org/services/T0/B0/x",
    "_URLS": "json://localhost",
    "": "s3cret-of-16-or-more",
}
# In backquotes, and no setting: words in a message, an extra of the package, Python, a mistake.
NO_SECTIONS: Final = ("unacknowledged", "delayed", "secret", "parquet", "excel", "apprise", "demo")
NO_SETTINGS: Final = ("shows_images", "warnung")


def blocks_of(page: Path) -> list[str]:
    """The blocks of a page, without the indent of a list."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def merged(into: dict[str, Any], block: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with those of a block in them, table by table."""
    for name, value in block.items():
        has_table = isinstance(value, dict) and isinstance(into.get(name), dict)
        into[name] = merged(into[name], value) if has_table else value
    return into


def routed(found: Mapping[str, Any]) -> set[str]:
    """The channels that the routes name."""
    routing = dict(found["routing"])
    own = [one["channels"] for one in routing.pop("routes", [])]
    return {one for value in (*routing.values(), *own) for one in value}


class Environ(dict[str, str]):
    """An environment in which every secret is set, and none is in a file."""

    def __contains__(self, name: object) -> bool:
        return not str(name).endswith("_FILE")

    def __getitem__(self, name: str) -> str:
        return str(self.get(name))

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            return default
        return next(secret for end, secret in SECRETS.items() if name.endswith(end))


def load(blocks: list[str], folder: Path, base: str = CONFIG) -> None:
    """Read the configuration with the blocks of a page in it, one after the other, and with the
    channels on that its routes name. Raises ConfigInvalid."""
    found = tomllib.loads(base)
    for block in blocks:
        # A part of a rule, shown for itself, is of the first rule of the page.
        (rule, *_) = [*found["rules"]][len(SHIPPED["rules"]) :] or ["NAME"]
        found = merged(found, tomllib.loads(block.replace("NAME", rule)))
    for name in routed(found) & set(found["channels"]):
        found["channels"][name]["enabled"] = True
    build(found, Environ(), folder)


WITH_BLOCKS: Final = [one for one in PAGES if blocks_of(one) and one.name not in WALKED]


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=lambda path: path.name)
def test_the_blocks_of_a_page_are_a_configuration(page: Path, tmp_path: Path) -> None:
    blocks = [one for one in blocks_of(page) if CASE not in f"\n{one}"]
    has_quotes = any("desk_quotes" in one for one in blocks)  # the feed that config.toml shows
    load(blocks, tmp_path, COMMENTED.sub("", CONFIG) if has_quotes else CONFIG)


def test_the_commented_settings_of_the_configuration_are_one_too(tmp_path: Path) -> None:
    uncommented = COMMENTED.sub("", CONFIG)
    assert len(tomllib.loads(uncommented)["sources"]) == len(SHIPPED["sources"]) + 3
    load([], tmp_path, uncommented)


def spans(page: Path) -> list[str]:
    """What is in backquotes in the sentences and tables of a page."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", page.read_text(encoding="utf-8")))


def unknown_in(span: str) -> list[str]:
    """The settings in a span that there are not: of `[web] port`, `web.port`, `port = 8321`."""
    sections = section_types()
    in_section = re.fullmatch(r"\[(\w+)(?:\.[\w.*]+)?\](?: (\w+\*?)(?: = .*)?)?", span)
    if in_section and in_section[1] not in NO_SECTIONS:
        section, name = in_section.groups()
        if section not in sections:
            return [section]
        return [name] if name and not _is_in(section, name) else []
    dotted = re.fullmatch(r"(\w+)\.(?!py$)(\w+)", span)
    if dotted and dotted[1] in Config.SINGLE:
        return [] if _is_in(*dotted.groups()) else [span]
    if re.match(r"[\w.]+ = ", span):
        outer = re.sub(r"\{.*?\}", "", span)
        written = {one.rpartition(".")[2] for one in re.findall(r"(?:^|, )([\w.]+) = ", outer)}
        return sorted(written - all_names() - {*NO_SETTINGS})
    return []


def _is_in(section: str, name: str) -> bool:
    """Whether a block of a section has a setting; `retry_*` is any that begins so."""
    named = {one.name for cls in section_types()[section].values() for one in settings_of(cls)}
    return any(one == name or (name[-1] == "*" and one.startswith(name[:-1])) for one in named)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_a_setting_in_a_sentence_is_one(page: Path) -> None:
    assert [(one, unknown_in(one)) for one in spans(page) if unknown_in(one)] == []


@pytest.mark.parametrize("span", [
    "[wab]", "[web] prot", "web.prot", "prot = 8321", "[monitor] retri_*", "change = 1, two = 2",
])  # fmt: skip
def test_a_setting_that_is_none_is_noticed(span: str) -> None:
    assert len(unknown_in(span)) == 1


def test_the_settings_that_the_page_of_rules_names_are_those_of_its_rules() -> None:
    text = " ".join((ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split())
    listed = re.findall(r"Settings(?:, for each country)?: ((?:[^.`]*`\w+`)+)", text)
    named = {one for part in listed for one in re.findall(r"`(\w+)`", part)}
    assert len(named) > 25
    assert named - all_names() == set()
