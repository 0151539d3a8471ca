"""`clausewatch verify`: check the record against its own chains, and against a checkpoint."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausewatch.exits import EXIT_OK, EXIT_STORAGE
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import instant, json_option, print_json
from clausewatch.progress import stages

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.checkpoint import Checkpoint
    from storage.verify import Misfit

__all__ = ["verify"]


@click.command()
@click.argument("name", required=False)
@click.option(
    "--checkpoint",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Nothing that this checkpoint counts may have been changed or dropped.",
)
@click.option("--key", help="The public key that must have signed it, or a file that holds it.")
@json_option
@click.pass_context
def verify(
    ctx: click.Context, name: str | None, file: Path | None, key: str | None, as_json: bool
) -> None:
    """Check that no fetch, body, alert or delivery was changed since it was written.

    Names the first row of each table that does not fit, and exits with 3. With
    NAME, the record of that policy alone.
    """
    if key and not file:
        raise click.UsageError("--key goes with --checkpoint")
    earlier = _read(file) if file else None
    trusted = _trusted(ctx, key) if file else None
    with open_database(ctx) as store, store.reading() as session:
        problems = [*_signed_by_another(earlier, trusted), *_check(session, name, earlier)]
    if as_json:
        print_json(_json(problems, earlier, trusted))
    else:
        _print(problems, name, earlier, trusted)
    ctx.exit(EXIT_STORAGE if problems else EXIT_OK)


def _check(session: "Session", name: str | None, earlier: "Checkpoint | None") -> "list[Misfit]":
    from storage.policies import find_policy
    from storage.verify import verify as verify_all
    from storage.verify import verify_policy

    marks = earlier.marks if earlier else ()
    if name is None:
        with stages() as progress:
            return verify_all(session, against=marks, progress=progress)
    policy_id = find_policy(session, name).id
    assert policy_id is not None
    return verify_policy(session, policy_id, against=marks)


def _read(file: Path) -> "Checkpoint":
    from storage.checkpoint import read

    return read(file.read_text(encoding="utf-8", errors="replace"), name=str(file))


def _trusted(ctx: click.Context, key: str | None) -> str | None:
    """Return the public key that a checkpoint is to be signed with: as given, else our own."""
    from storage.checkpoint import load_key, public_name

    if key:
        path = Path(key)
        return path.read_text(encoding="utf-8").strip() if path.is_file() else key.strip()
    own = settings_of(ctx).record.key_file
    return public_name(load_key(own)) if own.exists() else None


def _signed_by_another(earlier: "Checkpoint | None", trusted: str | None) -> "list[Misfit]":
    from storage.verify import Misfit

    if earlier is None or trusted is None or earlier.key == trusted:
        return []
    return [Misfit("checkpoint", "", f"was signed by {earlier.key}, not by {trusted}")]


def _json(
    problems: "list[Misfit]", earlier: "Checkpoint | None", trusted: str | None
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ok": not problems,
        "problems": [asdict(problem) for problem in problems],
        "checkpoint": None,
    }
    if earlier is not None:
        said["checkpoint"] = {
            "made_at": instant(earlier.made_at),
            "key": earlier.key,
            "trusted": earlier.key == trusted,
        }
    return said


def _print(
    problems: "list[Misfit]",
    name: str | None,
    earlier: "Checkpoint | None",
    trusted: str | None,
) -> None:
    for problem in problems:
        click.echo(str(problem))
    if problems:
        return
    whose = f"The record of {name}" if name else "The record"
    click.echo(f"{whose} is whole: every fact fits the one before it.")
    if earlier is not None:
        click.echo(f"Nothing before the checkpoint of {instant(earlier.made_at)} was changed.")
        if trusted is None:
            click.echo(f"It is signed by {earlier.key}: see that this is the key you know.")
