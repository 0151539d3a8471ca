"""What is watched: checked on the way in, found by name, retired without loss."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from storage.engine import Store
from storage.errors import BadUrl, BadValue, NoSuchPolicy
from storage.models import Policy, Snapshot
from storage.policies import (
    add_policy,
    edit_policy,
    find_policy,
    list_policies,
    retire_policy,
    revive_policy,
    target_of,
)
from tests.storage.world import HOUR, NOW, A, World


def added(store: Store, url: str, **given: Any) -> Policy:
    with store.writing() as session:
        return add_policy(session, url=url, now=NOW, **given)


def test_what_is_not_given_is_guessed(store: Store) -> None:
    policy = added(store, "https://www.acme.co.uk/legal/cookie-policy?utm_source=mail")
    assert (policy.name, policy.service, policy.kind) == ("acme-cookies", "acme", "cookies")
    assert policy.next_check_at == policy.added_at == NOW
    assert (policy.every_s, policy.tags) == (None, [])


def test_what_is_given_is_kept(store: Store) -> None:
    policy = added(
        store, "https://acme.com/p", name="acme.main", service="Acme & Co", kind="terms",
        every=6 * HOUR, select="main", remove=".ad", tags=["eu", "b2b", "eu"],
    )  # fmt: skip
    assert policy.model_dump(include={"name", "service", "kind", "every_s", "select_css", "remove_css", "tags"}) == {
        "name": "acme.main", "service": "Acme & Co", "kind": "terms", "every_s": 21600,
        "select_css": "main", "remove_css": ".ad", "tags": ["b2b", "eu"],
    }  # fmt: skip


def test_a_name_that_is_taken_gets_a_number(store: Store) -> None:
    names = [added(store, f"https://acme.com/{page}/privacy").name for page in "abc"]
    assert names == ["acme-privacy", "acme-privacy-2", "acme-privacy-3"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "Acme Privacy"}, "try 'acme-privacy'"),
        ({"name": "-x"}, "small letters"),
        ({"name": "a" * 200}, "small letters"),
        ({"service": "a\nb"}, "service"),
        ({"kind": "x" * 100}, "kind"),
        ({"every": timedelta(seconds=5)}, "between one minute"),
        ({"every": timedelta(days=1000)}, "between one minute"),
        ({"select": "a" * 5000}, "selector"),
        ({"select": "ma\0in"}, "selector"),
        ({"tags": "eu"}, "list of words"),
        ({"tags": ["a\0"]}, "tag"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused(
    store: Store, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadValue, match=words):
        added(store, "https://acme.com/p", **given)
    with store.reading() as session:
        assert list_policies(session) == []


def test_one_address_is_watched_once_however_it_is_spelled(store: Store) -> None:
    added(store, "https://acme.com/privacy")
    with pytest.raises(BadValue, match="watched already, as 'acme-privacy'"):
        added(store, "https://ACME.com:443/privacy?utm_source=x#top")


def test_a_name_is_given_once(store: Store) -> None:
    added(store, "https://acme.com/a", name="acme")
    with pytest.raises(BadValue, match="exists already"):
        added(store, "https://acme.com/b", name="acme")


def test_a_name_nobody_has_names_its_neighbours(store: Store) -> None:
    for name in ("acme-privacy", "acme-terms", "globex-privacy"):
        added(store, f"https://x.example/{name}", name=name)
    with store.reading() as session:
        with pytest.raises(NoSuchPolicy, match="did you mean acme-privacy"):
            find_policy(session, "acme-pivacy")
        with pytest.raises(NoSuchPolicy) as refusal:
            find_policy(session, "acme")
        assert set(refusal.value.near) == {"acme-privacy", "acme-terms"}
        with pytest.raises(NoSuchPolicy, match=r"'zzz'$"):
            find_policy(session, "zzz")


def test_an_edit_changes_what_it_names_alone(store: Store) -> None:
    before = added(store, "https://acme.com/p", tags=["eu"]).model_dump()
    with store.writing() as session:
        edit_policy(session, "acme-privacy", name="acme", every=HOUR)
    with store.reading() as session:
        after = find_policy(session, "acme").model_dump()
    assert after == before | {"name": "acme", "every_s": 3600}


def test_an_edit_may_give_back_the_default(store: Store) -> None:
    added(store, "https://acme.com/p", every=HOUR, select="main")
    with store.writing() as session:
        policy = edit_policy(session, "acme-privacy", every=None, select="")
    assert (policy.every_s, policy.select_css) == (None, "")


def test_an_edit_of_what_a_policy_has_not_is_refused(store: Store) -> None:
    added(store, "https://acme.com/p")
    with store.writing() as session:
        with pytest.raises(BadValue, match="no 'colour'"):
            edit_policy(session, "acme-privacy", colour="red")
        with pytest.raises(BadValue, match="no 'failures'"):
            edit_policy(session, "acme-privacy", failures=0)
        with pytest.raises(BadUrl):
            edit_policy(session, "acme-privacy", url="file:///etc/passwd")


def test_an_edit_may_not_take_another_s_address_or_name(store: Store) -> None:
    added(store, "https://acme.com/a", name="a")
    added(store, "https://acme.com/b", name="b")
    with store.writing() as session:
        with pytest.raises(BadValue, match="watched already"):
            edit_policy(session, "b", url="https://acme.com/a#x")
        with pytest.raises(BadValue, match="exists already"):
            edit_policy(session, "b", name="a")
        edit_policy(session, "b", name="b", url="https://acme.com/b")  # its own are its own


def test_a_new_address_forgets_what_the_old_server_said(world: World) -> None:
    world.fetch(A, headers=(("ETag", '"one"'),))
    with world.store.writing() as session:
        edit_policy(session, "tealeaf-privacy", url="https://tealeaf.example/new")
    assert world.policy().etag is None


def test_new_selectors_mark_the_texts_to_be_read_again(world: World) -> None:
    world.fetch(A, headers=(("ETag", '"one"'),))
    with world.store.writing() as session:
        edit_policy(session, "tealeaf-privacy", remove=".promo")
    assert world.policy().etag is None
    with world.store.reading() as session:
        assert session.exec(select(Snapshot.revision)).all() == [0]


def test_a_retired_policy_keeps_its_history_and_can_come_back(world: World) -> None:
    world.fetch(A)
    later = NOW + 50 * HOUR
    with world.store.writing() as session:
        retire_policy(session, "tealeaf-privacy", NOW + HOUR)
        retire_policy(session, "tealeaf-privacy", later)  # twice is no error
    policy = world.policy()
    assert (policy.retired_at, policy.next_check_at) == (NOW + HOUR, None)
    with world.store.reading() as session:
        assert list_policies(session) == []
        assert len(list_policies(session, include_retired=True)) == 1
    with world.store.writing() as session:
        revive_policy(session, "tealeaf-privacy", later)
    assert world.policy().next_check_at == later
    assert len(world.timeline()) == 1


def test_a_retired_policy_says_so_when_its_address_is_added_again(store: Store) -> None:
    added(store, "https://acme.com/privacy")
    with store.writing() as session:
        retire_policy(session, "acme-privacy", NOW)
    with pytest.raises(BadValue, match=r"'acme-privacy' \(retired\)"):
        added(store, "https://acme.com/privacy")


def test_a_target_says_all_that_a_fetch_needs(world: World) -> None:
    world.fetch(A, headers=(("ETag", '"one"'), ("Last-Modified", "yesterday")))
    target = target_of(world.policy(), slot_at=NOW)
    assert (target.policy_id, target.name, target.slot_at) == (1, "tealeaf-privacy", NOW)
    assert (target.etag, target.last_modified) == ('"one"', "yesterday")
