"""The pages: what they say, how they are built, and that every link leads somewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from monitor.web.sparkline import described, sparkline_svg
from state.alert_store import AlertStore
from state.database import Database
from state.silences import Silences
from tests.monitor.web.desk import Browser, Desk, browsing
from tests.monitor.web.pages import Message, targets

ALERT = "joint_selloff/us/2025-04-10"
PATHS = (
    "/",
    "/alerts",
    "/alerts?state=open&severity=critical",
    f"/alerts/{ALERT}",
    "/sources",
    "/outbox",
    "/silences",
    "/search?q=p",
    "/there-is-none",
)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def hostile(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A desk whose publishers, people and channels all write markup."""
    mine = desk.copied(tmp_path_factory.mktemp("hostile"))
    database = Database(mine.database)
    written = HOSTILE.replace('"', '\\"')
    with database.immediate() as connection:
        for statement in (
            "UPDATE transitions SET note = ?1",
            "UPDATE transitions SET signal = replace(signal, 'S&P 500', ?2)",
            "UPDATE alerts SET acknowledged_by = ?1 WHERE rule_id = 'haven_failure'",
            "UPDATE source_health SET state = 'STALE', problem = ?1",
            "UPDATE series SET title = ?1, source = ?1",
            "UPDATE evaluations SET reason = ?1, nearness = 0.9 WHERE answer = 'quiet'",
            "UPDATE deliveries SET status = 'dead', problem = ?1, channel = ?1 || delivery_id",
        ):
            connection.execute(statement, (HOSTILE, written)[: 1 + ("?2" in statement)])
    Silences(database).make(HOSTILE, None, mine.at, mine.at.replace(year=2030), HOSTILE, HOSTILE)
    database.close()
    with browsing(mine) as browser:
        yield browser


@pytest.mark.parametrize("path", PATHS)
def test_what_others_write_is_never_markup(hostile: Browser, path: str) -> None:
    page = hostile.get(path).text
    assert re.findall(r"<script(?! src=\"/[\w./?=-]+\" defer></script>)", page) == []
    assert "<img src=x" not in page
    if path not in ("/there-is-none",):
        assert "&lt;script&gt;" in page


def test_what_is_asked_for_is_never_markup(shown: Browser) -> None:
    asked = "%22%3E%3Cscript%3E"
    for path in (f"/alerts/{asked}", f"/alerts?rule={asked}&page=x", f"/{asked}", f"/?{asked}"):
        assert "<script>" not in shown.get(path).text, path


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_built_for_ears_and_keys(shown: Browser, path: str) -> None:
    page = Message(shown.get(path).text)
    assert page.unclosed == []
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), page.headings
    assert page.all("html")[0]["lang"] == "en"
    assert page.links[0] == "#main"
    images = [named["src"] or "" for named in page.all("img")]
    assert sorted(targets(page.html)) == sorted([*page.links, *images])
    assert page.all("main")[0]["id"] == "main"
    assert all("aria-label" in nav for nav in page.all("nav"))
    assert page.unlabelled == []
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in head for head in page.all("th"))
    assert all(one.get("alt") for one in page.all("img"))
    assert all(one.get("aria-label") or one.get("aria-hidden") for one in page.all("svg"))
    ids = [named["id"] for _, named in page.elements if "id" in named]
    assert len(ids) == len(set(ids))
    assert not any(one for one, named in page.elements if "style" in named or one == "style")
    assert not any(name.startswith("on") for _, named in page.elements for name in named)


def test_nothing_is_fetched_from_elsewhere(shown: Browser) -> None:
    for path in PATHS:
        page = Message(shown.get(path).text)
        # A link is fetched by nobody until somebody follows it.
        loaded = [named for tag, named in page.elements if tag != "a"]
        wanted = [named.get("src") or named.get("href") or "" for named in loaded]
        assert not [one for one in wanted if urlsplit(one).netloc], path


# Whoever made what draws the charts is named where it draws: its licence asks for that.
MAKER = "https://www.tradingview.com/"


def kind_of(path: str) -> str:
    """The sort of page: the first word of its path, whether there is more, its suffix and query."""
    parts = urlsplit(path)
    first, _, rest = parts.path.lstrip("/").partition("/")
    return f"{first}/{'...' if rest else ''}{Path(rest).suffix}?{parts.query.partition('=')[0]}"


@pytest.mark.slow
@pytest.mark.parametrize("of_a_kind", [4, pytest.param(10_000, marks=pytest.mark.sweep)])
def test_every_link_of_every_page_leads_somewhere(shown: Browser, of_a_kind: int) -> None:
    seen: set[str] = set()
    kinds = Counter[str]()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen or kinds[kind_of(path)] == of_a_kind:
            continue
        seen.add(path)
        kinds[kind_of(path)] += 1
        answer = shown.get(path)
        assert answer.status == 200, path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in targets(answer.text):
            whole = urlsplit(urljoin(f"http://here{path}", link))
            if link == MAKER:
                continue
            assert whole.netloc == "here"
            waiting.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    assert len([one for one in seen if one.startswith("/alerts/")]) >= min(of_a_kind, 10)
    assert any(one.endswith("/chart.png?of=1") for one in seen)


