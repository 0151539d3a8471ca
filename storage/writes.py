"""Rows of our tables written by plain SQL, without objects: added, or some columns of one said anew.

What a check writes goes this way. The mapper takes some 50 microseconds to make an
object of a row and some 200 to write it, the statement itself takes 20; ten deliveries
and what belongs to them were 12 ms within the one write transaction, and are 3.
What is written seldom and read first, such as the settings of a policy, goes through
the mapper. Only inside Store.writing(); objects that a session holds are not told.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlmodel import Session

from storage.models import Row
from storage.rows import ask, write, write_all

__all__ = ["add", "add_all", "add_one", "filled", "revise"]

Values = Mapping[str, Any]  # by column; Any: what a column holds


def add(session: Session, table: type[Row], values: Values) -> int:
    """Add a row to a table that numbers its rows; returns its id.

    A column that `values` does not name is as its class says.
    """
    row = filled(table, values)
    del row["id"]
    added = ask(session, f"{_inserting(table, tuple(row))} RETURNING id", **row)
    return int(added[0][0])


def add_one(session: Session, table: type[Row], values: Values) -> None:
    """Add a row that has its key already."""
    add_all(session, table, [values])


def add_all(session: Session, table: type[Row], rows: Sequence[Values]) -> None:
    """Add rows in their order, all of the same columns; numbered by the table where they name no id."""
    full = [filled(table, values) for values in rows]
    if full and full[0].get("id", 0) is None:
        for row in full:
            del row["id"]
    if full:
        write_all(session, _inserting(table, tuple(full[0])), full)


def revise(session: Session, table: type[Row], row_id: int, values: Values) -> None:
    """Let the row `row_id` say `values`, as far as they go."""
    if values:
        write(session, _revising(table, tuple(values)), **values, row_id=row_id)


def filled(table: type[Row], values: Values) -> dict[str, Any]:
    """Return `values` and what the class of a table says of all other columns; what it requires is not made up."""
    constants, made = _defaults(table)
    return {**constants, **{name: make() for name, make in made.items()}, **values}


@cache
def _defaults(table: type[Row]) -> tuple[Values, Mapping[str, Callable[[], Any]]]:
    optional = {
        name: field for name, field in table.model_fields.items() if not field.is_required()
    }
    made = {
        name: field.default_factory
        for name, field in optional.items()
        if field.default_factory is not None
    }
    constants = {name: field.default for name, field in optional.items() if name not in made}
    return constants, made  # type: ignore[return-value]  # none of ours asks for the other values


@cache
def _inserting(table: type[Row], names: tuple[str, ...]) -> str:
    given = ", ".join(f":{name}" for name in names)
    return f'INSERT INTO "{table.__tablename__}" ({_listed(names)}) VALUES ({given})'  # noqa: S608 - names of ours


@cache
def _revising(table: type[Row], names: tuple[str, ...]) -> str:
    said = ", ".join(f'"{name}" = :{name}' for name in names)
    return f'UPDATE "{table.__tablename__}" SET {said} WHERE id = :row_id'  # noqa: S608 - names of ours


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)  # some are words of SQL
