"""The table of a soak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from monitor.app import App
from tests.soak.costs import Compared, Costs
from tests.soak.findings import Finding, findings
from tests.soak.life import Life
from tests.soak.neighbours import Arrived
from tests.soak.plan import Plan

ANSWERS = {True: "holds", False: "FAILS", None: "open"}
Say = Callable[[str], object]


def report(plan: Plan, life: Life, app: App, arrived: Sequence[Arrived], say: Say) -> bool:
    """Print what each year cost and each promise with what was found; False where one does not
    hold."""
    say(f"\n{plan.first} to {life.last}: {life.ticks:,} cycles. Milliseconds of CPU, medians:")
    for line in _costs(life.costs):
        say(line)
    say("")
    return say_all(findings(plan, life, app.database.connection, arrived), say)


def say_compared(compared: Compared, say: Say) -> None:
    """Print what each kind of work costs over the young database and over the aged one."""
    say(f"\nIn turn, milliseconds of CPU, medians:{'young':>9}{'aged':>9}{'times':>7}")
    for kind in sorted({*compared.young} & {*compared.aged}):
        young, aged = (median(some[kind]) * 1e3 for some in (compared.young, compared.aged))
        say(f"{kind:38}{young:9.1f}{aged:9.1f}{aged / young:7.2f}  n = {len(compared.aged[kind])}")
    say("")


def say_all(found: Sequence[Finding], say: Say) -> bool:
    """Print what was found; False where a promise does not hold."""
    for one in found:
        say(_line(one))
    return all(one.holds is not False for one in found)


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
