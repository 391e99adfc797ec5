"""Settings that have a new name: the old one still works, and is reported with the new one.

At the bottom of `monitor`, because the on-call check reads its few settings without `config`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple


class RenamedSetting(NamedTuple):
    """One setting; `*` in its block is any name."""

    block: str
    old: str
    new: str


RENAMED_SETTINGS: Final = (
    RenamedSetting("monitor", "first_look_back_hours", "startup_lookback_hours"),
    RenamedSetting("monitor", "event_attention_hours", "event_active_hours"),
    RenamedSetting("channels.*", "repeats_when_unsure", "resend_when_unknown"),
    RenamedSetting("chains.*", "wider", "tolerance_for"),
    RenamedSetting("sources.*.columns.*", "stands_for", "substitutes"),
)


class OldName(NamedTuple):
    """An old name found in a configuration. `is_clash`: the new name is set beside it."""

    block: str
    old: str
    new: str
    is_clash: bool


def with_new_names(settings: Mapping[str, Any]) -> tuple[dict[str, Any], list[OldName]]:
    """The settings under their new names, and the old names found. Where both are set, the old one
    is dropped and marked as a clash. The argument is left as it is."""
    renamed, found = _copy(settings), []
    for setting in RENAMED_SETTINGS:
        for path, block in _blocks(renamed, setting.block.split("."), ""):
            if setting.old in block:
                is_clash = setting.new in block
                value = block.pop(setting.old)
                block.setdefault(setting.new, value)
                found.append(OldName(path, setting.old, setting.new, is_clash))
    return renamed, found


def _copy(value: Any) -> Any:
    """Tables copied, so that their keys can change; everything else as it is."""
    if isinstance(value, Mapping):
        return {name: _copy(inner) for name, inner in value.items()}
    return value


def _blocks(settings: Any, names: list[str], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables at a path of names, each with its own path; `*` is every name."""
    if not isinstance(settings, dict):
        return
    if not names:
        yield path, settings
        return
    first, *rest = names
    for name in list(settings) if first == "*" else [first]:
        yield from _blocks(settings.get(name), rest, f"{path}.{name}" if path else name)
