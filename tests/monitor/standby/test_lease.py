"""Who of several hosts acts, in simulated time."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.standby.lease import LeaseDocument, StoreUnreachable, document_of
from tests.monitor.standby.simulated import LEASE_S, Host, MemoryStore, Time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pair(time: Time) -> tuple[Host, Host]:
    store = MemoryStore()
    return Host("a", store, time), Host("b", store, time, offset_s=-5000.0)


def test_the_first_takes_it_and_the_other_waits(pair: tuple[Host, Host], time: Time) -> None:
    first, other = pair
    assert first.step()
    for _ in range(20):
        time.seconds += 10
        assert first.step()
        assert not other.step()
    assert (first.lease.token, other.lease.token) == (1, 0)


def test_a_holder_that_is_gone_is_followed_after_a_whole_lease(
    pair: tuple[Host, Host], time: Time
) -> None:
    first, other = pair
    first.step()
    other.step()
    time.seconds += LEASE_S - 0.1
    assert not other.step()
    time.seconds += 0.2
    assert other.step()
    assert other.lease.token == 2
    assert other.lease.taken_from is not None
    assert other.lease.taken_from.host_id == "a"


def test_a_host_that_has_just_started_waits_a_whole_lease(
    pair: tuple[Host, Host], time: Time
) -> None:
    first, other = pair
    first.step()
    time.seconds += 10 * LEASE_S
    assert not other.step()
    time.seconds += LEASE_S
    assert other.step()


def test_a_released_lease_is_taken_at_once(pair: tuple[Host, Host]) -> None:
    first, other = pair
    first.step()
    first.lease.release()
    assert not first.lease.is_valid
    assert other.step()
    assert other.lease.token == 2


def test_a_holder_that_cannot_reach_the_store_ends_before_another_begins(
    pair: tuple[Host, Host], time: Time
) -> None:
    first, other = pair
    first.step()
    other.step()
    first.link.is_cut = True
    time.seconds += LEASE_S * 0.79
    assert first.step()  # still its own
    assert first.lease.confirm()
    time.seconds += LEASE_S * 0.02
    assert not first.step()
    assert not first.lease.confirm()
    assert not other.step()


def test_one_that_lapsed_goes_on_with_its_token_where_nobody_took_it(
    pair: tuple[Host, Host], time: Time
) -> None:
    first, _ = pair
    first.step()
    first.link.is_cut = True
    time.seconds += 2 * LEASE_S
    assert not first.step()
    first.link.is_cut = False
    assert first.step()
    assert first.lease.token == 1


def test_a_holder_that_slept_finds_another_at_its_next_claim(
    pair: tuple[Host, Host], time: Time
) -> None:
    first, other = pair
    first.step()
    other.step()
    time.seconds += LEASE_S + 1
    other.step()
    assert not first.lease.is_valid
    assert not first.lease.confirm()
    assert not first.step()
    assert first.lease.seen is not None
    assert first.lease.seen.host_id == "b"


def test_a_token_that_is_not_in_the_store_any_more_is_noticed_before_the_lease_ends(
    pair: tuple[Host, Host],
) -> None:
    first, other = pair
    first.step()
    assert first.lease.confirm()
    # As by a person who gave the lease to another host.
    taken = LeaseDocument("b", "b/1", 2)
    other.link.store.held = (taken.as_bytes(), "by hand")
    assert first.lease.is_valid
    assert not first.lease.confirm()
    assert not first.lease.is_valid


def test_a_renewal_whose_answer_was_lost_is_not_lost(pair: tuple[Host, Host], time: Time) -> None:
    first, other = pair
    first.step()
    first.link.loses_answers = True
    time.seconds += 10
    first.step()
    other.step()
    first.link.loses_answers = False
    time.seconds += 20
    assert first.step()
    assert first.lease.token == 1
    # The other has seen the lost one, and counts from the later one.
    other.step()
    time.seconds += 11
    assert first.lease.is_valid
    assert not other.step()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"host_id": 1, "colour": 2}'])
def test_what_is_no_lease_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="xpect"):
        document_of(content)


def test_a_document_is_read_as_it_was_written() -> None:
    document = LeaseDocument("a", "a/1", 3, 7, replicated_at="2025-04-10T22:30:00Z")
    assert document_of(document.as_bytes()) == document
    assert document_of(replace(document, is_released=True).as_bytes()).is_released


# An example takes a millisecond, and few interleavings have two hosts that believe to lead.
EXAMPLES = 30
HOSTS = st.integers(0, 2)
WAITS = st.sampled_from([0.0, 1.0, 5.0, LEASE_S / 3, 0.79 * LEASE_S, LEASE_S, 1.1 * LEASE_S])
MOVES = st.one_of(
    st.tuples(st.just("wait"), WAITS),
    st.tuples(st.just("step"), HOSTS),
    st.tuples(st.just("confirm"), HOSTS),
    st.tuples(st.just("slow step"), HOSTS),
    st.tuples(st.just("cut"), HOSTS),
    st.tuples(st.just("answers lost"), HOSTS),
    st.tuples(st.just("mended"), HOSTS),
    st.tuples(st.just("release"), HOSTS),
)
CLOCKS = st.tuples(st.floats(-1e6, 1e6), st.sampled_from([0.95, 1.0, 1.05]))


class Interleaving:
    """The moves of three hosts, of which one may act while a request of another is on its way."""

    def __init__(self, clocks: list[tuple[float, float]], moves: list[tuple[str, float]]):
        self.time, self.store = Time(), MemoryStore()
        self.hosts = [
            Host(name, self.store, self.time, offset_s=offset, rate=rate)
            for name, (offset, rate) in zip("abc", clocks, strict=True)
        ]
        self.moves = moves
        self.busy: set[int] = set()
        self.holders = set[int]()

    def run(self) -> None:
        while self.moves:
            self.next()

    def next(self) -> None:
        """Make a move, and look who holds the lease after it."""
        if not self.moves:
            return
        move, value = self.moves.pop(0)
        if move == "wait":
            self.time.seconds += value
        elif int(value) not in self.busy:
            self.busy.add(int(value))
            self._of(self.hosts[int(value)], move)
            self.busy.discard(int(value))
        holders = [one.lease.token for one in self.hosts if one.lease.is_valid]
        assert len(holders) <= 1
        self.holders.update(holders)

    def _of(self, host: Host, move: str) -> None:
        if move in ("step", "slow step"):
            host.link.meanwhile = self.next if move == "slow step" else lambda: None
            host.step()
            host.link.meanwhile = lambda: None
        elif move == "confirm":
            host.lease.confirm()
        elif move == "release":
            with contextlib.suppress(StoreUnreachable):
                host.lease.release()
        else:
            host.link.is_cut = move == "cut"
            host.link.loses_answers = move == "answers lost"


@settings(max_examples=EXAMPLES)
@given(st.lists(CLOCKS, min_size=3, max_size=3), st.lists(MOVES, min_size=20, max_size=120))
def test_two_never_hold_it_at_once(
    clocks: list[tuple[float, float]], moves: list[tuple[str, float]]
) -> None:
    Interleaving(clocks, moves).run()
