"""Made figures for years that have not been: the demonstration's, and a seeded walk before and
after them, in the same files. Nobody published a number of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from monitor.ingest.calendars import NYSE, TARGET, US_BONDS, is_session
from monitor.sources.cboe import Cboe
from monitor.sources.cboe_vix import CboeVix
from monitor.sources.ecb import Ecb
from monitor.sources.kim_wright import KimWright
from monitor.sources.nyfed_acm import NyFedAcm
from rules.model import type_float
from tests.publication_model import is_bond_day, is_office_day, is_stock_day, is_target_day

REAL: Final = files("monitor.demo").joinpath("figures")
# The real sessions.
REAL_FROM, REAL_TO = date(2023, 12, 29), date(2025, 6, 30)
MADE: Final = (
    "# Made by tests/soak/made_figures.py where no real figures are: nobody published them.\n"
)
SEED: Final = 20250324

FIXES: Final = ("usd", "jpy", "gbp", "cad", "sek", "chf")
# The weights of the ICE dollar index, of each currency in dollars.
WEIGHTS: Final = {
    "usd": -0.576, "jpy": 0.136, "gbp": -0.119, "cad": 0.091, "sek": 0.042, "chf": 0.036,
}  # fmt: skip
# Where the made numbers before the real ones begin. Files that are sent whole begin where the
# publisher's do, so that ten more years cost what they will; others are asked from a day on.
BEGINS: Final = {
    **dict.fromkeys(("spx", "tnx", "dxy"), Cboe.first_day),
    "vix": CboeVix.first_day,
    **dict.fromkeys(("ust2y", "ust5y", "ust10y", "ust30y", "acm_tp10y"), NyFedAcm.first_day),
    "kw_tp10y": KimWright.first_day,
    **dict.fromkeys(FIXES, Ecb.first_day),
}
# A year of flows, which every area has.
FLOWS: Final = 12
DAY: Final = timedelta(days=1)


def write_figures(folder: Path, last: date) -> None:
    """Write every file of the stand-ins' figures, made ones to `last` in each."""
    random = np.random.default_rng(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "sessions.csv": _sessions(random, last),
        "custody.csv": _custody(random, last),
        "debt.csv": _debt(random, last),
        "auctions.csv": _auctions(random, last),
        "tic.csv": _flows(last, "tic.csv", {"lt_pos": ("lt_net", "lt_valchg"),
                                            "st_pos": ("st_net",), "pos": ()}),
        "tic_assets.csv": _flows(last, "tic_assets.csv", {
            f"{kind}_pos": (f"{kind}_net", f"{kind}_valchg")
            for kind in ("total", "treas", "agcy", "corp", "eqty")}),
        "tic_holdings.csv": _holdings(last),
        "tic_form_s.csv": _real("tic_form_s.csv"),
    }  # fmt: skip
    for name, table in made.items():
        (folder / name).write_text(MADE + table.to_csv(index=False), encoding="utf-8")


def _real(name: str) -> pd.DataFrame:
    with REAL.joinpath(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype="str").fillna("")


@dataclass(frozen=True)
class _Walk:
    """A walk that comes back to `mean`: steps of `step`, a share `back` of the way each day."""

    mean: float
    step: float
    back: float = 0.004

    def steps(self, start: float, shocks: type_float) -> type_float:
        """The values after `start`."""
        found, value = np.empty(len(shocks)), start
        for place, shock in enumerate(shocks):
            value += self.back * (self.mean - value) + self.step * shock
            found[place] = value
        return found


# In logarithms but for yields and the term premium.
WALKS: Final = {
    "spx": _Walk(8.7, 0.0105, 0.0002),
    "ust10y": _Walk(4.0, 0.055),
    "slope": _Walk(0.5, 0.02),
    "acm_tp10y": _Walk(0.5, 0.035),
    "vix": _Walk(2.9, 0.06, 0.05),
    "usd": _Walk(0.1, 0.0045),
    "jpy": _Walk(5.05, 0.0050),
    "gbp": _Walk(-0.15, 0.0035),
    "cad": _Walk(0.4, 0.0040),
    "sek": _Walk(2.4, 0.0035),
    "chf": _Walk(-0.06, 0.0030),
}


def _sessions(random: np.random.Generator, last: date) -> pd.DataFrame:
    with REAL.joinpath("sessions.csv").open(encoding="utf-8") as file:
        real = pd.read_csv(file, comment="#", parse_dates=["date"]).set_index("date")
    after = _made_sessions(random, real, pd.bdate_range(REAL_TO + DAY, last))
    # The walk before is one that goes back from the first real day.
    days = pd.bdate_range(min(BEGINS.values()), REAL_FROM - DAY)
    before = _made_sessions(random, real.iloc[::-1], days[::-1])
    whole = pd.concat([before.iloc[::-1], real, after]).dropna(how="all")
    return whole.reset_index(names="date")


