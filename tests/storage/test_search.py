"""Finding texts and changes by their words, whatever somebody types."""

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from storage.changes import changes
from storage.engine import open_store
from storage.errors import BadValue
from storage.filters import Filters
from storage.light import light
from storage.models import Change
from storage.search import search_changes, search_texts
from storage.sentences import when_said
from tests.storage.test_schema import connected
from tests.storage.world import HOUR, NOW, A, B, C, World, watched
from tests.support.schemas import alembic_config


@pytest.fixture
def told(world: World) -> World:
    for body in (A, A, B, B, C, C):
        world.fetch(body)
    return world


def texts(world: World, said: str, **narrowed: object) -> list[int]:
    with world.store.reading() as session:
        filters = Filters(**narrowed)  # type: ignore[arg-type]  # a bag of options
        return [found.snapshot_id for found in search_texts(session, said, filters, limit=10)]


def test_texts_are_found_by_words_phrases_and_beginnings(told: World) -> None:
    assert texts(told, "sell") == [2, 1]
    assert texts(told, "SELL advertisers") == [2, 1]
    assert texts(told, '"not sell"') == [1]
    assert texts(told, "advert*") == [2, 1]
    assert texts(told, "advert") == []
    assert texts(told, '"data brok*"') == []  # within quotes an asterisk is none
    with told.store.reading() as session:
        (found,) = search_texts(session, '"seven years"', limit=5)
    assert "We keep it for seven years." in found.excerpt
    assert (found.policy, found.source) == ("tealeaf-privacy", "live")


def test_texts_are_narrowed_by_policy_service_document_and_time(told: World) -> None:
    assert texts(told, "data", service="Tealeaf") == [3, 2, 1]
    assert texts(told, "data", service="other") == []
    assert texts(told, "data", policy="tealeaf-privacy", document="privacy") == [3, 2, 1]
    assert texts(told, "data", until=NOW + 2.5 * HOUR) == [1]
    assert texts(told, "data", since=NOW + 4 * HOUR) == [3, 2]


def test_changes_are_found_by_what_came_and_what_went(told: World) -> None:
    with told.store.reading() as session:

        def found(said: str, side: str = "", **narrowed: str) -> list[tuple[int, int]]:
            rows = search_changes(session, said, Filters(**narrowed), side=side, limit=9)  # type: ignore[arg-type]  # no dates here
            return [
                (r.listed.change.from_snapshot_id, r.listed.change.to_snapshot_id) for r in rows
            ]

        assert found("seven years", "came") == [(1, 2)]
        assert found("seven years", "went") == [(2, 3)]
        assert found("seven years") == [(2, 3), (1, 2)]
        assert found("brokers", topic="sharing") == [(2, 3)]
        assert found("brokers", kind="noise") == []
        (row,) = search_changes(session, "brokers", limit=9)
        assert "data brokers" in row.came


def test_changes_are_listed_step_by_step_and_narrowed(told: World) -> None:
    with told.store.reading() as session:

        def listed(**narrowed: object) -> list[tuple[int, int]]:
            rows = changes(session, Filters(**narrowed), limit=9)  # type: ignore[arg-type]  # a bag of options
            return [(row.change.from_snapshot_id, row.change.to_snapshot_id) for row in rows]

        assert listed() == [(2, 3), (1, 2)]
        assert listed(kind="material", severity="high", topic="sale", policy="tealeaf-privacy") == [(2, 3), (1, 2)]  # fmt: skip
        assert listed(direction="stronger") == []
        assert listed(since=NOW + 4 * HOUR) == [(2, 3)]
        assert listed(until=NOW + 4 * HOUR, document="privacy") == [(1, 2)]
        assert len(changes(session, Filters(), limit=1)) == 1


def test_a_change_over_texts_in_between_is_listed_by_its_steps(world: World) -> None:
    for body in (A, B, C, C):
        world.fetch(body, after=HOUR / 2)
    with world.store.reading() as session:
        assert len(session.exec(select(Change)).all()) == 3
        rows = changes(session, Filters(), limit=9)
    assert [(r.change.from_snapshot_id, r.change.to_snapshot_id) for r in rows] == [(2, 3), (1, 2)]


