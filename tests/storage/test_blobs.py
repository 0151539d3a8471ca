"""Bodies and texts: whatever goes in comes out, and is kept once."""

import hashlib
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select

from storage.blobs import (
    base_place,
    difference,
    get_body,
    get_text,
    opened,
    pack_body,
    packed,
    put_body,
    put_text,
    unpacked,
)
from storage.engine import Store
from storage.errors import CorruptDatabase, NotFound
from storage.models import Body
from tests.storage.world import fresh_world


@given(bodies=st.lists(st.binary()), texts=st.lists(st.text(st.characters())))
@settings(max_examples=30)
def test_what_goes_in_comes_out(empty: Path, bodies: list[bytes], texts: list[str]) -> None:
    with fresh_world(empty) as world, world.store.writing() as session:
        kept = [put_body(session, body) for body in bodies]
        names = [put_text(session, text) for text in texts]
        session.expunge_all()
        assert [get_body(session, digest) for digest in kept] == bodies
        assert [get_text(session, digest) for digest in names] == texts
        assert kept == [hashlib.sha256(body).digest() for body in bodies]


def nonced(number: int, *, size: int = 300) -> bytes:
    """Return a page of `size` lines that differs from its like by a nonce and a counter."""
    words = ("keep", "share", "sell", "store", "ask", "tell", "send", "need")
    rows = (f"<p>We {words[n * n % 8]} item {n * 7919 % 1000} of {n}.</p>" for n in range(size))
    nonce = hashlib.sha256(str(number).encode()).hexdigest()
    return f"<body data-nonce={nonce}>{''.join(rows)}<!-- {number} --></body>".encode()


@given(bodies=st.lists(st.binary(max_size=40) | st.integers(0, 9).map(nonced), max_size=12))
@settings(max_examples=30)
def test_what_goes_in_one_after_another_comes_out(empty: Path, bodies: list[bytes]) -> None:
    with fresh_world(empty) as world, world.store.writing() as session:
        kept: list[bytes] = []
        for body in bodies:
            kept.append(put_body(session, body, after=kept[-1] if kept else None))
        session.expunge_all()
        assert [get_body(session, digest) for digest in kept] == bodies
        session.commit()
        assert world.misfits() == []


def test_a_page_that_differs_by_a_nonce_costs_little_and_is_read_through_few_others(
    store: Store,
) -> None:
    with store.writing() as session:
        after = None
        for number in range(300):
            after = put_body(session, nonced(number), after=after)
    with store.reading() as session:
        rows = session.exec(select(Body).order_by(col(Body.place))).all()
        assert [row.place for row in rows] == list(range(300))
        differences = [len(row.frame) for row in rows[1:]]
        assert max(differences) < 300 < len(rows[0].frame)
        by_name = {row.sha256: row for row in rows}
        for row in rows:
            steps, base = 0, row
            while base.base_sha256:
                base, steps = by_name[base.base_sha256], steps + 1
            assert steps <= 3 * math.log(300, 4)
        assert get_body(session, rows[299].sha256) == nonced(299)


def test_another_page_stands_alone(store: Store) -> None:
    other = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(250)) * 2
    with store.writing() as session:
        first = put_body(session, nonced(1))
        second = put_body(session, other, after=first)
        third = put_body(session, nonced(2), after=second)
        assert session.get_one(Body, second).base_sha256 is None
        assert session.get_one(Body, third).base_sha256 is None
        assert [get_body(session, name) for name in (second, third)] == [other, nonced(2)]


def test_a_body_whose_base_is_gone_is_damage(store: Store) -> None:
    with store.writing() as session:
        first = put_body(session, nonced(1))
        second = put_body(session, nonced(2), after=first)
    with store.writing() as session:
        session.delete(session.get_one(Body, first))
    with store.reading() as session, pytest.raises(CorruptDatabase, match="rests on one"):
        get_body(session, second)


@given(st.integers(0, 5000))
def test_a_line_of_bases_ends_soon_and_never_turns_back(place: int) -> None:
    steps = 0
    while place:
        assert 0 <= base_place(place) < place
        place, steps = base_place(place), steps + 1
    assert steps <= 21


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    for _ in range(3):
        with store.writing() as session:
            put_body(session, b"<p>We do not sell.</p>" * 100)
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(Body)).one() == 1
        assert len(session.exec(select(Body.frame)).one()) < 100


def test_what_was_never_kept_is_not_found(store: Store) -> None:
    with store.reading() as session:
        with pytest.raises(NotFound):
            get_body(session, bytes(32))
        with pytest.raises(NotFound):
            get_text(session, bytes(32))


def test_whatever_bit_of_a_difference_is_flipped_it_opens_as_it_was_or_not_at_all() -> None:
    data, base = nonced(2), nonced(1)
    frame, name = difference(data, base), hashlib.sha256(data).digest()
    found = 0
    for bit in range(len(frame) * 8):
        flipped = bytearray(frame)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert opened(bytes(flipped), name, base) == data
        except CorruptDatabase:
            found += 1
    assert found > len(frame) * 6  # nearly all; the rest change nothing


@given(st.binary())
def test_a_frame_that_is_none_is_damage_not_a_crash(frame: bytes) -> None:
    with pytest.raises(CorruptDatabase):
        opened(frame, hashlib.sha256(b"something else").digest())


@given(st.text(st.characters()))
def test_a_packed_text_unpacks(text: str) -> None:
    assert unpacked(packed(text)) == text


def test_a_broken_pack_is_damage() -> None:
    with pytest.raises(CorruptDatabase):
        unpacked(b"no frame")


def test_a_body_made_ready_is_made_anew_once_its_base_has_gone(store: Store) -> None:
    first, second = b"page " * 2000, b"page " * 2000 + b"nonce"
    with store.writing() as session:
        base = put_body(session, first)
        ready = pack_body(session, second, after=base)
        assert ready.base_sha256 == base
        session.delete(session.get_one(Body, base))
        session.flush()
        assert get_body(session, put_body(session, second, ready=ready)) == second
