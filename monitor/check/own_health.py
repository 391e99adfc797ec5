"""What a check says of havenwatch itself, for what restarts or pages by that alone."""

from __future__ import annotations

from typing import Final

from monitor.check.check import OK, WARNING, WORST_FIRST, HealthCheck

WELL: Final = "havenwatch and the data of its rules can be trusted"


def own_health(found: HealthCheck) -> HealthCheck:
    """The same check by what the heartbeat reports as a failure alone: alerts of the market and
    warnings are still in its facts, and do not count."""
    troubles = tuple(one for one in found.troubles if one.code != WARNING)
    for code in WORST_FIRST:
        reasons = tuple(one.said for one in troubles if one.code == code)
        if reasons:
            final = tuple(one.said for one in troubles if one.is_final)
            return found._replace(code=code, reasons=final or reasons, troubles=troubles)
    return found._replace(code=OK, reasons=(WELL,), troubles=())
