"""docs/json.md: the form of what each command prints with --json, read off what it prints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.desk import AT, CRITICAL

COMMANDS: Final = (
    ("status", *AT), ("alerts", *AT), ("show", CRITICAL, *AT), ("verdict", *AT), ("record", *AT),
    ("tic", *AT), ("sources", *AT), ("calendar", *AT), ("silences", *AT), ("outbox", *AT),
    ("vintages", "ust10y", *AT), ("replay", "--from", "2025-04-08", "--to", "2025-04-10"),
    ("rules", "try", "joint_selloff"), ("check", *AT),
)  # fmt: skip
# What a key is the name of, where it differs from one database to another.
KEYS: Final = {r"\d{4}": "YEAR", r"[\w.]+/.*": "ID"}
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
HEAD: Final = """\
# JSON

What each command prints with `--json`, read off three days of April 2025. `day` is `2025-04-10`,
`instant` is `2025-04-10T22:30:00Z`, and `...` in a list says that there are more of the kind.
What is only `null` here has a value where there is one. An object that is like an earlier one of
the same command is named after that.

The [webhook's message](channels.md#the-message),
[`/api/alerts.json`](web-feeds.md#apialertsjson), [`doctor --json`](doctor.md) and the rows of
[`export`](integrations.md#follow-the-alerts) are described there. `python -m tests.reference`
writes this page.
"""


@dataclass
class Form:
    """What was seen at one place: words for plain values, an object's fields, a list's items."""

    plain: set[str] = field(default_factory=set)
    fields: dict[str, Form] = field(default_factory=dict)
    items: Form | None = None
    is_object: bool = False

    def see(self, value: Any) -> None:
        """Take in one more value."""
        if isinstance(value, dict):
            self.is_object = True
            for name, one in value.items():
                self.fields.setdefault(_key(name), Form()).see(one)
        elif isinstance(value, list):
            self.items = self.items or Form()
            for one in value:
                self.items.see(one)
        else:
            self.plain.add(_word(value))

    @property
    def shape(self) -> str:
        """The names of an object's fields, with those of the objects in them."""
        return repr({name: one.shape for name, one in self.fields.items()})


def _key(name: str) -> str:
    return next((word for form, word in KEYS.items() if re.fullmatch(form, name)), name)


def _word(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true or false"
    if isinstance(value, int | float):
        return "number"
    if INSTANT.fullmatch(value):
        return "instant"
    return "day" if DAY.fullmatch(value) else "text"


def text(form: Form, name: str, indent: str, seen: dict[str, str]) -> str:
    """A form as it is read, an object over several lines; `seen` names those that were."""
    plain = " or ".join(sorted(form.plain, key=lambda one: (one == "null", one)))
    if form.items is not None:
        items = text(form.items, f"one of {name}", indent, seen)
        main = f"[{items}, ...]" if items else "[]"
    elif form.is_object and len(form.fields) > 2 and form.shape in seen:
        main = f"as {seen[form.shape]}"
    elif form.is_object:
        seen.setdefault(form.shape, name)
        inner = f"{indent}  "
        fields = [f'{inner}"{n}": {text(one, n, inner, seen)}' for n, one in form.fields.items()]
        main = "\n".join(["{", *fields, f"{indent}}}"]) if fields else "{}"
    else:
        return plain
    return f"{main} or {plain}" if plain else main


def page(run: Callable[..., str]) -> str:
    """The page, from what commands print: `run` gives what one prints by its words."""
    parts, named = [HEAD], dict[str, str]()
    for words in COMMANDS:
        form = Form()
        form.see(json.loads(run(*words, "--json")))
        name = " ".join(one for one in words if one.isalpha())
        read = text(form, "it", "", {})
        like = named.setdefault(read, name)
        said = f"```text\n{read}\n```" if like == name else f"As that of [{like}](#{like})."
        parts.append(f"## {name}\n\n{said}\n")
    return "\n".join(parts)