def _made_sessions(
    random: np.random.Generator, real: pd.DataFrame, days: pd.DatetimeIndex
) -> pd.DataFrame:
    """The made closes of weekdays, each only on its market's days."""
    start = real.ffill().iloc[-1]
    # Shocks with the tails of markets, but none so large that a source holds it back until it has
    # been polled again; stocks and yields have one in common.
    shocks = {n: random.standard_t(4, len(days)).clip(-9, 9) / np.sqrt(2) for n in WALKS}
    shocks["acm_tp10y"] = 0.6 * shocks["ust10y"] + 0.8 * shocks["acm_tp10y"]
    shocks["vix"] = -0.7 * shocks["spx"] + 0.7 * shocks["vix"]
    logs = {n: np.exp(WALKS[n].steps(np.log(start[n]), shocks[n])) for n in ("spx", "vix", *FIXES)}
    ten = np.maximum(WALKS["ust10y"].steps(start["ust10y"], shocks["ust10y"]), 0.5)
    slope = WALKS["slope"].steps(start["ust30y"] - start["ust10y"], shocks["slope"])
    made = pd.DataFrame(logs, index=days)
    made["ust10y"], made["ust30y"] = ten, ten + slope
    made["ust5y"], made["ust2y"] = ten - 0.4 * slope, ten - 0.6 * slope
    made["acm_tp10y"] = WALKS["acm_tp10y"].steps(start["acm_tp10y"], shocks["acm_tp10y"])
    made["kw_tp10y"] = made["acm_tp10y"] * 0.7 + start["kw_tp10y"] - 0.7 * start["acm_tp10y"]
    made["tnx"] = ten + random.normal(0.0, 0.01, len(days))
    scale = start["dxy"] / _basket(real[list(FIXES)].ffill().iloc[[-1]])[0]
    made["dxy"] = scale * _basket(made[list(FIXES)]) * np.exp(random.normal(0, 0.0008, len(days)))
    return _on_their_days(made, list(real.columns))


def _basket(fixes: pd.DataFrame) -> type_float:
    """The dollar index of some fixes, but for its scale."""
    log = {name: np.log(fixes[name].to_numpy(dtype=np.float64)) for name in FIXES}
    # Each fix is units of a currency per euro; the index has the pound in dollars, as the euro.
    dollars = {name: log[name] - log["usd"] for name in FIXES} | {"usd": log["usd"]}
    dollars["gbp"] = -dollars["gbp"]
    summed = np.sum([WEIGHTS[name] * dollars[name] for name in FIXES], axis=0)
    return np.asarray(np.exp(summed), dtype=np.float64)


# A market's days by the model and by the program's calendar, and its columns' digits.
ON: Final[Sequence[tuple[Callable[[date], bool], str, Mapping[str, int]]]] = (
    (is_stock_day, NYSE, {"spx": 2, "vix": 2, "dxy": 2, "tnx": 3}),
    (is_bond_day, US_BONDS, {
        "ust2y": 2, "ust5y": 2, "ust10y": 2, "ust30y": 2, "acm_tp10y": 4, "kw_tp10y": 4}),
    (is_target_day, TARGET, dict.fromkeys(FIXES, 5)),
)  # fmt: skip
# The model of publications knows no closures before; nothing is polled of those years.
MODEL_FROM: Final = date(2015, 1, 1)