def test_the_first_page_says_what_the_check_says_and_what_is_open(shown: Browser) -> None:
    page = shown.get("/").text
    assert "<title>CRITICAL · havenwatch</title>" in page
    assert "Stocks, the 10-year and the dollar fell together on Thu 10 Apr 2025" in page
    assert "Are foreigners dumping Treasuries?</p>\n<h1>Not known yet</h1>" in page
    assert "−3.5%" in page
    assert "S&amp;P 500 close" in page
    assert "TIC for" in page
    assert "<time datetime=" in page


def test_the_first_page_has_all_that_nobody_answered_the_worst_first(shown: Browser) -> None:
    page = shown.get("/").text
    assert page.index(f"/alerts/{ALERT}") < page.index("Over, and nobody acknowledged")
    over = page.partition("Over, and nobody acknowledged")[2]
    assert "/alerts/joint_selloff/us/2025-04-08" in over.partition("Notices")[0]
    assert over.index("Notices") < over.index("term_premium_jump/acm_10y")
    # Said by the joint selloff of the same session: nobody has to answer for it.
    assert "haven_failure/us/2025-04-10" in over.partition("Answered</h3>")[2]


def test_reloading_is_only_for_who_asks_for_it(shown: Browser) -> None:
    assert "http-equiv" not in shown.get("/").text
    assert '<meta http-equiv="refresh" content="60">' in shown.get("/?every-minute").text


def test_alerts_are_listed_by_rule_severity_and_state(desk: Desk, shown: Browser) -> None:
    database = Database(desk.database, read_only=True)
    alerts = AlertStore(database).alerts()
    database.close()

    def listed(query: str) -> set[str]:
        links = Message(shown.get(f"/alerts{query}").text).links
        return {one.removeprefix("/alerts/") for one in links if one.startswith("/alerts/")}

    assert listed("") == {one.alert_id for one in alerts}
    criticals = {one.alert_id for one in alerts if one.severity.label == "critical"}
    assert listed("?severity=critical") == criticals != set()
    selloffs = {one.alert_id for one in alerts if one.rule_id == "joint_selloff"}
    assert listed("?rule=joint_selloff") == selloffs
    assert listed("?rule=joint_selloff&state=open") == {ALERT}
    assert listed("?rule=joint_selloff&state=past") == {"joint_selloff/us/2025-04-08"}
    assert listed("?rule=nonsense") == set()
    assert listed("?page=99") == listed("")


def test_an_alert_shows_every_number_with_its_vintage(desk: Desk, shown: Browser) -> None:
    database = Database(desk.database, read_only=True)
    signal = AlertStore(database).last_firing_signal(ALERT)
    sha256 = database.connection.execute(
        "SELECT sha256 FROM vintages WHERE dataset = 'cboe' AND known_at <= ? "
        "ORDER BY known_at DESC LIMIT 1",
        ("2025-04-10T22:30:00Z",),
    ).fetchone()[0]
    database.close()
    page = shown.get(f"/alerts/{ALERT}").text
    assert signal is not None
    assert page.count('data-column="source"') == len(signal.explained.evidence)
    for said in (sha256[:12], "cboe vintage", "How unusual", "What it does not mean", "opened"):
        assert said in page
    assert "What would change our mind" in page
    assert "console" in page


def test_an_alert_of_no_rule_that_is_judged_has_a_page_without_a_chart(desk: Desk) -> None:
    rules = {name: one for name, one in desk.config.rules.items() if name != "haven_failure"}
    mine = replace(desk, config=replace(desk.config, rules=rules))
    with browsing(mine) as browser:
        links = Message(browser.get("/alerts?rule=haven_failure").text).links
        found = next(one for one in links if one.startswith("/alerts/haven_failure/"))
        page = browser.get(found)
        assert page.status == 200
        assert "chart.png" not in page.text
        assert browser.get(f"{found}/chart.png").status == 404


def test_a_sparkline_says_in_words_what_it_draws() -> None:
    assert described([1.0, 3.0, -2.0]) == "3 numbers from 1.00 to −2.00, between −2.00 and 3.00"
    drawn = sparkline_svg([1.0, 3.0, -2.0])
    assert 'role="img"' in drawn
    assert drawn.count(",") >= 3
    assert sparkline_svg([1.0]) == ""
    assert "nan" not in sparkline_svg([2.0, 2.0])
