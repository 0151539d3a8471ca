"""Which policies are due, and that one worker at a time has each."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.claims import anything_due, claim_due, claim_named, release
from storage.engine import Store, open_store
from storage.errors import NotFound
from storage.hosts import HostMemory, HostState, remember
from storage.models import Policy
from storage.policies import Target, add_policy, retire_policy
from tests.storage.world import HOUR, NOW

LEASE = timedelta(minutes=30)


@pytest.fixture
def ids(store: Store) -> list[int]:
    """Three policies, due at NOW, an hour later, two hours later."""
    with store.writing() as session:
        rows = [
            add_policy(session, url=f"https://{n}.example/privacy", now=NOW + n * HOUR)
            for n in range(3)
        ]
        return [row.id for row in rows if row.id]


def due(store: Store, at: datetime, *, limit: int = 10, worker: str = "one") -> list[Target]:
    with store.writing() as session:
        return claim_due(session, now=at, limit=limit, worker=worker, lease=LEASE)


def named(store: Store, wanted: list[int], at: datetime, worker: str = "one") -> list[Target]:
    with store.writing() as session:
        return claim_named(session, wanted, now=at, worker=worker, lease=LEASE)


def test_what_is_due_is_claimed_the_longest_due_first(store: Store, ids: list[int]) -> None:
    found = due(store, NOW + HOUR)
    assert [(t.policy_id, t.slot_at) for t in found] == [(ids[0], NOW), (ids[1], NOW + HOUR)]
    assert found[0].url == "https://0.example/privacy"


def test_no_more_is_claimed_than_asked_for(store: Store, ids: list[int]) -> None:
    assert [t.policy_id for t in due(store, NOW + 9 * HOUR, limit=2)] == ids[:2]
    assert [t.policy_id for t in due(store, NOW + 9 * HOUR, limit=2)] == ids[2:]


def test_what_one_worker_holds_another_does_not_get(store: Store, ids: list[int]) -> None:
    assert len(due(store, NOW)) == 1
    assert due(store, NOW, worker="two") == []
    assert named(store, ids[:1], NOW, worker="two") == []


def test_what_a_dead_worker_held_is_free_when_its_lease_is_over(
    store: Store, ids: list[int]
) -> None:
    due(store, NOW)
    assert due(store, NOW + LEASE - timedelta(seconds=1), worker="two") == []
    assert [t.policy_id for t in due(store, NOW + LEASE, worker="two")] == ids[:1]


def test_the_slot_of_a_dead_worker_is_the_next_one_s_too(store: Store, ids: list[int]) -> None:
    (first,) = due(store, NOW)
    (second,) = due(store, NOW + LEASE, worker="two")
    assert second.slot_at == first.slot_at == NOW
    assert second.policy_id == ids[0]


def test_a_released_policy_is_due_when_it_was_said(store: Store, ids: list[int]) -> None:
    due(store, NOW)
    with store.writing() as session:
        release(session, ids[0], next_check_at=NOW + 5 * HOUR, failures=2)
        assert session.get_one(Policy, ids[0]).failures == 2
    assert ids[0] not in [t.policy_id for t in due(store, NOW + 4 * HOUR)]
    assert ids[0] in [t.policy_id for t in due(store, NOW + 5 * HOUR)]


def test_a_policy_asked_for_by_name_comes_in_that_order_due_or_not(
    store: Store, ids: list[int]
) -> None:
    found = named(store, [ids[2], ids[0], ids[2]], NOW)
    assert [(t.policy_id, t.slot_at) for t in found] == [(ids[2], None), (ids[0], NOW)]


def test_a_thousand_can_be_asked_for_at_once(store: Store, ids: list[int]) -> None:
    assert len(named(store, [*ids, *range(1000, 2500)], NOW)) == 3


def test_a_retired_policy_is_never_claimed(store: Store, ids: list[int]) -> None:
    with store.writing() as session:
        retire_policy(session, "0-privacy", NOW)
    assert due(store, NOW) == []
    assert named(store, ids[:1], NOW) == []


def test_a_policy_retired_while_it_was_fetched_stays_retired(store: Store, ids: list[int]) -> None:
    due(store, NOW)
    with store.writing() as session:
        retire_policy(session, "0-privacy", NOW)
        release(session, ids[0], next_check_at=NOW + HOUR, failures=0)
        policy = session.get_one(Policy, ids[0])
        assert (policy.next_check_at, policy.claimed_by) == (None, None)


def test_an_unknown_policy_cannot_be_released(store: Store) -> None:
    with store.writing() as session, pytest.raises(NotFound):
        release(session, 7, next_check_at=NOW, failures=0)


def test_many_workers_share_what_is_due_without_overlap(store: Store) -> None:
    with store.writing() as session:
        for number in range(60):
            add_policy(session, url=f"https://{number}.example/privacy", now=NOW)
    got: list[int] = []

    def work(name: str) -> None:
        while found := due(store, NOW, limit=4, worker=name):
            got.extend(target.policy_id for target in found)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 61))


@settings(max_examples=40, deadline=None)
@given(
    # host and hour at which each policy is due, in the order they are added
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 1)), max_size=25),
    limit=st.integers(1, 9),
    per_host=st.none() | st.integers(1, 4),
    closed=st.sets(st.integers(0, 3), max_size=2),
)
def test_a_slice_is_the_longest_due_of_hosts_that_have_not_had_their_share(
    rows: list[tuple[int, int]], limit: int, per_host: int | None, closed: set[int]
) -> None:
    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "w.sqlite")) as store:
        with store.writing() as session:
            for number, (host, hour) in enumerate(rows):
                url = f"https://{host}.example/{number}"
                add_policy(session, url=url, now=NOW + hour * HOUR)
        hosts = [f"{host}.example" for host in sorted(closed)]
        resting, but = hosts[:1], hosts[1:]
        rests = [HostState(host, NOW, NOW + HOUR, 1) for host in resting]
        with store.writing() as session:
            remember(session, HostMemory(rests))
            assert anything_due(session, now=NOW, but=but) == any(
                hour <= 0 and host not in closed for host, hour in rows
            )
            found = claim_due(
                session, now=NOW, limit=limit, worker="w", lease=LEASE, per_host=per_host, but=but
            )
    expected, shares = set[int](), Counter[int]()
    for hour, host, number in sorted((hour, host, n) for n, (host, hour) in enumerate(rows)):
        share_is_left = per_host is None or shares[host] < per_host
        if hour <= 0 and host not in closed and share_is_left and len(expected) < limit:
            expected.add(number)
            shares[host] += 1
    assert {int(target.url.rpartition("/")[2]) for target in found} == expected