def _on_their_days(made: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    days = [day.date() for day in made.index]
    for is_open, calendar, digits_of in ON:
        opened = [is_open(d) if d >= MODEL_FROM else is_session(calendar, d) for d in days]
        for name, digits in digits_of.items():
            has_number = opened & (made.index >= pd.Timestamp(BEGINS[name]))
            made[name] = made[name].round(digits).where(has_number)
    return made[columns]


def _custody(random: np.random.Generator, last: date) -> pd.DataFrame:
    table = _real("custody.csv")
    day = date.fromisoformat(table["date"].iloc[-1])
    days = pd.date_range(day, last, freq="7D")[1:]
    walk = _Walk(2.9e6, 11_000.0, 0.02)
    held = walk.steps(float(table["custody_treasuries"].iloc[-1]), random.normal(size=len(days)))
    fed = float(table["fed_treasuries"].iloc[-1]) + 900.0 * random.normal(size=len(days)).cumsum()
    made = {"date": days.strftime("%F"), "custody_treasuries": held, "fed_treasuries": fed}
    return pd.concat([table, _whole(pd.DataFrame(made))])


def _debt(random: np.random.Generator, last: date) -> pd.DataFrame:
    table = _real("debt.csv")
    days = pd.bdate_range(date.fromisoformat(table["date"].iloc[-1]), last)[1:]
    days = days[[is_office_day(day.date()) for day in days]]
    public = float(table["public"].iloc[-1]) + random.normal(4e3, 15e3, len(days)).cumsum()
    inside = float(table["total"].iloc[-1]) - float(table["public"].iloc[-1])
    made = {"date": days.strftime("%F"), "public": public, "total": public + inside}
    return pd.concat([table, _whole(pd.DataFrame(made))])


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """A table of amounts rounded to the million, as text."""
    amounts = [name for name in table.columns if name != "date"]
    return table.astype({"date": "str"}).assign(
        **{str(name): table[name].round().astype("int64").astype("str") for name in amounts}
    )


def _auctions(random: np.random.Generator, last: date) -> pd.DataFrame:
    """The auctions of a year again each year, 364 days later, with other bidders."""
    table = _real("auctions.csv")
    year = table[table["date"] > "2024-06-30"]
    rows = [row for number in range(1, 12) for row in _year_of_auctions(random, year, number)]
    made = pd.DataFrame([row for row in rows if row["date"] <= last.isoformat()])
    return pd.concat([table, made.sort_values("date", kind="stable")])


def _year_of_auctions(
    random: np.random.Generator, year: pd.DataFrame, number: int
) -> Iterator[dict[str, str]]:
    for place, row in enumerate(year.to_dict("records")):
        day = date.fromisoformat(row["date"]) + number * timedelta(days=364)
        while not is_bond_day(day):
            day += DAY
        indirect = min(max(float(row["indirect"]) + random.normal(0.0, 4.0), 40.0), 85.0)
        direct = min(float(row["direct"]), 99.0 - indirect)
        shares = {"indirect": indirect, "direct": direct, "dealer": 100.0 - indirect - direct}
        yield {
            **{str(name): str(value) for name, value in row.items()},
            **{name: f"{share:.2f}" for name, share in shares.items()},
            "date": day.isoformat(),
            "cusip": f"9128{number:02d}{place:03d}",
        }


def _flows(last: date, name: str, moves: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """The flows of the last year again and again, each other year with the other sign, and the
    holdings that follow from them: sums that held hold again, and no area's holdings move so far
    from those of all that the same gain is another share of them. `moves`: what moves each."""
    table = _real(name)
    end = pd.Period(table["month"].max(), "M")
    months = pd.period_range(end + 1, pd.Period(last, "M"), freq="M")
    made = []
    for _, area in table.groupby("code", sort=False):
        by_month = area.set_index("month").sort_index()
        row = {str(k): v for k, v in by_month.iloc[-1].items()}
        for month in months:
            # Of an area that is known for a shorter time the same months, where it has them.
            years = -(-(month - end).n // FLOWS)
            model = {str(k): str(v) for k, v in by_month.loc[str(month - years * FLOWS)].items()}
            row = _month(row, model, -1 if years % 2 else 1, moves) | {"month": str(month)}
            made.append(row)
    whole = pd.concat([table, pd.DataFrame(made)])[list(table.columns)]
    order = {code: place for place, code in enumerate(table["code"].unique())}
    return whole.sort_values(
        ["code", "month"], key=lambda one: one.map(order) if one.name == "code" else one,
        ascending=[True, name == "tic.csv"],
    )  # fmt: skip


def _month(
    before: dict[str, str], model: dict[str, str], sign: int, moves: dict[str, tuple[str, ...]]
) -> dict[str, str]:
    flows = {one for some in moves.values() for one in some} | {"net"} & set(before)
    row = dict(before) | {n: _signed(model[n], sign) for n in flows}
    for holding, by in moves.items():
        if by and before[holding]:
            row[holding] = str(int(before[holding]) + sum(int(row[n] or 0) for n in by))
    if "lt_pos" in row and row["lt_pos"] and row["st_pos"]:
        row["pos"] = str(int(row["lt_pos"]) + int(row["st_pos"]))
    return row


def _signed(cell: str, sign: int) -> str:
    return str(sign * int(cell)) if cell else ""


def _holdings(last: date) -> pd.DataFrame:
    """The year 2024 again in each later one."""
    table = _real("tic_holdings.csv")
    model = table[table["year"] == "2024"]
    later = [model.assign(year=str(year)) for year in range(last.year, 2024, -1)]
    return pd.concat([*later, table])
