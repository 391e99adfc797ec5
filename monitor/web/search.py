"""Everything that has a name, found by some words of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from alerts.clean import clean
from alerts.message.values import local_time
from monitor.views.about_rule import is_own
from monitor.views.series_list import series_there
from monitor.web.site import WebContext
from monitor.web.unit_words import unit_words
from rules.evaluation import Rule
from rules.tic.areas import area_name
from state.alert_names import AlertName, alert_names
from state.revisions import Revisions
from state.vintages import StoredSeries

MOST_LETTERS: Final = 100
MOST_WORDS: Final = 8
# Of each kind; a search that finds more says how many.
MOST_FOUND: Final = 20
# A shorter word is looked for at the beginning of words alone: `us` is inside of too many.
SHORT: Final = 3
KINDS: Final = ("Pages", "Countries", "Rules", "Series", "Alerts")
AREA: Final = re.compile(r"(?:tic|tic_\w+|form_s)\.(\d{5})\.")
# Those that have a page of their own.
TIC_AREA: Final = re.compile(r"tic\.(\d{5})\.")
TENOR: Final = re.compile(r"ust(\d+)y(_real)?")
# What a desk calls things beside their titles.
ALSO: Final[Mapping[str, str]] = MappingProxyType(
    {
        "spx": "S&P 500 stocks equities",
        "dxy": "dollar index USD",
        "usd_basket": "dollar euro basket",
        "vix": "volatility",
        "acm_tp10y": "term premium 10y",
        "kw_tp10y": "term premium 10y",
        "custody_treasuries": "Fed custody H.4.1 foreign officials",
        "cftc.leveraged_net_10y_eq": "hedge funds futures positioning COT basis trade",
        "mof.long_debt_net": "MoF ITS Ministry of Finance Japanese foreign bonds lifers flows",
        "mof.long_debt_net.life_insurers": "MoF ITS Japanese lifers foreign bonds flows",
        "mof.long_debt_net.trust_accounts": "MoF ITS Japanese pension funds foreign bonds flows",
    }
)
PAGES: Final = (
    ("home.home", "Now", "home verdict open alerts curve levels near misses next releases"),
    ("alerts.listed", "Alerts", "all alerts by rule severity state acknowledged"),
    ("session.so_far", "Session so far", "intraday quotes developing today during live"),
    ("calendar.calendar", "Calendar of joint selloffs", "heat map sessions"),
    ("tic.newest", "TIC", "month buyers sellers transactions release day"),
    ("digests.listed", "Digests", "daily mail morning"),
    ("figures.figures", "Figures", "article State Street correlation ownership holdings"),
    ("record.shown", "Track record", "early numbers accuracy correlation custody auctions basket"),
    ("series.listed", "Series", "all stored series vintages revisions"),
    ("rules.listed", "Rules", "try sizes sliders backtest thresholds own declared"),
    ("sources.sources", "Sources", "health publishers releases closures terms stale failing"),
    ("outbox.outbox", "Outbox", "notifications queued held failed deliveries messages"),
    ("silences.silences", "Silences", "silenced muted expired"),
)


@dataclass(frozen=True)
class Entry:
    """Something with names: where it is, and `words`, folded, by which it is found."""

    title: str
    note: str
    endpoint: str
    names: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Found:
    """What was found of one kind, the best first, and how many more there are."""

    kind: str
    entries: Sequence[Entry]
    more: int


def asked_words(text: str) -> str:
    """What somebody looks for, as it is shown again: on one line and not too long."""
    return " ".join(clean(text[: 4 * MOST_LETTERS]).split())[:MOST_LETTERS]


def folded(text: str) -> str:
    """A text without capitals and accents: `Curaçao` is found by `curacao`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def find(index: Mapping[str, Sequence[Entry]], text: str) -> list[Found]:
    """What has every one of the words, by kind, the kind with the best first."""
    words = folded(text).split()[:MOST_WORDS]
    if not words:
        return []
    found: list[tuple[int, Found]] = []
    for kind in KINDS:
        ranked = [
            (rank, place, one)
            for place, one in enumerate(index.get(kind, ()))
            if (rank := _rank(one, words)) is not None
        ]
        if ranked:
            best = sorted(ranked, key=lambda it: it[:2])
            entries = [one for _, _, one in best[:MOST_FOUND]]
            found.append((best[0][0], Found(kind, entries, len(ranked) - len(entries))))
    return [one for _, one in sorted(found, key=lambda it: it[0])]


