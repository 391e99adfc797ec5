"""Rules as a desk might declare them, made at random: blocks of configuration."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

# By the unit of a series: statistics with the ends of the settings that their sizes may have, and
# about how large those are.
SERIES = {"spx": "index", "ust10y": "pct", "dxy": "index", "made_ratio": "index", "made_z": "sd"}
STATISTICS = {
    "index": {
        "change_pct": ("_pct", 3.0), "zscore": ("_sd", 2.0), "percentile": ("_pct", 90.0),
        "drawdown": ("_pct", -3.0), "from_mean": ("_pct", 2.0), "days_since_high": ("", 5.0),
    },
    "pct": {"change": ("_bp", 15.0), "zscore": ("_sd", 2.0), "percentile": ("_pct", 90.0)},
    "sd": {"change": ("_sd", 1.0), "": ("_sd", 1.5)},
}  # fmt: skip
WINDOWS = st.integers(2, 40)
MADE = {
    "made_ratio": {
        "title": "S&P 500 in dollars of DXY", "unit": "index",
        "ratio": {"of": "spx", "to": "dxy"}, "times": 100,
    },
    "made_z": {"title": "DXY, z-score", "unit": "sd", "zscore": 20, "of": "dxy"},
}  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A condition."""
    series = draw(st.sampled_from(sorted(SERIES)))
    known = STATISTICS[SERIES[series]]
    statistic = draw(st.sampled_from(sorted(known)))
    end, typical = known[statistic]
    way = draw(st.sampled_from(["above", "below"]))
    size = round(typical * draw(st.floats(-1.2, 1.2)), 2)
    found: dict[str, Any] = {"series": series, f"{way}{end}": size}
    if statistic:
        found[statistic] = draw(WINDOWS)
    if statistic in ("change", "change_pct") and draw(st.booleans()):
        found = {"series": series, statistic: draw(WINDOWS), "against_usual": 15,
                 f"{way}_sd": draw(st.sampled_from([-1.0, 0.0, 1.0]))}  # fmt: skip
        size, end = found[f"{way}_sd"], "_sd"
    if draw(st.booleans()):
        step = 0.5 if way == "above" else -0.5
        levels = ("notice", "warning", "critical")
        found[f"{way}{end}"] = {one: size + step * i for i, one in enumerate(levels)}
    return found


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A rule's block."""
    some = st.lists(conditions(), min_size=1, max_size=3)
    mine = draw(some)
    found: dict[str, Any] = {"type": "conditions", "title": "Made at random"}
    found["over"] = draw(st.sampled_from(["sessions", "sessions", "weeks", "months"]))
    kind = found["kind"] = draw(st.sampled_from(["event", "condition"]))
    way = draw(st.sampled_from(["all", "any", "of"]))
    found[way] = mine
    if way == "of":
        found["at_least"] = draw(st.integers(1, len(mine)))
    if draw(st.booleans()):
        found["critical"] = [{"all": draw(some)}]
    if kind == "event" and draw(st.booleans()):
        found["cooldown_periods"] = draw(st.integers(1, 5))
    if kind == "condition" and draw(st.booleans()):
        found["close_when"] = draw(conditions())
    return found
