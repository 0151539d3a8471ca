"""The record as a web archive: asked by a client that is not ours, and by hand."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memento_client import MementoClient  # type: ignore[import-untyped]  # ships no types

from clausewatch.memento import Editions, chosen, links_of, timemap_links
from clausewatch.memento_server import MementoServer
from tests.storage.world import A, B, C, World, watched
from tests.support.site import Site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Archive:
    """Our archive, served, of a page that is served too."""

    base: str
    url: str
    world: World
    site: Site

    def get(self, path: str, **headers: str) -> tuple[int, Message, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.base + path, headers=named)  # noqa: S310 - ours
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: where a TimeGate leads is looked at."""

    def redirect_request(self, *args: object) -> None:
        return None


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Site() as site:
        url = site.put("/privacy?lang=en", A)
        world = watched(tmp_path_factory.mktemp("record"), url=url)
        for body in (A, A, B, C):
            world.fetch(body, after=DAY)
        with MementoServer(world.store, host="127.0.0.1", port=0) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            yield Archive(server.base, url, world, site)
            server.shutdown()
            thread.join()
        world.store.close()


def test_a_client_that_is_not_ours_finds_the_edition_of_a_day(archive: Archive) -> None:
    """memento-client asks the original first, then the TimeGate, and follows it."""
    with MementoClient(
        timegate_uri=f"{archive.base}/timegate/", check_native_timegate=False
    ) as client:
        found = client.get_memento_info(archive.url, NOW.replace(tzinfo=None) + 2.5 * DAY)

    times = [view.first_seen.replace(tzinfo=None) for view in archive.world.timeline()]
    mementos = found["mementos"]
    assert found["original_uri"] == archive.url
    assert mementos["closest"]["datetime"] == times[0]
    assert mementos["closest"]["http_status_code"] == 200
    assert mementos["first"]["datetime"] == times[0]
    assert mementos["last"]["datetime"] == times[-1]
    assert mementos["next"]["datetime"] == times[1]


def test_the_timegate_leads_to_what_stood_then_and_says_on_what_it_depends(
    archive: Archive,
) -> None:
    status, headers, _ = archive.get(
        f"/timegate/{archive.url}", Accept_Datetime="Wed, 04 Mar 2026 13:00:00 GMT"
    )

    assert status == 302
    assert headers["Vary"] == "accept-datetime"
    assert "/memento/20260304120000/" in headers["Location"]
    assert f'<{archive.url}>; rel="original"' in headers["Link"]
    assert 'rel="timemap"; type="application/link-format"' in headers["Link"]


def test_the_timegate_without_a_time_leads_to_the_newest(archive: Archive) -> None:
    _, headers, _ = archive.get(f"/timegate/{archive.url}")
    assert "/memento/20260305120000/" in headers["Location"]


def test_a_time_that_is_none_is_a_mistake_of_the_client(archive: Archive) -> None:
    status, *_ = archive.get(f"/timegate/{archive.url}", Accept_Datetime="yesterday")
    assert status == 400


def test_an_edition_carries_its_time_and_the_way_to_the_others(archive: Archive) -> None:
    status, headers, body = archive.get(f"/memento/20260304120000/{archive.url}")

    assert status == 200
    assert headers["Memento-Datetime"] == "Wed, 04 Mar 2026 12:00:00 GMT"
    assert b"We sell your personal data" in body
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    for rel in ("first prev memento", "last next memento", "timegate"):
        assert f'rel="{rel}"' in headers["Link"]


def test_the_page_of_an_edition_comes_byte_for_byte_and_runs_nowhere(archive: Archive) -> None:
    status, headers, body = archive.get(f"/memento/20260304120000id_/{archive.url}")

    assert (status, body) == (200, B)
    assert headers["Memento-Datetime"]
    assert headers["Content-Disposition"] == "attachment"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_timemap_lists_every_edition_in_both_forms(archive: Archive) -> None:
    _, headers, links = archive.get(f"/timemap/link/{archive.url}")
    _, _, said = archive.get(f"/timemap/json/{archive.url}")

    assert headers["Content-Type"] == "application/link-format"
    assert links.count(b"memento") >= 3
    assert [one["datetime"][:10] for one in json.loads(said)["mementos"]["list"]] == [
        "2026-03-02",
        "2026-03-04",
        "2026-03-05",
    ]


@pytest.mark.parametrize(
    "path",
    ["/", "/timegate/", "/timegate/https://other.example/", "/memento/1/x", "/" + "a" * 9_000,
     "/memento/20200101000000/{url}", "/timegate/%00%ff", "/../../etc/passwd"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(archive: Archive, path: str) -> None:
    status, headers, _ = archive.get(path.replace("{url}", archive.url))
    assert status == 404
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


def test_an_address_that_was_escaped_as_a_whole_is_understood(archive: Archive) -> None:
    from urllib.parse import quote

    assert archive.get(f"/timegate/{quote(archive.url, safe='')}")[0] == 302


_times = st.lists(
    st.integers(0, 10**6).map(lambda n: NOW + timedelta(seconds=n)),
    min_size=1, max_size=12, unique=True,
).map(sorted)  # fmt: skip


@given(_times, st.integers(-10, 10**6 + 10))
def test_what_stood_is_the_last_edition_before_or_the_first_of_all(
    times: list[datetime], offset: int
) -> None:
    at = NOW + timedelta(seconds=offset)
    found = chosen(times, at)
    before = [time for time in times if time <= at]
    assert found == (max(before) if before else min(times))


@given(_times)
def test_every_edition_is_in_the_timemap_once_and_linked_once(times: list[datetime]) -> None:
    editions = Editions("https://a.example/p", tuple(times), "http://127.0.0.1:1")
    assert timemap_links(editions).count("; datetime=") == len(times)
    for time in times:
        assert links_of(editions, time).count(editions.memento(time)) == 1
