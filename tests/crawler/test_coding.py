"""Content codings: whatever was packed comes out whole, and no prefix of it comes out at all."""

from __future__ import annotations

import gzip
import hashlib
import sys
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.coding import codings_of, unpack
from crawler.errors import FetchError
from tests.support.faults import CODINGS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB = 1 << 20
codings = st.sampled_from(sorted(CODINGS))
bodies = st.binary(max_size=5_000) | st.text(max_size=2_000).map(str.encode)


def cause(body: bytes, *names: str, max_size: int = MIB) -> str:
    with pytest.raises(FetchError) as caught:
        unpack(body, names, max_size=max_size)
    return caught.value.cause


@given(body=bodies, names=st.lists(codings, max_size=3))
def test_what_was_packed_comes_out(body: bytes, names: list[str]) -> None:
    packed = body
    for name in names:
        packed = CODINGS[name](packed)

    assert unpack(packed, names, max_size=MIB) == body


@given(body=bodies, name=codings, data=st.data())
@settings(deadline=None)
def test_no_prefix_of_a_packed_body_is_a_body(body: bytes, name: str, data: st.DataObject) -> None:
    packed = CODINGS[name](body)
    cut = data.draw(st.integers(0, len(packed) - 1))

    assert cut == 0 or cause(packed[:cut], name) == "truncated"


@given(junk=st.binary(min_size=1, max_size=300), name=codings)
def test_junk_is_an_error_or_a_body_and_never_a_crash(junk: bytes, name: str) -> None:
    try:
        assert isinstance(unpack(junk, [name], max_size=MIB), bytes)
    except FetchError as error:
        assert error.cause in {"decode", "truncated", "too_large"}  # noqa: PT017 - either may be


@given(size=st.integers(0, 3_000), limit=st.integers(1, 3_000), name=codings)
def test_the_limit_is_exact(size: int, limit: int, name: str) -> None:
    packed = CODINGS[name](bytes(size))
    if size <= limit:
        assert len(unpack(packed, [name], max_size=limit)) == size
    else:
        assert cause(packed, name, max_size=limit) == "too_large"


@pytest.mark.parametrize("name", sorted(CODINGS))
def test_a_bomb_takes_no_more_memory_than_the_limit(name: str) -> None:
    packed = CODINGS[name](bytes(128 * MIB))
    tracemalloc.start()
    assert cause(packed, name, max_size=MIB) == "too_large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4 * MIB


def test_a_bomb_inside_a_bomb_stops_at_the_first() -> None:
    assert cause(gzip.compress(gzip.compress(bytes(64 * MIB))), "gzip", "gzip") == "too_large"


def test_more_than_three_layers_are_refused() -> None:
    assert cause(b"x", "gzip", "gzip", "gzip", "gzip") == "decode"


def test_deflate_is_read_by_the_book_and_as_some_servers_send_it() -> None:
    text = b"We keep your data. " * 50
    bare = zlib.compressobj(wbits=-15)

    assert unpack(zlib.compress(text), ["deflate"], max_size=MIB) == text
    assert unpack(bare.compress(text) + bare.flush(), ["deflate"], max_size=MIB) == text


def test_a_flipped_bit_is_found() -> None:
    noise = hashlib.shake_256(b"noise").digest(500)
    packed = bytearray(gzip.compress(noise))
    packed[100] ^= 1

    assert cause(bytes(packed), "gzip") == "decode"


def test_what_follows_a_whole_gzip_is_ignored_as_browsers_do() -> None:
    assert unpack(gzip.compress(b"all") + b"trailing junk", ["gzip"], max_size=MIB) == b"all"


def test_zstd_frames_are_one_body() -> None:
    packed = zstd.compress(b"We keep ") + zstd.compress(b"your data.")

    assert unpack(packed, ["zstd"], max_size=MIB) == b"We keep your data."


def test_a_zstd_window_larger_than_the_web_allows_is_refused() -> None:
    options = {int(zstd.CompressionParameter.window_log): 27}
    packed = zstd.compress(hashlib.shake_256(b"noise").digest(1000) * 20_000, options=options)

    assert cause(packed, "zstd", max_size=64 * MIB) == "decode"


def test_an_empty_body_is_empty_under_any_coding() -> None:
    assert unpack(b"", ["gzip", "br"], max_size=MIB) == b""


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ([], []),
        (["gzip"], ["gzip"]),
        ([" GZip , br"], ["gzip", "br"]),
        (["gzip", "br"], ["gzip", "br"]),
        (["identity"], []),
        (["", ","], []),
    ],
)
def test_codings_are_named_in_one_header_or_several(headers: list[str], names: list[str]) -> None:
    assert codings_of(headers) == names
