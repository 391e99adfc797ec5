"""The table of a soak."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.app import App
from tests.soak.costs import Costs
from tests.soak.findings import Finding, findings
from tests.soak.life import Life
from tests.soak.neighbours import Arrived
from tests.soak.plan import Plan

ANSWERS = {True: "holds", False: "FAILS", None: "open"}
Say = Callable[[str], object]


def report(plan: Plan, life: Life, app: App, arrived: Sequence[Arrived], say: Say) -> int:
    """Print what each year cost and each promise with what was found; 1 where one does not hold."""
    say(f"\n{plan.first} to {life.last}: {life.ticks:,} cycles. Milliseconds of CPU, medians:")
    for line in _costs(life.costs):
        say(line)
    say("")
    found = findings(plan, life, app.database.connection, arrived)
    for one in found:
        say(_line(one))
    return 1 if any(one.holds is False for one in found) else 0


def _line(one: Finding) -> str:
    return f"{ANSWERS[one.holds]:6} {one.promise}: {one.found}"


def _costs(costs: Costs) -> list[str]:
    """A row a kind and a column a year, the number of measurements of the last year behind it."""
    years = sorted(costs.years)
    kinds = sorted({kind for some in costs.years.values() for kind in some if some[kind]})
    lines = [f"{'':26}" + "".join(f"{f'year {year}':>9}" for year in years)]
    for kind in kinds:
        cells = [costs.median_ms(year, kind) for year in years]
        shown = "".join("        -" if one is None else f"{one:9.1f}" for one in cells)
        lines.append(f"{kind:26}{shown}  n = {len(costs.years[years[-1]][kind])}")
    return lines
