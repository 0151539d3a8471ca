"""How a page was had, and where it went: what of it is kept, and what is done about it."""

from datetime import timedelta
from typing import Any

import pytest

from storage.fetched import Hop, Tls, Trace
from storage.models import Fetch
from storage.policies import edit_policy, target_of
from storage.vanished import vanished
from tests.storage.world import HOUR, URL, A, B, World


def test_the_same_bytes_are_not_read_again_but_their_validators_are_taken(world: World) -> None:
    world.fetch(A)
    again = world.fetch(A, headers=(("Content-Type", "text/html"), ("ETag", '"new"')))
    assert (again.outcome, again.story.read) == ("unchanged", None)
    assert world.policy().etag == '"new"'
    other = world.fetch(A.replace(b"</html>", b"<!-- 7 --></html>"))
    assert (other.outcome, other.story.read is not None) == ("unchanged", True)


def test_new_selectors_have_the_same_bytes_read_again(world: World) -> None:
    world.fetch(A)
    with world.store.writing() as session:
        edit_policy(session, world.policy().name, select="p")
    before = world.timeline()[0].words
    assert world.fetch(A).outcome == "unchanged"
    assert world.timeline()[0].words < before


def test_a_page_is_read_whole_when_a_week_has_passed_or_a_text_awaits_its_confirmation(
    world: World,
) -> None:
    def is_conditional(after: timedelta) -> bool:
        return target_of(world.policy(), now=world.at + after).etag is not None

    headers = (("Content-Type", "text/html"), ("ETag", '"a"'))
    world.fetch(A, headers=headers)
    assert is_conditional(timedelta(days=6))
    world.not_modified()
    assert not is_conditional(timedelta(days=7))
    world.fetch(A, headers=headers, after=timedelta(days=7))
    assert is_conditional(timedelta(days=1))
    world.fetch(B, headers=headers)
    assert not is_conditional(HOUR)


def _hops(*statuses: int, to: str = "https://www.newhome.example/privacy") -> dict[str, Any]:
    led = [Hop(URL, status, leads="redirect") for status in statuses]
    return {"final_url": to, "trace": Trace(hops=(*led, Hop(to, 200)))}


def test_a_policy_that_moved_for_good_to_another_host_says_so_once(world: World) -> None:
    to = "https://www.newhome.example/privacy"
    assert world.fetch(A, **_hops(301)).moved_to == to
    assert world.fetch(A, **_hops(308)).moved_to == ""
    assert world.policy().moved_to == to
    world.fetch(A)
    assert (world.policy().moved_to, world.policy().moved_at) == (None, None)


@pytest.mark.parametrize(
    "way",
    [
        _hops(302),
        _hops(301, 302),
        _hops(301, to="https://tealeaf.example/privacy"),
        {"final_url": URL, "trace": Trace(hops=(Hop(URL, 200),))},
    ],
)
def test_a_redirect_that_may_end_or_stays_with_the_site_is_no_move(
    world: World, way: dict[str, Any]
) -> None:
    assert world.fetch(A, **way).moved_to == ""
    assert world.policy().moved_to is None


def test_a_policy_without_a_page_for_days_is_vanished_and_names_its_newest_capture(
    world: World,
) -> None:
    first = world.fetch(A)
    for day in range(4):
        world.fail("timeout" if day == 1 else "not_found")
        world.at += timedelta(days=1)
    with world.store.reading() as session:
        (gone,) = vanished(session, now=world.at)
    assert (gone.policy_id, gone.capture_id) == (world.policy_id, first.fetch_id)
    world.fetch(A)
    with world.store.reading() as session:
        assert vanished(session, now=world.at + timedelta(days=9)) == []


def test_a_text_over_a_connection_nobody_vouches_for_is_marked_for_ever(world: World) -> None:
    tls = Tls("TLSv1.3", "Nobody", "2020-01-01", "the certificate has expired")
    trace = Trace(hops=(Hop(URL, 200, tls=tls),), robots="keeps us away", robots_overridden=True)
    recorded = world.fetch(A, trace=trace)
    (view,) = world.timeline()
    assert view.unverified == "the certificate has expired"
    with world.store.reading() as session:
        kept = session.get_one(Fetch, recorded.fetch_id).provenance
    assert kept is not None
    assert kept["unverified"] == "the certificate has expired"
    assert kept["robots"] == "overridden: keeps us away"
