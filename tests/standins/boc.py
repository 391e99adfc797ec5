"""Bank of Canada: the average rates of the day at 16:30. They are the ECB's fixes of the day in
Canadian dollars, as its own are not among the figures: for tests only."""

from __future__ import annotations

import json
from datetime import date, time

import pandas as pd

from monitor.demo.facts import sessions
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import BANK_OF_CANADA, at_local, last_session, local_date

OUT_AT = time(16, 30)


class Standin:
    """A row a day on which the bank is open, each rate as text in `v`."""

    def reply(self, asked: Asked) -> Reply:
        """The span asked for, as far as it is published."""
        head, _, rest = asked.path.partition("/valet/observations/")
        names, _, form = rest.partition("/")
        if head or form != "json":
            return NOT_FOUND
        today = local_date(asked.at)
        is_out = at_local(today, OUT_AT) <= asked.at
        newest = last_session(BANK_OF_CANADA, today if is_out else _day_before(today))
        first, last = (date.fromisoformat(asked.query[name]) for name in ("start_date", "end_date"))
        days = pd.bdate_range(first, min(last, newest))
        rates = sessions().reindex(days[are_sessions(BANK_OF_CANADA, days)]).dropna(subset=["usd"])
        rows = [_row(day, rate, names.split(",")) for day, rate in rates.iterrows()]
        content = json.dumps({"observations": rows}).encode()
        return Reply(200, content, "application/json", at_local(newest, OUT_AT))


def _day_before(day: date) -> date:
    return (pd.Timestamp(day) - pd.Timedelta(days=1)).date()


def _row(day: object, rate: pd.Series[float], names: list[str]) -> dict[str, object]:
    per_euro = {"EUR": 1.0} | {str(name).upper(): value for name, value in rate.items()}
    found = {name: per_euro["CAD"] / per_euro[name[2:5]] for name in names}
    return {"d": str(day)[:10], **{name: {"v": f"{value:.6f}"} for name, value in found.items()}}
