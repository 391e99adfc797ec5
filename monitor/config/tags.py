"""The tags that rules bear in the configuration: what a route may choose them by.

They are kept beside the rules and not in them: no answer of a rule turns on a tag, so that one that
changes is no other definition of the rule.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from alerts.developing import DEVELOPING
from alerts.routing import Route
from monitor.config.blocks import block_of, unknown_name
from monitor.config.desk_rules import WORD
from monitor.config.notifications import unknown_in_routes
from monitor.errors import Problem

SETTING: Final = "tags"
# How alike a setting must be to be a misspelled `tags`: no setting of a rule is.
ALIKE: Final = 0.7

GIVE_ONE: Final = "write tags = [...] in the block of a rule"

RuleTags = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class TagSettings:
    """What of a rule's block is about its tags."""

    tags: tuple[str, ...] = ()


def rule_tags(
    found: Mapping[str, Any], problems: list[Problem]
) -> tuple[Mapping[str, Any], dict[str, tuple[str, ...]]]:
    """The settings without the tags of rules, and these by rule."""
    written = found.get("rules", {})
    if not isinstance(written, Mapping):
        return found, {}
    rest, tags = {}, {}
    for name, block in written.items():
        rest[name] = block
        if not isinstance(block, Mapping):
            continue
        rest[name] = {key: one for key, one in block.items() if not _is_meant(key)}
        problems += [unknown_name(f"rules.{name}.{key}", key, [SETTING])
                     for key in block if _is_meant(key) and key != SETTING]  # fmt: skip
        if mine := _read(f"rules.{name}", block, problems):
            tags[name] = mine
    return {**found, "rules": rest}, tags


def with_developing(tags: RuleTags) -> RuleTags:
    """The same with the alerts during a session, which have the tags of the alerts at the close."""
    return {**tags, **{DEVELOPING[name]: one for name, one in tags.items() if name in DEVELOPING}}


def unknown_tags(routes: tuple[Route, ...], tags: RuleTags) -> list[Problem]:
    """The tags in routes that no rule has."""
    known = sorted({tag for mine in tags.values() for tag in mine})
    return [
        unknown_name(path, tag, known)
        if known
        else Problem(path, f"no rule has a tag {tag!r}", GIVE_ONE)
        for path, tag in unknown_in_routes(routes, "tags", known)
    ]


def _is_meant(key: str) -> bool:
    return bool(difflib.get_close_matches(key, [SETTING], cutoff=ALIKE))


def _read(path: str, block: Mapping[str, Any], problems: list[Problem]) -> tuple[str, ...]:
    settings = {key: one for key, one in block.items() if key == SETTING}
    read: TagSettings | None = block_of(path, TagSettings, settings, problems)
    mine = () if read is None else tuple(dict.fromkeys(read.tags))
    problems += _name_problems(path, mine)
    return mine


def _name_problems(path: str, tags: tuple[str, ...]) -> Iterator[Problem]:
    for place, tag in enumerate(tags):
        if not WORD.fullmatch(tag):
            yield Problem(
                f"{path}.tags.{place}", f"{tag!r} is no tag", "use letters, digits, _ . -"
            )
