"""An alert's chart as numbers: what its picture is drawn from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from monitor.web.plot_document import plot_document
from rules.catalog.joint_selloff import JointSelloff
from rules.figure import Line
from rules.plot import Plot
from state.alert_store import AlertStore
from state.database import Database
from tests.monitor.web.desk import Browser, Desk, browsing

SELLOFF = "/alerts/joint_selloff/us/2025-04-08"


def found(shown: Browser, path: str) -> dict[str, Any]:
    answer = shown.get(f"{path}/chart.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    document: dict[str, Any] = json.loads(answer.body)
    return document


def test_each_plot_has_a_pane_and_nothing_later_than_the_alert_knew(shown: Browser) -> None:
    document = found(shown, SELLOFF)
    assert document["months"] == "6"
    assert [one["pane"] for one in document["lines"]] == [0, 1, 2]
    assert [one["after"] for one in document["lines"]] == ["", "%", ""]
    for line in document["lines"]:
        assert len(line["periods"]) == len(line["values"]) > 250
        # The alert is of 8 April; that the market of the ninth was known then cannot be.
        assert line["periods"][-1] == "2025-04-08"
    (mark,) = document["alerts"]
    assert (mark["severity"], mark["period_end"]) == ("warning", "2025-04-08")


def test_a_threshold_is_a_level_of_its_plot_and_a_flow_is_bars(
    desk: Desk,
) -> None:
    database = Database(desk.database, read_only=True)
    told = AlertStore(database).transitions_of(SELLOFF.removeprefix("/alerts/"))
    database.close()
    months = np.array(["2024-12-31", "2025-01-31", "2025-04-30"], dtype="datetime64[D]")
    line = Line("", months, np.array([1.0, -25.0, 3.0]))
    plot = Plot("Japan, net", "usd_bn", "month", (line,), levels=(-20.0, -30.0), bars=True)
    document = json.loads(plot_document((plot,), told[0][0], "Net sales"))
    assert document["months"] == "60"
    (drawn,) = document["lines"]
    assert drawn["levels"] == [-20.0, -30.0]
    assert (drawn["drawn_as"], drawn["steps"], drawn["title"]) == ("bars", "months", "Japan, net")
    assert drawn["periods"] == ["2024-12-31", "2025-01-31", "2025-04-30"]
    assert document["alerts"][0]["title"] == "Net sales"


def test_what_is_no_rules_has_no_chart(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    database = Database(mine.database)
    for statement in (
        "UPDATE alerts SET rule_id = 'source_health' WHERE alert_id = ?",
        "UPDATE transitions SET signal = replace(signal, '\"joint_selloff\"', '\"source_health\"')"
        " WHERE alert_id = ?",
    ):
        database.connection.execute(statement, (SELLOFF.removeprefix("/alerts/"),))
    database.close()
    with browsing(mine) as browser:
        assert "data-sources" not in browser.get(SELLOFF).text
        assert found(browser, SELLOFF)["lines"] == []
        assert browser.get("/alerts/none/us/2025-04-08/chart.json").status == 404


class SixSeries(JointSelloff):
    """A rule that reads more series than a chart has room for."""

    def plotted_series(self, subject: str) -> tuple[str, ...]:
        return ("spx", "ust10y", "dxy", "vix", "ust2y", "ust30y")


def test_series_that_a_chart_has_no_room_for_are_linked_to(desk: Desk) -> None:
    rules = {**desk.config.rules, "joint_selloff": SixSeries()}
    with browsing(replace(desk, config=replace(desk.config, rules=rules))) as browser:
        said = browser.get(SELLOFF).text
    assert (
        '<p class="quiet">Not in the chart: <a href="/series/ust2y">Treasury par yield, 2 Yr</a>, '
        '<a href="/series/ust30y">Treasury par yield, 30 Yr</a>.</p>'
    ) in said