def test_what_archives_bring_is_found_and_what_goes_is_not(world: World) -> None:
    world.archive(A, NOW - 9 * HOUR)
    world.archive(B, NOW - 5 * HOUR)
    world.archive(C, NOW - 7 * HOUR)
    with world.store.reading() as session:
        assert texts(world, "brokers") == [3]
        found = search_changes(session, "seven", side="came", limit=9)
        assert [f.listed.change.from_snapshot_id for f in found] == [3]
        indexed = session.connection().execute(text("SELECT rowid FROM change_search")).all()
        assert {row[0] for row in indexed} == set(session.exec(select(Change.id)))


@pytest.mark.parametrize("said", ["", "  ", '"', "!!!", "* * *", "\0", "x" * 501, "a " * 21])
def test_a_search_without_words_or_past_measure_is_refused_in_words(told: World, said: str) -> None:
    with told.store.reading() as session:
        with pytest.raises(BadValue, match="search"):
            search_texts(session, said, limit=1)
        with pytest.raises(BadValue, match="search"):
            search_changes(session, said, side="came", limit=1)


HOSTILE = ['sell" OR "x', "NEAR(sell data)", "said:sell", "sell AND", "NOT sell", "^sell", "sell*)", "-sell", "sell+data", "(sell", "'; DROP TABLE policy; --", "said : {sell}", "ünïcödé", "sell\x00data"]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE)
def test_the_language_of_the_index_has_no_meaning_in_a_search(told: World, said: str) -> None:
    texts(told, said)
    with told.store.reading() as session:
        search_changes(session, said, side="went", limit=3)
    assert texts(told, "sell") == [2, 1]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searched")
    world = watched(folder)
    world.fetch(A)
    world.store.close()
    return folder / "watch.sqlite"


@given(said=st.text(max_size=60) | st.text(alphabet='abc "*()^:-+{}NOT', max_size=40))
@settings(max_examples=150)
def test_anything_typed_finds_or_is_refused_in_words(searched: Path, said: str) -> None:
    with light(str(searched)) as connection:
        assert connection is not None
        try:
            search_texts(connection, said, limit=2)
            search_changes(connection, said, side="came", limit=2)
        except BadValue:
            pass


def test_an_older_database_is_indexed_when_it_is_opened(tmp_path: Path) -> None:
    world = watched(tmp_path)
    for body in (A, B, B):
        world.fetch(body)
    world.store.close()
    with connected(tmp_path / "watch.sqlite") as connection:
        command.downgrade(alembic_config(connection), "0013")
    with open_store(str(tmp_path / "watch.sqlite")) as store, store.reading() as session:
        assert [found.snapshot_id for found in search_texts(session, "sell", limit=9)] == [2, 1]
        assert len(search_changes(session, "seven years", side="came", limit=9)) == 1


def test_a_sentence_has_times_in_which_it_was_said(world: World) -> None:
    for body in (A, A, B, B, A, A):
        world.fetch(body)
    with world.store.reading() as session:
        spans = when_said(session, world.policy_id, "we DO not   sell\nyour personal data,")
        assert [(s.not_yet, s.first_seen - NOW, s.last_seen - NOW, s.gone_by) for s in spans] == [
            (None, HOUR, 2 * HOUR, NOW + 3 * HOUR),
            (NOW + 4 * HOUR, 5 * HOUR, 6 * HOUR, None),
        ]
        assert when_said(session, world.policy_id, "We sell your soul.") == []
        (whole,) = when_said(session, world.policy_id, "When you order a kettle")
        assert (whole.first_snapshot_id, whole.last_snapshot_id) == (1, 3)
        assert whole.last_seen - whole.first_seen == timedelta(hours=5)
        with pytest.raises(BadValue, match="no word"):
            when_said(session, world.policy_id, "***")
