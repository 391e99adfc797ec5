"""The program's log: no secret of the configuration is in it, and each entry is plain text.

Messages are written by this program, but a traceback repeats what a library or a publisher said,
with an address, a header or a password in any quoting. So the whole entry is masked where it is
written, the last moment before it leaves the process.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from alerts.clean import clean, clean_lines

MASK: Final = "[secret]"
# A part or an encoding of a secret that is shorter may be a word as any other.
SHORTEST_PART: Final = 8
# A part of an address's path that is as long is a key; a shorter one may be `services`.
SHORTEST_KEY: Final = 16
# One backslash in a text that is quoted three times.
MOST_BACKSLASHES: Final = 8
# What JSON has and Python has not.
SHORT_ESCAPES: Final = {"\b": ("\\b",), "\f": ("\\f",)}


class RedactingFormatter(logging.Formatter):
    """Each message on a line of its own, a traceback on its lines, and in both a mask in place of
    every secret that it was given by then."""

    _secrets: frozenset[str] = frozenset()

    def mask(self, secrets: Iterable[str]) -> None:
        """Mask these from now on, and those before."""
        self._secrets |= frozenset(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The entry of a record."""
        return self.masked(super().format(record))

    def masked(self, text: str) -> str:
        """The text without a secret."""
        return masked(text, self._secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line of a record."""
        record.message = clean(self.masked(record.message))
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The traceback."""
        return clean_lines(self.masked(super().formatException(ei)))  # type: ignore[arg-type]


def mask_in_log(secrets: Iterable[str]) -> None:
    """Mask these secrets in every entry from now on."""
    found = frozenset(secrets)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, RedactingFormatter):
            handler.formatter.mask(found)


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text with a mask in place of each secret, however it is quoted or encoded: with escapes
    of Python, JSON, HTML or a URL, in base64 (by itself or behind a user name) or hexadecimal."""
    pattern = _pattern(frozenset(secrets) - {""})
    return text if pattern is None else pattern.sub(MASK, text)


@lru_cache(maxsize=4)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str] | None:
    """What matches any writing of any of these, the longest first; None where there are none."""
    found = {_in_any_quoting(one) for secret in secrets for one in _parts(secret)}
    found |= {
        re.escape(code)
        for secret in secrets
        for one in _parts(secret)
        for code in _encodings(one.encode("utf-8", "surrogateescape"))
        if len(code) >= SHORTEST_PART
    }
    return re.compile("|".join(sorted(found, key=len, reverse=True))) if found else None


def _parts(secret: str) -> Iterator[str]:
    """A secret, and what is as secret as the whole: each address in it, with its login, password,
    path and keys."""
    yield from filter(None, {secret, secret.strip(), clean(secret)})
    for address in re.split(r"[,\s]+(?=[\w+-]+://)", secret.strip()):
        if "://" not in address:
            continue
        rest = address.partition("://")[2]
        login, path = rest.rpartition("@")[0], rest.partition("/")[2]
        parts = (address, rest, login, path)
        yield from (one for one in parts if len(one) >= SHORTEST_PART)
        yield from filter(None, [login.partition(":")[2]])
        yield from (one for one in re.split(r"[/?&=#]", path) if len(one) >= SHORTEST_KEY)


def _in_any_quoting(secret: str) -> str:
    """A pattern of a text, each character as it is or in any of its escapes.

    Backslashes are matched together with what is behind them, so that a text matches in one way
    only: with two ways for a character the time would double with each.
    """
    found = []
    for backslashes, character in re.findall(r"(\\*)([^\\]?)", secret):
        count = len(backslashes)
        way = _in_any_escape(character, count)
        if count:
            coded = _either({*_in_url(b"\\"), r"\u005c", "&#92;"})
            way = f"(?:{way}|(?i:{coded}){{{count}}}{_in_any_escape(character, 0)})"
        found.append(way)
    return "".join(found)


def _in_any_escape(character: str, backslashes: int) -> str:
    """A pattern of a character behind so many backslashes, or of those alone."""
    # Loaded where something is logged: every command sets the log up, and most log nothing.
    import html

    most = MOST_BACKSLASHES * (backslashes + 1)
    before, one_more = (rf"\\{{{least},{most}}}" for least in (backslashes, backslashes + 1))
    if not character or (character.isascii() and character.isalnum()):
        return f"{before if backslashes else ''}{character}"
    code = character.encode("utf-8", "surrogateescape")
    bare = {character, html.escape(character), f"&#{ord(character)};", *_in_url(code)}
    bare -= {"%25", "&amp;"}  # what `%` and `&` are when they are quoted again
    escaped = {
        repr(character)[1:-1],
        ascii(character)[1:-1],
        repr(code)[2:-1],
        _in_utf16(character),
        *SHORT_ESCAPES.get(character, ()),
    }
    escaped = {one.removeprefix("\\") for one in escaped} - bare
    return f"(?i:{before}(?:{_either(bare)})|{one_more}(?:{_either(escaped)}))"


def _in_url(code: bytes) -> set[str]:
    from urllib.parse import quote, quote_plus

    return {quote(code, safe=""), quote_plus(code)}


def _in_utf16(character: str) -> str:
    """As JSON writes it in ASCII: two escapes for one outside the first 65,536."""
    code = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{code[at : at + 2].hex()}" for at in range(0, len(code), 2))


def _either(escapes: set[str]) -> str:
    """A pattern of any of them, in a text that is quoted once more, or twice: each backslash is
    several, `%` is `%25` and `&` is `&amp;`."""
    several = (
        re.escape(one)
        .replace(r"\\", rf"\\{{1,{MOST_BACKSLASHES}}}")
        .replace("%", "%(?:25)*")
        .replace(r"\&", r"\&(?:amp;)*")
        for one in sorted(escapes)
    )
    return "|".join(several)


def _encodings(secret: bytes) -> Iterator[str]:
    """Bytes in hexadecimal, and what of them is the same in base64 whatever is around them."""
    import base64

    yield secret.hex()
    for before in range(3):
        code = base64.b64encode(bytes(before) + secret).decode()
        inner = code[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        yield from (inner, inner.translate(str.maketrans("+/", "-_")))
