"""The schema: the same whether made from the classes or by the migrations, and known by its number."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable
from sqlmodel import Session, col, select

from storage.blobs import get_body
from storage.chain import ends
from storage.engine import Store, open_store
from storage.instants import Instant
from storage.models import Body, Policy, Row, Sighting, Snapshot
from storage.policies import add_policy
from storage.rebuild import settle
from storage.schema import HEAD, REVISIONS
from tests.storage.world import HOUR, NOW, A, B, C, World, watched
from tests.support.schemas import alembic_config


@contextmanager
def connected(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def shape(connection: Connection) -> dict[str, Any]:
    """Return tables, columns, indexes and constraints in one order."""
    seen = inspect(connection)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"])
                for column in seen.get_columns(table)
            ],
            "indexes": sorted(
                str(index | {"dialect_options": _in_words(index.get("dialect_options", {}))})
                for index in seen.get_indexes(table)
            ),
            "unique": sorted(str(unique) for unique in seen.get_unique_constraints(table)),
            "foreign": sorted(str(key) for key in seen.get_foreign_keys(table)),
            "primary": str(seen.get_pk_constraint(table)),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def _in_words(options: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in options.items()}


def test_the_migrations_lead_to_the_schema_of_the_classes(tmp_path: Path) -> None:
    open_store(str(tmp_path / "made.sqlite")).close()
    with connected(tmp_path / "made.sqlite") as connection:
        made = (shape(connection), _names(connection))
    with connected(tmp_path / "migrated.sqlite") as connection:
        command.upgrade(alembic_config(connection), "head")
        assert (shape(connection), _names(connection)) == made
        # And Alembic sees nothing left to migrate.
        # but for what no class describes: the virtual tables of the search.
        context = MigrationContext.configure(connection, opts={"include_name": _is_described})
        assert compare_metadata(context, Row.metadata) == []


def _names(connection: Connection) -> list[tuple[str, str]]:
    """Return all that the file holds: tables, indexes, and what the search is made of."""
    rows = connection.execute(text("SELECT type, name FROM sqlite_master ORDER BY type, name"))
    return [(kind, name) for kind, name in rows]


def _is_described(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or not (name or "").startswith(("text_search", "change_search"))


def test_the_program_knows_every_migration_in_order() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)
    assert scripts.get_current_head() == HEAD


def test_the_migrations_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "migrated.sqlite"
    open_store(str(path)).close()
    with connected(path) as connection:
        command.downgrade(alembic_config(connection), "base")
        assert shape(connection) == {}


def test_a_database_of_every_earlier_schema_keeps_its_rows_and_catches_up(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.keep_bodies = "captures"
    for body in (A, A + b"<!-- -->", B):
        world.fetch(body)
    world.store.close()
    with connected(Path(world.store.database)) as connection:
        newest = shape(connection)
    for revision in REVISIONS[:-1]:
        path = Path(shutil.copy(world.store.database, tmp_path / f"{revision}.sqlite"))
        with connected(path) as connection:
            command.downgrade(alembic_config(connection), revision)
            older = shape(connection)
            assert older != newest
        with open_store(str(path)) as store, store.reading() as session:
            again = World(store, 1)
            assert again.misfits() == []
            assert len(again.timeline()) == 2
            assert [get_body(session, name) for name in session.exec(select(Body.sha256))]
        with connected(path) as connection:
            assert shape(connection) == newest
        with connected(tmp_path / f"{revision}.sqlite.before-{HEAD}") as connection:
            assert shape(connection) == older


def test_captures_that_an_earlier_release_kept_stand_where_they_stood(tmp_path: Path) -> None:
    world = watched(tmp_path)
    for body in (A, B, A, A):
        world.fetch(body)
    for body, hours in ((C, 1.5), (A, 2.5), (A, 0.5), (C, 6)):
        world.archive(body, NOW + hours * HOUR)
    before = world.timeline()
    with world.store.reading() as session:
        rows = _sightings(session)
    world.store.close()
    with connected(Path(world.store.database)) as connection:
        command.downgrade(alembic_config(connection), "0017")
    with open_store(world.store.database) as store:
        again = World(store, 1)
        settle(store, 1)
        assert again.timeline() == before
        with store.reading() as session:
            assert _sightings(session) == rows
        assert again.misfits() == []


def _sightings(session: Session) -> list[object]:
    live = session.exec(select(Snapshot.id, Snapshot.live_fetch_id).order_by(col(Snapshot.id)))
    return [*live, *(row.model_dump() for row in session.exec(select(Sighting)))]


def test_only_the_newest_copy_of_an_earlier_schema_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "clausewatch.sqlite"
    open_store(str(path)).close()
    (tmp_path / "clausewatch.sqlite.before-0001").write_bytes(b"of an upgrade long ago")
    with connected(path) as connection:
        command.downgrade(alembic_config(connection), REVISIONS[-2])

    open_store(str(path)).close()

    assert [each.name for each in tmp_path.glob("*.before-*")] == [f"{path.name}.before-{HEAD}"]


def test_the_chains_of_policies_are_made_from_the_facts_that_were_there(world: World) -> None:
    for body in (A, A, B):
        world.fetch(body)
    with world.store.writing() as session:
        add_policy(session, url="https://other.example/", now=NOW)
    World(world.store, 2).fetch(C)
    world.fetch(C)
    path = Path(world.store.database)
    with world.store.reading() as session:
        marks = ends(session)
    world.store.close()
    with connected(path) as connection:
        command.downgrade(alembic_config(connection), "0002")
    with open_store(str(path)) as store:
        assert World(store, 1).misfits() == []
        with store.reading() as session:
            assert ends(session) == marks


def test_instants_are_instants_on_postgresql_too() -> None:
    fetch = Row.metadata.tables["fetch"]
    written = str(CreateTable(fetch).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    assert written.count("TIMESTAMP WITH TIME ZONE") == 3
    assert "BIGINT" not in written


def test_instants_come_back_aware_and_in_utc(world: World) -> None:
    with world.store.reading() as session:
        added = session.get_one(Policy, world.policy_id).added_at
    assert added == NOW
    assert added.tzinfo is UTC


def test_an_instant_of_another_zone_is_the_same_instant(store: Store) -> None:
    abroad = datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as session:
        add_policy(session, url="https://a.example/", now=abroad)
    with store.reading() as session:
        assert session.exec(select(Policy.added_at)).one() == NOW
        assert session.exec(select(Policy.id).where(Policy.added_at == NOW)).one() == 1


def test_a_naive_instant_is_refused(store: Store) -> None:
    with store.reading() as session, pytest.raises(StatementError, match="no time zone"):
        add_policy(session, url="https://a.example/", now=datetime(2026, 3, 1))  # noqa: DTZ001 - the fault


def test_a_table_read_back_from_the_database_gives_the_same_instants(tmp_path: Path) -> None:
    path = tmp_path / "watch.sqlite"
    with open_store(str(path)) as store, store.writing() as session:
        add_policy(session, url="https://a.example/", now=NOW)
    with connected(path) as connection:
        reflected = Table("policy", MetaData(), autoload_with=connection)
        number = connection.execute(select(reflected.c.added_at)).scalar_one()
        assert Instant().process_result_value(number, connection.dialect) == NOW
        shown = connection.execute(
            text("SELECT datetime(added_at / 1000000, 'unixepoch') FROM policy")
        ).scalar_one()
        assert shown == "2026-03-01 12:00:00"


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_survives_its_column_to_the_microsecond(at: datetime) -> None:
    dialect = create_engine("sqlite://").dialect
    kept = Instant().process_bind_param(at, dialect)
    assert isinstance(kept, int)
    assert Instant().process_result_value(kept, dialect) == at.astimezone(UTC)
