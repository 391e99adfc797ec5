"""The digest's pictures."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from matplotlib.image import imread

from alerts.digest.charts import digest_charts
from alerts.digest.fit import CHARTS_WORDS, words
from alerts.message.message import Message
from monitor.deliver.chart_cache import warm_up
from monitor.views.report import LEVELS, charts
from rules.model import Panel
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from tests.spring_figures import rows_of, spring, tic_rows
from tests.support import history_of, new_york

AT = new_york("2025-04-10 19:00")
SERIES = (*LEVELS, *read_for(GRAND_TOTAL))


def panel(left_out: Collection[str] = ()) -> Panel:
    rows = [*rows_of(spring(until=date(2025, 4, 10)), LEVELS), *tic_rows()]
    wanted = [row for row in rows if row[0] in SERIES and row[0].split(".")[0] not in left_out]
    return history_of(wanted, SERIES).as_of(AT)


def test_two_small_pictures_say_in_words_what_they_show() -> None:
    markets, flows = digest_charts(panel())
    assert markets.heading == "Markets, 63 sessions"
    assert "S&P 500 5,268.05, 4,982.77 to 6,144.15" in markets.described
    assert "DXY 100.87, " in markets.described
    assert flows.heading == "Who bought, 24 months"
    assert "−$4.7bn in January 2025" in flows.described
    assert "Custody $2,933bn on Wed 9 Apr 2025" in flows.described
    shown = Message("", "plain", "", "", "", (markets, flows), "")
    assert words(shown) <= CHARTS_WORDS
    for one in (markets, flows):
        assert len(one.png) < 60_000
        height, width, _ = imread(io.BytesIO(one.png)).shape
        assert width == 700
        assert 150 < height < 500


@pytest.mark.slow
def test_the_same_numbers_make_the_same_picture() -> None:
    assert digest_charts(panel()) == digest_charts(panel())


@pytest.mark.slow
def test_what_others_draw_meanwhile_changes_no_picture() -> None:
    """A channel draws an alert's chart in its thread while the digest is made."""
    known, stop = panel(), threading.Event()
    alone = digest_charts(known)

    def others() -> None:
        while not stop.is_set():
            warm_up()

    with ThreadPoolExecutor(2) as pool:
        drawing = [pool.submit(others) for _ in range(2)]
        found = [digest_charts(known) for _ in range(2)]
        stop.set()
        assert all(one.result() is None for one in drawing)
    assert all(one == alone for one in found)


@pytest.mark.slow
def test_what_is_not_known_is_left_out() -> None:
    markets, flows = digest_charts(panel(("dxy", "custody_treasuries")))
    assert "DXY" not in markets.described
    assert "S&P 500" in markets.described
    assert "Custody" not in flows.described
    (markets,) = digest_charts(panel(("tic",)))
    assert markets.heading.startswith("Markets")
    assert digest_charts(history_of([], SERIES).as_of(AT)) == ()


def test_one_that_cannot_be_drawn_holds_nothing_up(caplog: pytest.LogCaptureFixture) -> None:
    short = history_of(rows_of(spring(), ("spx",)), ("spx",)).as_of(AT)
    assert charts(short) == ()
    assert "could not be drawn; it goes without them" in caplog.text


@pytest.mark.slow
def test_the_drawing_library_is_loaded_only_where_one_is_drawn() -> None:
    said = "import sys, monitor.cli.main, monitor.app; assert 'matplotlib' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
