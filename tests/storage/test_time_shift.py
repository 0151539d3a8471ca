"""A clock that was set back: planned times come nearer, facts stay."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from storage.engine import Store, open_store
from storage.models import Fetch, Policy
from storage.policies import add_policy, find_policy
from storage.time_shift import ahead_of, bring_back
from tests.storage.world import NOW

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(str(tmp_path / "clausewatch.sqlite"))) as store:
        with store.writing() as session:
            for name, due in (("soon", NOW + DAY + timedelta(hours=1)), ("late", NOW - DAY)):
                add_policy(session, url=f"https://{name}.example/privacy", name=name, now=NOW)
                policy = find_policy(session, name)
                policy.next_check_at = policy.claimed_until = due
                session.add(policy)
        yield store


def test_what_was_planned_on_a_clock_a_day_ahead_comes_a_day_nearer(store: Store) -> None:
    with store.writing() as session:
        assert bring_back(session, DAY, now=NOW) >= 2

    with store.reading() as session:
        assert find_policy(session, "soon").next_check_at == NOW + timedelta(hours=1)
        assert find_policy(session, "soon").claimed_until == NOW + timedelta(hours=1)
        assert find_policy(session, "late").next_check_at == NOW - DAY


def test_the_newest_fetch_tells_how_far_ahead_the_clock_was(store: Store) -> None:
    with store.writing() as session:
        assert ahead_of(session, NOW) == timedelta(0)
        (policy,) = [find_policy(session, "soon")]
        session.add(_fetch(policy))
    with store.reading() as session:
        assert ahead_of(session, NOW) == timedelta(0)
        assert ahead_of(session, NOW - DAY) == DAY
        assert ahead_of(session, NOW - timedelta(minutes=1)) == timedelta(0)


def _fetch(policy: Policy) -> Fetch:
    assert policy.id is not None
    return Fetch(policy_id=policy.id, observed_at=NOW, recorded_at=NOW, outcome="failed")
