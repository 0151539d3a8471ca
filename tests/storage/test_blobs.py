"""Bodies and texts: whatever goes in comes out, and is kept once."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from storage.blobs import get_body, get_text, opened, packed, put_body, put_text, unpacked
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