def index_of(site: WebContext) -> Mapping[str, Sequence[Entry]]:
    """Everything that can be found at the instant shown, by kind; made once for the numbers and
    the alerts of then."""
    database = site.reading.database
    revision = Revisions(database).number("alerts")

    def make() -> Mapping[str, Sequence[Entry]]:
        titles = site.reading.report.titles
        zone, stored = site.zone, series_there(site.reading, site.now())
        return {
            "Pages": [_entry(*one[1:], endpoint=one[0]) for one in PAGES],
            "Countries": list(_areas(stored)),
            "Rules": list(_rules(site.reading.rules)),
            "Series": list(_series(stored, site.reading.rules)),
            "Alerts": list(_alerts(alert_names(database), titles, lambda at: local_time(at, zone))),
        }

    return site.kept(("search", revision), make)


def _rank(one: Entry, words: Sequence[str]) -> int | None:
    """How well an entry fits, 0 best; None where a word is not in it."""
    for word in words:
        begins = one.words.startswith(word) or f" {word}" in one.words
        if not begins and (len(word) < SHORT or word not in one.words):
            return None
    whole, title = " ".join(words), folded(one.title)
    if whole == title or whole in one.names:
        return 0
    if title.startswith(whole):
        return 1
    return 2 if all(word in title for word in words) else 3


def _rules(rules: Iterable[Rule]) -> Iterator[Entry]:
    for one in rules:
        said = (type(one).__doc__ or "").strip().partition("\n")[0]
        if is_own(one):
            said = f"a rule of the desk's own, on {', '.join(one.decided_by)}"
        yield _entry(
            one.title, said, one.rule_id, endpoint="alerts.listed", values={"rule": one.rule_id}
        )


def _areas(stored: Iterable[StoredSeries]) -> Iterator[Entry]:
    """The areas of TIC that have numbers."""
    codes = {found[1] for one in stored if (found := TIC_AREA.match(one.series.series_id))}
    for code in sorted(codes, key=area_name):
        name = area_name(code)
        yield _entry(
            name,
            f"what it bought, sold and holds by TIC · {code}",
            endpoint="tic.area",
            names=(folded(name), code),
            values={"code": code},
        )


def _series(stored: Iterable[StoredSeries], rules: Iterable[Rule]) -> Iterator[Entry]:
    """Those that a rule reads first, for of a country it is its Treasuries that a desk means, and
    of those the ones that go on."""
    read = {name for rule in rules for name in rule.series}
    by_use = sorted(stored, key=lambda it: it.newest_period, reverse=True)
    for one in sorted(by_use, key=lambda it: it.series.series_id not in read):
        series_id = one.series.series_id
        area, (name, words) = AREA.match(series_id), _yield_names(series_id)
        also = [ALSO.get(series_id, ""), area_name(area[1]) if area else "", words]
        note = f"{unit_words(one.series.unit)}, {one.first_period} to {one.newest_period}"
        yield _entry(
            one.series.title,
            f"{note} · {series_id}",
            f"{one.dataset} {one.series.source} {' '.join(also)}",
            endpoint="series.one",
            names=(series_id, name) if name else (series_id,),
            values={"series_id": series_id},
        )


def _yield_names(series_id: str) -> tuple[str, str]:
    """What a desk calls a Treasury yield, and the words it is found by; empty for other series."""
    tenor = TENOR.fullmatch(series_id)
    if tenor is None:
        return "", ""
    years, is_real = tenor[1], bool(tenor[2])
    kind = "real yield TIPS inflation breakeven" if is_real else "yield UST"
    return f"{years}y{' real' if is_real else ''}", f"{years}y {years}-year Treasury {kind}"


def _alerts(
    alerts: Iterable[AlertName], titles: Mapping[str, str], said: Callable[[datetime], str]
) -> Iterator[Entry]:
    for one in alerts:
        title = titles.get(one.rule_id, one.rule_id)
        yield _entry(
            one.headline or one.alert_id,
            f"{one.severity}, {one.state} · {title}, {said(one.opened_at)}",
            f"{one.alert_id} {area_name(one.subject) if one.subject.isdigit() else one.subject}",
            endpoint="alerts.one",
            names=(one.alert_id,),
            values={"alert_id": one.alert_id},
        )


def _entry(
    title: str,
    note: str,
    also: str = "",
    *,
    endpoint: str,
    names: tuple[str, ...] = (),
    values: Mapping[str, str] | None = None,
) -> Entry:
    named = " ".join(names)
    words = " ".join(re.split(r"[\s,;:()/·]+", folded(f"{title} {note} {named} {also}")))
    return Entry(title, note, endpoint, names, values or {}, f"{words} {folded(named)}")
