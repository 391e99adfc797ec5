"""An old message, read when what it waited for is out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pandas as pd
import pytest

from alerts.release import Release
from monitor.config.load import build
from monitor.views.came_since import CameSince
from monitor.views.read_model import ReadModel
from rules.wording import not_published
from state.archive import Archive, FetchInfo
from state.database import Database
from tests.support import new_york

APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)
OUT = new_york("2025-06-18 16:00")
CAVEAT = f"It does not show who sold. {not_published(APRIL)}"
RELEASES = (
    Release("H.4.1 custody (weekly pulse)", new_york("2025-04-17 16:30")),
    Release("TIC for April 2025 (who sold)", OUT),
    Release("TIC for May 2025 (who sold)", new_york("2025-07-17 16:00")),
)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadModel]:
    """A database in which the transactions of April came on 18 June."""
    config = build({}, {}, tmp_path_factory.mktemp("since"))
    database = Database(config.database)
    source, archive = config.sources["treasury_tic"], Archive(database)
    for month, net, at in (
        (date(2025, 3, 31), 140e3, "2025-05-16"),
        (APRIL, -58.5e3, "2025-06-18"),
    ):
        names = {"tic.99996.for_lt_treas_net": net, "tic.99996.for_treas_net": net - 11.9e3}
        with database.immediate() as connection:
            archive.append(
                connection,
                "treasury_tic",
                pd.DataFrame(names, index=pd.DatetimeIndex([month])),
                {name: source.describe(name) for name in names},
                FetchInfo(("file",), "0", None, new_york(f"{at} 16:00")),
                source.assumed_known_at,
                new_york("2025-01-01 00:00"),
                archive.latest("treasury_tic"),
            )
    yield ReadModel(config, database)
    database.close()


CAME = "out on Wed 18 Jun 2025: all foreigners −$58.5bn long-term, −$70.4bn with bills."


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (new_york("2025-06-18 15:59"), CAVEAT),
        (
            OUT,
            "It does not show who sold. Transactions for April 2025 were not yet published when "
            f"this was sent; {CAME}",
        ),
    ],
)
def test_what_was_not_published_is_said_with_what_came(
    reading: ReadModel, at: datetime, said: str
) -> None:
    assert CameSince(reading, at).caveat(CAVEAT) == said
    assert CameSince(reading, at).caveat("No month is named.") == "No month is named."


def test_a_release_that_is_out_says_so_and_one_that_is_missing_too(reading: ReadModel) -> None:
    before = CameSince(reading, new_york("2025-04-10 18:30")).releases(RELEASES)
    assert before.count("out") == 0
    custody, april, may = (
        CameSince(reading, new_york("2025-07-01 00:05")).releases(RELEASES).split("; ")
    )
    assert custody == "H.4.1 custody (weekly pulse): out Thu 17 Apr 2025 16:30 EDT"
    assert april == f"TIC for April 2025 (who sold): {CAME}"
    assert may == "TIC for May 2025 (who sold): Thu 17 Jul 2025 16:00 EDT"
    late = CameSince(reading, new_york("2025-07-18 00:05")).releases(RELEASES).split("; ")[2]
    assert late == "TIC for May 2025 (who sold): overdue, no data yet"
