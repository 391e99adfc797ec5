"""The chart of a transition, drawn from what was known when it was decided."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from alerts.message.sections import Image
from alerts.model import Transition
from alerts.states import Reason
from rules.evaluation import Rule
from rules.figure import Line
from rules.model import Panel
from rules.plot import Plot, not_drawn, plots_of, read_for_plots
from rules.terms import Severity

log = logging.getLogger("havenwatch.drawing")

# A transition's chart, or None where there is none.
Draw = Callable[[Transition], Image | None]
Known = Callable[[Sequence[str], datetime, date], Panel]

# What brings no number of the rule's.
CHARTLESS: Final = (Reason.ACKNOWLEDGED, Reason.PAST, Reason.SETTLED)
# Every channel of a few transitions that are told together gets the same bytes.
KEPT: Final = 16
# No plot reaches further back: three years of months and the one that the first of them needs.
SEEN_BACK: Final = timedelta(days=5 * 366)


def no_chart(_: Transition) -> None:
    """For pages of words alone."""


class ChartRenderer:
    """Charts of these rules' alerts; `known` is what was known of some series at an instant,
    of periods from a day on."""

    def __init__(self, rules: Sequence[Rule], known: Known):
        self._rules = {rule.rule_id: rule for rule in rules}
        self._known = known
        self._drawn: dict[str, Image | None] = {}
        # Channels send in threads of their own.
        self._one_at_a_time = threading.Lock()

    def chart(self, transition: Transition) -> Image | None:
        """The chart, or None where there is none: of what is no rule's, of an acknowledgement or an
        answer, which bring no number of the rule's, and where it cannot be drawn, which is logged
        and holds up no words."""
        is_of_rule = transition.signal.rule_id in self._rules
        if not is_of_rule or transition.reason in CHARTLESS:
            return None
        name = transition.transition_id
        try:
            with self._one_at_a_time:
                if name not in self._drawn:
                    self._drawn[name] = self._draw(transition)
                    for old in list(self._drawn)[:-KEPT]:
                        del self._drawn[old]
                return self._drawn[name]
        except Exception:
            log.exception("no chart of %s: it is sent without one", name)
            return None

    def plots(self, transition: Transition) -> tuple[Plot, ...]:
        """What the chart is drawn from: none for what is no rule's."""
        rule, signal = self._rules.get(transition.signal.rule_id), transition.signal
        if rule is None:
            return ()
        series = read_for_plots(rule)
        panel = self._known(series, signal.known_at, signal.period_end - SEEN_BACK)
        return plots_of(rule, panel, signal.subject, signal.period_end)

    def _draw(self, transition: Transition) -> Image | None:
        from alerts.message.alert_chart import alert_chart

        plots, signal = self.plots(transition), transition.signal
        more = len(not_drawn(self._rules[signal.rule_id], signal.subject))
        return alert_chart(plots, signal.period_end, transition.after.severity, more)


def warm_up() -> None:
    """Load matplotlib and its fonts, which takes longer than a chart, so that the first alert does
    not wait for it."""
    from alerts.message.alert_chart import alert_chart

    day = date(2025, 4, 10)
    line = Line("", np.array([day], dtype="datetime64[D]"), np.array([1.0]))
    alert_chart((Plot("", "", "session", (line,)),), day, Severity.NOTICE)
