"""What the six figures draw and say, from the figures of the spring."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from syrupy.assertion import SnapshotAssertion

from rules.figure import Figure
from rules.figures.figures import figures, read_series
from rules.model import Panel
from tests.spring_figures import rows_of, spring, tic_rows
from tests.support import Row, history_of, new_york, utc

AT = new_york("2025-06-30 23:00")
MONTHS = [stamp.date() for stamp in pd.date_range("2023-02-28", "2025-04-30", freq="ME")]


def made() -> list[Row]:
    """Numbers that are not among the spring's figures: regular, and easy to check by hand."""

    def line(series_id: str, days: list[date], values: list[float]) -> list[Row]:
        return [
            (series_id, day, utc(f"{day} 12:00") + timedelta(days=1), 1, value)
            for day, value in zip(days, values, strict=True)
        ]

    count = len(MONTHS)
    fives = spring()["ust10y"]
    wednesdays = sorted(spring()["custody_treasuries"])
    assets = {"eqty": 18e6, "treas": 7e6, "corp": 4e6, "agcy": 1e6}
    return [
        *line("ust5y", list(fives), [value - 0.2 for value in fives.values()]),
        *line("debt_held_public", MONTHS, [27e6 + 1e5 * place for place in range(count)]),
        *line("fed_treasuries", wednesdays, [4.2e6] * len(wednesdays)),
        *(
            row
            for kind, held in assets.items()
            for row in line(
                f"tic_lt.99996.for_lt_{kind}_pos", MONTHS, [held + 1e4 * p for p in range(count)]
            )
        ),
        *line("mfh.japan", [date(2022, 12, 31), date(2023, 1, 31)], [1080.0, 1100.0]),
        *line("mfh.china_mainland", [date(2022, 12, 31), date(2023, 1, 31)], [867.0, 860.0]),
    ]


def panel(at: datetime = AT) -> Panel:
    wanted = read_series()
    known = {*wanted}
    rows = [*rows_of(spring(), wanted), *made(), *tic_rows()]
    return history_of([row for row in rows if row[0] in known], wanted).as_of(at)


@pytest.fixture
def drawn() -> tuple[Figure, ...]:
    return figures(panel())


def written_out(figure: Figure) -> str:
    lines = [f"Figure {figure.number}. {figure.title} ({figure.kind}, {figure.unit})"]
    lines += [figure.article, figure.today, figure.source, figure.note]
    lines += [" | ".join(row) for row in figure.table]
    for line in figure.lines:
        known = ~np.isnan(line.values)
        ends = [(line.days[known][place], line.values[known][place]) for place in (0, -1)]
        said = ", ".join(f"{day} {value:.4f}" for day, value in ends)
        mean = f"mean {line.values[known].mean():.4f}"
        lines.append(f"{line.label}: {len(line.days)} of which {known.sum()} known, {said}, {mean}")
    return "\n".join(lines)


@pytest.mark.parametrize("number", range(1, 7))
def test_a_figure_says_what_it_draws(
    drawn: tuple[Figure, ...], number: int, snapshot: SnapshotAssertion
) -> None:
    assert written_out(drawn[number - 1]) == snapshot


def test_the_shares_of_the_debt_make_a_hundred(drawn: tuple[Figure, ...]) -> None:
    total = np.sum([line.values for line in drawn[3].lines], axis=0)
    assert total == pytest.approx(100.0)
    assert [line.label for line in drawn[3].lines] == [
        "foreigners", "Federal Reserve", "domestic private",
    ]  # fmt: skip


def test_a_change_in_holdings_is_the_sum_of_its_parts(drawn: tuple[Figure, ...]) -> None:
    header, *rows = drawn[5].table
    assert header[-3:] == ("transactions", "valuation", "other")
    for row in rows:
        change, *parts = (float(cell.replace("−", "-").replace(",", "")) for cell in row[2:])
        assert change == pytest.approx(sum(parts), abs=2)


def test_nothing_later_is_drawn() -> None:
    early = figures(panel(new_york("2025-04-10 20:00")))
    for figure in early:
        for line in figure.lines:
            assert line.days[-1] <= np.datetime64("2025-12-31")
            assert figure.kind == "bars" or line.days[-1] <= np.datetime64("2025-04-10")


def test_without_the_feds_holdings_only_foreigners_are_drawn() -> None:
    wanted = read_series()
    rows = [
        row for row in (*made(), *tic_rows()) if row[0] in wanted and row[0] != "fed_treasuries"
    ]
    figure = figures(history_of(rows, wanted).as_of(AT))[3]
    assert [line.label for line in figure.lines] == ["foreigners"]
    assert "highest" in figure.today


def test_without_numbers_every_figure_says_so() -> None:
    for figure in figures(history_of([], read_series()).as_of(AT)):
        assert figure.today.startswith("Nothing to show: it needs ")


def known_to(days: int) -> list[Row]:
    """The rows of the spring's figures up to so many days after the first."""
    wanted = set(read_series())
    rows = [row for row in (*rows_of(spring(), wanted), *made(), *tic_rows()) if row[0] in wanted]
    last = date(2023, 12, 29) + timedelta(days=days)
    return [row for row in rows if row[1] <= last]


def without(*names: str) -> list[Row]:
    return [row for row in known_to(999) if not row[0].startswith(names)]


@pytest.mark.parametrize(
    ("rows", "number", "wanted"),
    [
        # What is not there is named, and nothing is advised that a reader cannot do.
        ([], 1, "needs 63 sessions of the S&P 500 with the 10-year yield or DXY"),
        ([], 2, "needs two sessions of the S&P 500, the 10-year yield and DXY"),
        ([], 3, "needs six sessions of a term premium"),
        (without("debt_held_public"), 4, "needs a month of foreign holdings and the debt held"),
        (without("tic.99996", "mfh"), 4, "needs a month of foreign holdings and the debt held"),
        (without("tic_lt"), 5, "needs a month of all foreigners' holdings by type"),
        (without("tic.4", "mfh"), 6, "needs a month of Japan's or China's transactions"),
        # What is short says since when, or which of its numbers are not there yet.
        (known_to(120), 1, ", n.a., n.a. on "),
        (known_to(120), 3, "(stored since 29 Dec 2023 only)"),
        (without("tic_lt"), 4, "(stored since 28 Feb 2023 only)"),
    ],
)
def test_a_figure_over_a_short_database_says_what_it_lacks(
    rows: list[Row], number: int, wanted: str
) -> None:
    for figure in figures(history_of(rows, read_series()).as_of(AT)):
        words = f"{figure.today} {figure.note} {figure.source} {figure.table}"
        assert "`" not in words
        assert "backfill" not in words
        assert "nan" not in words
        assert len(figure.lines) == 0 or not any(np.isnan(one.values).any() for one in figure.lines)
        if figure.number == number:
            assert wanted in figure.today


def test_a_year_that_is_not_whole_is_marked() -> None:
    figure = figures(history_of(known_to(999), read_series()).as_of(AT))[1]
    assert figure.partial == (False, True)
    assert figure.today.endswith("in 2025 to 30 Jun.")
