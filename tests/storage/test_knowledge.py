"""Captures that come late are placed by what is known when all have come: policies of one service.

What does not count in a text (its furniture) is learnt from live texts, of the policy
and of those beside it, so it changes while captures of archives come in. Whatever was
known when a capture came, the timeline is a function of the captures and of what is
known in the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import Session, select

from storage.models import Alert, Change, Snapshot
from storage.policies import add_policy
from storage.rebuild import settle
from tests.storage.world import HOUR, NOW, World, fetched, fresh_world, page
from tests.support.laws import costly

CLAUSES = {
    "A": "We do not sell your personal data, and we do not share it with advertisers.",
    "B": "We sell your personal data to advertisers and keep it for seven years.",
}
BLOCK = "<div><h4>Tea of the week</h4><p>Green and gunpowder</p></div>"
FOOTER = "<div><p>Tealeaf Ltd, 1 Long Street</p></div>"
KINDS = ("privacy", "terms", "cookies")


@dataclass(frozen=True, slots=True)
class Sight:
    policy: int  # from 0
    source: str
    text: str  # of CLAUSES
    note: str  # what stands below it: "", b(lock), f(ooter), bf
    minute: int  # in 20

    def body(self) -> bytes:
        below = {"b": BLOCK, "f": FOOTER}
        made = page(CLAUSES[self.text], note="".join(below[one] for one in self.note))
        own = KINDS[self.policy].encode()
        return made.replace(b"When you order", b"When for " + own + b" you order")


def a_service(world: World, count: int) -> list[World]:
    """Watch `count` policies of one service."""
    worlds = []
    for kind in KINDS[:count]:
        with world.store.writing() as session:
            url = f"https://www.tealeaf.example/{kind}-of-all"
            policy = add_policy(session, url=url, service="Tealeaf", kind=kind, now=NOW)
            worlds.append(World(world.store, policy.id or 0, HOUR))
    return worlds


def take(worlds: Sequence[World], sights: Sequence[Sight]) -> None:
    for sight in sights:
        world = worlds[sight.policy]
        at = NOW + sight.minute * timedelta(minutes=20)
        if sight.source == "live":
            world.at = at
            world.keep(fetched(world.policy_id, at, sight.body()))
        else:
            world.archive(sight.body(), at, source=sight.source)
        with world.store.reading() as session:
            for each in worlds:
                rows_hold(session, each.policy_id)


def rows_hold(session: Session, policy_id: int) -> None:
    """See that what stands side by side has one change, nothing else one of history, nobody is told."""
    rows = session.exec(
        select(Snapshot)
        .where(Snapshot.policy_id == policy_id)
        .order_by(Snapshot.first_seen, Snapshot.digest)  # type: ignore[arg-type]
    ).all()
    ids = [row.id for row in rows]
    adjacent = list(pairwise(ids))
    changes = session.exec(select(Change).where(Change.policy_id == policy_id)).all()
    pairs = [(row.from_snapshot_id, row.to_snapshot_id) for row in changes]
    history = {(r.from_snapshot_id, r.to_snapshot_id) for r in changes if r.state == "history"}
    assert history <= set(adjacent)
    assert set(adjacent) <= set(pairs)
    assert len(pairs) == len(set(pairs))
    assert session.exec(select(Alert)).all() == []


def seen_of(world: World) -> tuple[list[object], int, list[str]]:
    seen: list[object] = []
    for view in world.timeline():
        change = view.change
        judged = (change.kind, change.topics, change.headline) if change else None
        seen.append(
            (view.digest, view.sha256, view.first_seen, view.last_seen, view.source, judged)
        )
    return seen, len(world.news), world.policy().furniture


@st.composite
def orders(draw: st.DrawFn) -> tuple[int, list[Sight], list[Sight]]:
    count = draw(st.integers(2, 3))
    sights = draw(
        st.lists(
            st.builds(
                Sight,
                st.integers(0, count - 1),
                st.sampled_from(["live", "live", "wayback", "memento"]),
                st.sampled_from("AAB"),
                st.sampled_from(["", "b", "f", "bf"]),
                st.integers(0, 14),
            ),
            max_size=14,
            unique_by=lambda s: (s.policy, s.source, s.minute),
        )
    )
    in_time = sorted(sights, key=lambda s: (s.minute, s.source, s.policy))
    late = {s: s.minute + draw(st.integers(0, 14)) for s in in_time if s.source != "live"}
    mixed = sorted(
        draw(st.permutations(in_time)),
        key=lambda s: (late.get(s, s.minute), s.source != "live"),
    )
    # live fetches keep their order: they are what happened
    live = iter([s for s in in_time if s.source == "live"])
    return count, in_time, [next(live) if s.source == "live" else s for s in mixed]


L, M, W = "live", "memento", "wayback"


# A capture came before the footer was learnt that two policies share, its neighbour after it.
@example(drawn=(3, *(
    [Sight(*given) for given in order]
    for order in (
        [(0, L, "B", "f", 0), (1, L, "A", "", 0), (2, L, "B", "", 3), (1, L, "B", "f", 5),
         (0, M, "B", "", 5), (2, L, "A", "", 6), (1, W, "A", "b", 9), (1, M, "B", "bf", 10),
         (1, W, "A", "bf", 10), (2, L, "A", "bf", 13), (2, M, "B", "", 13), (2, W, "A", "", 13),
         (1, L, "A", "b", 14), (2, L, "B", "b", 14)],
        [(0, L, "B", "f", 0), (1, L, "A", "", 0), (2, L, "B", "", 3), (1, L, "B", "f", 5),
         (2, L, "A", "", 6), (1, W, "A", "b", 9), (0, M, "B", "", 5), (2, L, "A", "bf", 13),
         (1, L, "A", "b", 14), (2, L, "B", "b", 14), (1, M, "B", "bf", 10), (2, W, "A", "", 13),
         (1, W, "A", "bf", 10), (2, M, "B", "", 13)],
    ))))  # fmt: skip
@given(drawn=orders())
@costly(14)
def test_captures_in_any_order_give_the_same_timelines_of_a_service(
    empty: Path, drawn: tuple[int, list[Sight], list[Sight]]
) -> None:
    count, *both = drawn
    seen = []
    for order in both:
        with fresh_world(empty, HOUR) as world:
            worlds = a_service(world, count)
            take(worlds, order)
            for each in worlds:
                settle(each.store, each.policy_id)
                with each.store.reading() as session:
                    rows_hold(session, each.policy_id)
            seen.append([seen_of(each) for each in worlds])
            assert world.misfits() == []
    assert seen[0] == seen[1]
