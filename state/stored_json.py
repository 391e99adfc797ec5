"""Dataclasses as the JSON that is stored: written by pydantic, read without it, because loading it
takes longer than most looks at a database."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache, cached_property
from types import UnionType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


class StoredJson(Generic[T]):
    """One kind of value: a dataclass, an optional one, or a tuple or a mapping by name of them."""

    def __init__(self, kind: Any):
        self._kind = kind

    def read(self, text: str) -> T:
        """The value that was written; names unknown here are passed over. Raises ValueError and
        TypeError for anything else."""
        found: T = _reader(self._kind)(json.loads(text))
        return found

    def write(self, value: T) -> str:
        """The JSON of a value."""
        return self._adapter.dump_json(value).decode()

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        from pydantic import TypeAdapter

        return TypeAdapter(self._kind)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of a kind from plain JSON. Raises TypeError for a kind it cannot make."""
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if get_origin(kind) is UnionType:
        (other,) = (one for one in get_args(kind) if one is not type(None))
        read = _reader(other)
        return lambda found: None if found is None else read(found)
    if get_origin(kind) is tuple:
        read = _reader(get_args(kind)[0])
        return lambda found: tuple(map(read, found))
    if get_origin(kind) is Mapping:
        read_one = _reader(get_args(kind)[1])
        return lambda found: {name: read_one(one) for name, one in found.items()}
    if kind in (date, datetime):
        return kind.fromisoformat  # type: ignore[no-any-return]
    if kind is float or issubclass(kind, enum.Enum):
        return kind  # type: ignore[no-any-return]
    if kind in (str, int, bool):
        return lambda found: found
    raise TypeError(f"expected a kind that is stored as JSON, got {kind}")


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def read(found: Any) -> Any:
        return kind(**{name: readers[name](found[name]) for name in readers if name in found})

    return read
