"""`havenwatch calendar --refresh`: what the Treasury announces beside what is known, and where it
is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.config.load import build
from monitor.errors import BodyRejected, ConfigInvalid
from monitor.ingest.calendars import AddedDays, add_days, known_tic_days, tic_release
from monitor.ingest.tic_schedule import release_days

# The words of the Treasury's page in the order of its cells; its own markup was not at hand.
ROWS: Final = {
    2027: "Jan 19|19|15 tentative;Feb 18|18|26 \u2013 prelim.;Mar 18|18|18|18|18|31;Apr 16|16|30;"
    "May 18|18;June 16|16|16",
    2025: "Sept 18|18|18|30;Oct Nov 18|Nov 18|Nov 26;Nov 18|18;Dec 18|18|2026-01-16 tentative",
}
ANNOUNCED: Final = {"2027-02": date(2027, 4, 16), "2027-03": date(2027, 5, 18)}
LAST: Final = {"2027-04": date(2027, 6, 16)}


def page(rows: dict[int, str] = ROWS) -> bytes:
    made = "<p>Last revised 9-12-2024.</p><table><tr><th>Date<th>Monthly (Press Release)</tr>"
    for year, months in rows.items():
        made += f"<tr><td><strong>{year}</strong></td></tr>"
        for row in months.split(";"):
            month, _, cells = row.partition(" ")
            made += f"<tr><td>{month}</td>"
            made += "".join(f"<td> <em>{cell}</em> </td>" for cell in cells.split("|")) + "</tr>"
    return f"{made}</table><p>Annual data: December 31, 2003.</p>".encode()


@pytest.fixture(autouse=True)
def _only_the_listed_days() -> Iterator[None]:
    yield
    add_days(AddedDays())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("# ours\n[calendar]\ntic = {}  # { as here }\nclosed = {}\n\n[web]\n")
    (tmp_path / "page.html").write_bytes(page())
    return path


def run(config: Path, *words: str) -> Result:
    url = f"file://{config.with_name('page.html')}"
    arguments = ["--config", str(config), "calendar", "--refresh", "--from", url, *words]
    return CliRunner().invoke(main, arguments)


def test_the_first_cell_of_each_line_is_the_day_of_the_month_before_last() -> None:
    found = release_days("x", page())
    assert len(found) == 10
    assert {month: found[month] for month in (*ANNOUNCED, "2027-01")} == {
        **ANNOUNCED, "2027-01": date(2027, 3, 18),
    }  # fmt: skip
    # A closed government moved one month's release to the next one's day.
    assert found["2025-08"] == found["2025-09"] == date(2025, 11, 18)
    assert found["2025-10"] == date(2025, 12, 18)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Access denied</html>", page({2027: "Jan 19|19;Feb cancelled"}), b"\xff\xfe" * 99],
)
def test_a_page_that_is_none_of_release_dates_is_refused(content: bytes) -> None:
    with pytest.raises(BodyRejected, match="table of TIC's release dates"):
        release_days("x", content)


def test_it_shows_what_is_new_and_writes_nothing(config: Path) -> None:
    before = config.read_bytes()
    done = run(config)
    assert done.exit_code == 0
    assert '"2027-02" = "2027-04-16"  # Friday, new' in done.output
    assert "2027-01" not in done.output
    assert config.read_bytes() == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tic = {}  # { as here }", "tic = {DAYS}  # { as here }"),
        (
            'tic = { "2027-02" = "2027-04-15" }',
            "tic = {DAYS}",
        ),
    ],
)
def test_new_days_are_written_where_the_block_is_and_all_else_stays(
    config: Path, before: str, after: str
) -> None:
    text = config.read_text().replace("tic = {}  # { as here }", before)
    config.write_text(text)
    assert run(config, "--write").exit_code == 0
    days = ", ".join(f'"{month}" = "{day}"' for month, day in (ANNOUNCED | LAST).items())
    assert config.read_text() == text.replace(before, after.replace("{DAYS}", f"{{ {days} }}"))
    assert "Nothing is new" in run(config).output


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[web]\nenabled = false\n",
        "[calendar]\nclosed = {}\n",
        '[calendar.tic]  # ours\n"2027-02" = "2027-04-15"\n\n[web]\n',
        "[web]\r\n[calendar.tic]\r\n",
    ],
)
def test_days_are_written_to_any_form_of_the_block(config: Path, text: str) -> None:
    config.write_bytes(text.encode())
    done = run(config, "--write")
    assert done.exit_code == 0, done.output
    found = tomllib.loads(config.read_text())["calendar"]["tic"]
    assert found == {month: f"{day}" for month, day in (ANNOUNCED | LAST).items()}
    assert (b"\r\n" in config.read_bytes()) == ("\r\n" in text)
    assert known_tic_days() == {**known_tic_days(), **ANNOUNCED}


def test_a_form_that_cannot_be_changed_is_left_to_a_person(config: Path) -> None:
    text = "calendar = { tic = {} }\n"
    config.write_text(text)
    done = run(config, "--write")
    assert done.exit_code == 3
    assert "by hand; nothing was written" in done.output
    assert config.read_text() == text


def test_a_day_that_is_written_moves_the_release(config: Path) -> None:
    run(config, "--write")
    build(tomllib.loads(config.read_text()), {}, config.parent)
    at, is_estimated = tic_release(date(2027, 2, 28))
    assert (at.date(), is_estimated) == (ANNOUNCED["2027-02"], False)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"2027-2": "2027-04-15"}, "expected a data month"),
        ({"2027-02": "2028-04-14"}, "got 411"),
        ({"2027-04": "2027-04-15"}, "got -15"),
        ({"2027-02": "2027-04-17"}, "expected a weekday, got Saturday"),
        ({"2027-02": "2027-05-18", "2027-03": "2027-05-17"}, "expected 2027-05-18 or later"),
    ],
)
def test_an_impossible_day_is_refused(days: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        build({"calendar": {"tic": days}}, {}, Path())
    (problem,) = refused.value.problems
    assert said in str(problem)


def test_writing_goes_with_refresh(config: Path) -> None:
    done = CliRunner().invoke(main, ["--config", str(config), "calendar", "--write"])
    assert done.exit_code == 3
