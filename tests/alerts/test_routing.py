"""Who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.lifecycle import step
from alerts.model import Transition
from alerts.routing import Route, Terms, channels_for, route_of
from rules.terms import Answer, Kind, Severity
from tests.support import signal

ROUTES = {
    "notice": (),
    "warning": ("slack",),
    "critical": ("slack", "email"),
    "operational": ("ops",),
}
TAGS = {"joint_selloff": ("desk", "havens")}
TERMS = Terms(routes=ROUTES, zone=ZoneInfo("America/New_York"), tags=TAGS)


def opened(severity: Severity, rule_id: str = "joint_selloff") -> Transition:
    found = step(None, signal(severity=severity, rule_id=rule_id), Kind.EVENT, timedelta(days=1))
    assert found is not None
    return found


def after(first: Transition, answer: Answer, severity: Severity | None = None) -> Transition:
    found = step(first.after, signal(answer, severity), Kind.EVENT, timedelta(days=1))
    assert found is not None
    return found


def test_a_notice_goes_to_the_digest_only() -> None:
    assert channels_for(opened(Severity.NOTICE), TERMS, ()) == ()


def test_each_severity_has_its_channels() -> None:
    assert channels_for(opened(Severity.WARNING), TERMS, ()) == ("slack",)
    assert channels_for(opened(Severity.CRITICAL), TERMS, ()) == ("slack", "email")


def test_what_worsens_also_reaches_the_channels_of_the_new_severity() -> None:
    worse = after(opened(Severity.WARNING), Answer.FIRING, Severity.CRITICAL)
    assert channels_for(worse, TERMS, ("slack",)) == ("slack", "email")


def test_who_heard_of_an_alert_hears_that_it_was_withdrawn_and_nobody_else() -> None:
    gone = after(opened(Severity.CRITICAL), Answer.QUIET)
    assert channels_for(gone, TERMS, ("slack",)) == ("slack",)
    assert channels_for(gone, TERMS, ()) == ()


def test_an_alert_that_becomes_a_notice_is_still_followed_up() -> None:
    milder = after(opened(Severity.WARNING), Answer.FIRING, Severity.NOTICE)
    assert channels_for(milder, TERMS, ("slack",)) == ("slack",)


def test_the_programs_own_troubles_have_their_own_route() -> None:
    assert channels_for(opened(Severity.WARNING, "source_health"), TERMS, ()) == ("ops",)


# The routes, the rule and severity of an alert, and where it goes by which setting.
OWN = (
    (
        [Route(channels=("gold",), rules=("joint_*",))],
        "joint_selloff", Severity.NOTICE, "routes.0", ("gold",),
    ),
    (
        [Route(channels=("gold",), rules=("gold_*",))],
        "joint_selloff", Severity.WARNING, "warning", ("slack",),
    ),
    (
        [Route(channels=("a",), severities=("critical",)), Route(channels=("b",))],
        "joint_selloff", Severity.WARNING, "routes.1", ("b",),
    ),
    (
        [Route(channels=("a",), severities=("critical",), and_usual=True)],
        "joint_selloff", Severity.CRITICAL, "routes.0", ("a", "slack", "email"),
    ),
    (
        [Route(channels=("a",), subjects=("china",))],
        "joint_selloff", Severity.WARNING, "warning", ("slack",),
    ),
    (
        [Route(channels=("a",), subjects=("u*",))],
        "joint_selloff", Severity.WARNING, "routes.0", ("a",),
    ),
    (
        [Route(channels=("a",), tags=("fx",)), Route(channels=("b",), tags=("h*",))],
        "joint_selloff", Severity.WARNING, "routes.1", ("b",),
    ),
    (
        [Route(channels=("a",), tags=("havens",), severities=("critical",))],
        "joint_selloff", Severity.WARNING, "warning", ("slack",),
    ),
    ([Route(channels=("a",), tags=("*",))], "other", Severity.WARNING, "warning", ("slack",)),
    ([Route(channels=("a",))], "source_health", Severity.WARNING, "operational", ("ops",)),
)  # fmt: skip


@pytest.mark.parametrize(("routes", "rule", "severity", "setting", "channels"), OWN)
def test_the_first_route_that_takes_an_alert_says_where_it_goes(
    routes: list[Route], rule: str, severity: Severity, setting: str, channels: tuple[str, ...]
) -> None:
    terms, transition = replace(TERMS, own_routes=routes), opened(severity, rule)
    assert route_of(transition.after, terms) == (f"routing.{setting}", channels)
    assert channels_for(transition, terms, ()) == channels


NAMES = st.lists(st.sampled_from(["fx", "flows", "tokyo", "desk"]), max_size=4)


@given(NAMES, NAMES)
def test_a_route_takes_the_alerts_of_rules_with_one_of_its_tags(
    wanted: list[str], has: list[str]
) -> None:
    route, alert = Route(channels=("a",), tags=tuple(wanted)), opened(Severity.WARNING).after
    assert route.takes(alert, has) == (not wanted or bool({*wanted} & {*has}))
