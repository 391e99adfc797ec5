"""Who is told."""

from __future__ import annotations

from datetime import timedelta

from alerts.lifecycle import step
from alerts.model import Transition
from alerts.routing import channels_for
from rules.model import Answer, Kind, Severity
from tests.support import signal

ROUTES = {
    "notice": (),
    "warning": ("slack",),
    "critical": ("slack", "email"),
    "operational": ("ops",),
}


def opened(severity: Severity, rule_id: str = "joint_selloff") -> Transition:
    found = step(None, signal(severity=severity, rule_id=rule_id), Kind.EVENT, timedelta(days=1))
    assert found is not None
    return found


def after(first: Transition, answer: Answer, severity: Severity | None = None) -> Transition:
    found = step(first.after, signal(answer, severity), Kind.EVENT, timedelta(days=1))
    assert found is not None
    return found


def test_a_notice_goes_to_the_digest_only() -> None:
    assert channels_for(opened(Severity.NOTICE), ROUTES, ()) == ()


def test_each_severity_has_its_channels() -> None:
    assert channels_for(opened(Severity.WARNING), ROUTES, ()) == ("slack",)
    assert channels_for(opened(Severity.CRITICAL), ROUTES, ()) == ("slack", "email")


def test_what_worsens_also_reaches_the_channels_of_the_new_severity() -> None:
    worse = after(opened(Severity.WARNING), Answer.FIRING, Severity.CRITICAL)
    assert channels_for(worse, ROUTES, ("slack",)) == ("slack", "email")


def test_who_heard_of_an_alert_hears_that_it_was_withdrawn_and_nobody_else() -> None:
    gone = after(opened(Severity.CRITICAL), Answer.QUIET)
    assert channels_for(gone, ROUTES, ("slack",)) == ("slack",)
    assert channels_for(gone, ROUTES, ()) == ()


def test_an_alert_that_becomes_a_notice_is_still_followed_up() -> None:
    milder = after(opened(Severity.WARNING), Answer.FIRING, Severity.NOTICE)
    assert channels_for(milder, ROUTES, ("slack",)) == ("slack",)


def test_the_programs_own_troubles_have_their_own_route() -> None:
    assert channels_for(opened(Severity.WARNING, "source_health"), ROUTES, ()) == ("ops",)
