"""Captures as files: what leaves comes back the same, and files of others are read with care."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.captures import body_of, captures_of
from storage.cdxj import IndexLine, cdxj, surt
from storage.errors import BadValue
from storage.imports import Item, Shelf, items_in
from storage.models import Policy
from storage.past import record_past, understand_past
from storage.wacz import Page, write_wacz
from storage.warc import Written, write_warc
from tests.storage.world import HOUR, NOW, URL, A, B, World, fetched, fresh_world

WARC_11 = "WARC/1.1"


def export(world: World, file: Path) -> Written:
    with world.store.reading() as session, file.open("wb") as out:
        return write_warc(
            out,
            captures_of(session, session.get_one(Policy, world.policy_id)),
            body_of=lambda capture: body_of(session, capture),
            filename=file.name,
            software="Clausewatch/0",
        )


def take(world: World, file: Path, *, at: datetime | None = None) -> list[str]:
    """Import a file; return the outcome of each sighting."""
    from storage.imports import fetched_of

    outcomes = []
    for item in items_in(file, at=at):
        for sighting in fetched_of(item, world.policy_id, url=URL, source="import"):
            understood = understand_past(world.store, sighting)
            with world.store.writing() as session:
                outcomes.append(record_past(session, understood, now=NOW).outcome)
    return outcomes


def archived(world: World, at: datetime, body: bytes, *, source: str = "web") -> str:
    understood = understand_past(
        world.store, fetched(world.policy_id, at, body, source=source, status=200)
    )
    with world.store.writing() as session:
        return record_past(session, understood, now=NOW).outcome


def texts(world: World) -> list[tuple[str, datetime, datetime]]:
    return [(view.digest, view.first_seen, view.last_seen) for view in world.timeline()]


def types_in(file: Path) -> list[str]:
    with file.open("rb") as data:
        return [record.rec_type for record in ArchiveIterator(data)]


def test_what_leaves_as_a_file_comes_back_as_the_same_texts(world: World, empty: Path) -> None:
    for body in (A, A, B, B, B, A):
        world.fetch(body)
    file = empty.with_name("out.warc.gz")
    export(world, file)

    with fresh_world(empty) as other:
        take(other, file)
        assert texts(other) == texts(world)
        assert other.misfits() == []


def test_taking_a_file_in_twice_adds_nothing(world: World, empty: Path) -> None:
    world.fetch(A)
    world.fetch(B)
    file = empty.with_name("twice.warc.gz")
    export(world, file)

    with fresh_world(empty) as other:
        take(other, file)
        assert set(take(other, file)) == {"known"}


def test_the_same_captures_give_the_same_file(world: World, tmp_path: Path) -> None:
    world.fetch(A)
    world.fetch(B)
    export(world, tmp_path / "a.warc.gz")
    first = (tmp_path / "a.warc.gz").read_bytes()

    export(world, tmp_path / "a.warc.gz")

    assert (tmp_path / "a.warc.gz").read_bytes() == first


def test_the_same_bytes_again_are_a_revisit_that_names_the_first(
    world: World, tmp_path: Path
) -> None:
    for days in range(3):
        archived(world, NOW - timedelta(days=days), A)

    written = export(world, tmp_path / "a.warc.gz")

    assert (written.responses, written.revisits) == (1, 2)
    with (tmp_path / "a.warc.gz").open("rb") as data:
        records = [r for r in ArchiveIterator(data) if r.rec_type in ("response", "revisit")]
        heads = [record.rec_headers for record in records]
    digests = {head.get_header("WARC-Payload-Digest") for head in heads}
    assert len(digests) == 1
    assert heads[1].get_header("WARC-Refers-To-Date") == heads[0].get_header("WARC-Date")
    assert heads[1].protocol == WARC_11
    assert "identical-payload-digest" in heads[1].get_header("WARC-Profile")


def test_every_record_says_where_it_comes_from_and_the_index_where_it_lies(
    world: World, tmp_path: Path
) -> None:
    world.fetch(A)
    file = tmp_path / "a.warc.gz"
    (line,) = export(world, file).lines

    assert types_in(file) == ["warcinfo", "response", "metadata"]
    with file.open("rb") as data:
        data.seek(line.offset)
        member = io.BytesIO(data.read(line.length))
        (record,) = list(ArchiveIterator(member))
    assert record.rec_headers.get_header("WARC-Target-URI") == URL
    (item,) = items_in(file)
    assert item.about["policy"]["url"] == URL
    assert item.body == A


def test_headers_that_no_longer_hold_of_the_bytes_do_not_leave(
    world: World, tmp_path: Path
) -> None:
    packed = (("Content-Encoding", "gzip"), ("Content-Type", "text/html\r\nX-Evil: 1"))
    world.fetch(A, headers=packed)
    export(world, tmp_path / "a.warc.gz")

    (item,) = items_in(tmp_path / "a.warc.gz")

    names = {name.lower() for name, _ in item.headers}
    assert "content-encoding" not in names
    assert "x-evil" not in names
    assert item.body == A


def test_a_warc_file_of_another_program_is_read(world: World, tmp_path: Path) -> None:
    file = tmp_path / "theirs.warc.gz"
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        packed = gzip.compress(A)
        http = StatusAndHeaders(
            "200 OK",
            [("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            protocol="HTTP/1.1",
        )
        writer.write_record(
            writer.create_warc_record(
                URL,
                "response",
                payload=io.BytesIO(packed),
                length=len(packed),
                http_headers=http,
                warc_headers_dict={"WARC-Date": "2015-06-01T12:00:00Z"},
            )
        )

    assert take(world, file) == ["first"]
    assert texts(world)[0][1] == datetime(2015, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"", b"WARC/1.0\r\nnonsense", b"\x1f\x8bnot gzip at all"])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.warc.gz"
    file.write_bytes(content)
    with pytest.raises(BadValue, match=r"broken\.warc\.gz"):
        list(items_in(file))


def test_a_wacz_holds_all_that_is_needed_and_comes_back(
    world: World, empty: Path, tmp_path: Path
) -> None:
    world.fetch(A)
    world.fetch(B)
    written = export(world, tmp_path / "a.warc.gz")
    file = tmp_path / "a.wacz"
    pages = [Page(URL, NOW, "acme")]
    write_wacz(
        file,
        warc=tmp_path / "a.warc.gz",
        index=cdxj(written.lines),
        pages=pages,
        title="acme",
        software="Clausewatch/0",
    )

    with zipfile.ZipFile(file) as package:
        said = json.loads(package.read("datapackage.json"))
        assert package.getinfo("archive/a.warc.gz").compress_type == zipfile.ZIP_STORED
    assert [entry["path"] for entry in said["resources"]] == [
        "archive/a.warc.gz",
        "indexes/index.cdxj",
        "pages/pages.jsonl",
    ]
    with fresh_world(empty) as other:
        take(other, file)
        assert texts(other) == texts(world)


def test_a_text_of_the_corpus_says_itself_whose_it_is_and_of_when(tmp_path: Path) -> None:
    file = tmp_path / "policy.md"
    file.write_text(
        "> *Taken from the policy that was archived on 2010-06-26. See the [original]"
        "(https://web.archive.org/web/20100626041630id_/http%3A//www.tealeaf.example/privacy)*\n\n"
        "# Privacy\n\nWe keep your name.\n"
    )

    (item,) = items_in(file)

    assert item.url == "http://www.tealeaf.example/privacy"
    assert item.at == datetime(2010, 6, 26, 4, 16, 30, tzinfo=UTC)


def test_a_page_without_a_date_is_asked_for_one(tmp_path: Path, world: World) -> None:
    file = tmp_path / "old.html"
    file.write_bytes(A)
    with pytest.raises(BadValue, match="--date"):
        list(items_in(file))
    assert take(world, file, at=NOW - HOUR) == ["first"]


def test_a_capture_finds_its_policy_whatever_the_scheme_and_the_last_slash(world: World) -> None:
    with world.store.reading() as session:
        shelf = Shelf(session)
    found = [
        shelf.policy_of(Item("f", url, NOW, 200, (), b"", {}))
        for url in ("http://tealeaf.example/privacy/", "https://other.example/privacy")
    ]
    assert found == [world.policy_id, None]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.com/Privacy/", "com,example)/privacy"),
        ("http://example.com", "com,example)/"),
        ("https://example.com:8443/a?b=2&A=1", "com,example:8443)/a?a=1&b=2"),
        ("https://example.com:443/", "com,example)/"),
    ],
)
def test_addresses_have_the_keys_that_web_archives_give_them(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**9)), max_size=20))
def test_an_index_is_sorted_and_a_line_a_capture(given: list[tuple[str, int]]) -> None:
    lines = [
        IndexLine(
            f"https://{host}.example/p",
            datetime.fromtimestamp(seconds, UTC),
            "text/html",
            200,
            "sha1:X",
            0,
            1,
            "f.warc.gz",
        )
        for host, seconds in given
    ]
    rows = cdxj(lines).splitlines()
    assert rows == sorted(rows)
    assert len(rows) == len(given)
