"""`clausewatch export` and `import`: the captures as files that web archives know, and back."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausewatch import __version__
from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.instants import FirstInstant
from clausewatch.opening import open_database
from clausewatch.printing import json_option, plain, print_json

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.captures import Capture
    from storage.engine import Store
    from storage.imports import Item
    from storage.models import Policy

__all__ = ["export", "import_"]

_SOURCE = "import"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every_one", is_flag=True, help="All policies, retired ones too.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="FILE.warc.gz (its index goes beside it as FILE.cdxj) or FILE.wacz.",
)
@json_option
@click.pass_context
def export(
    ctx: click.Context, names: tuple[str, ...], every_one: bool, output: Path, as_json: bool
) -> None:
    """Write the captures of policies to a file of a web archive: WARC 1.1 or WACZ.

    Every page that was kept is in it, byte for byte, with its time and where it came from.
    """
    if bool(names) == every_one:
        raise click.UsageError("name policies, or say --all")
    if not output.name.endswith((".warc.gz", ".wacz")):
        raise click.UsageError(f"{output}: call it FILE.warc.gz or FILE.wacz")
    with open_database(ctx) as store, store.reading() as session:
        said = _write(session, _chosen(session, names), output)
    if as_json:
        print_json(said)
    else:
        click.echo(
            f"{output}: {_some(said['captures'], 'capture')} of {_some(said['policies'], 'policy')}, "
            f"{said['revisits']} of them the same bytes again"
        )


@click.command(name="import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--policy", metavar="NAME", help="Whose captures they are; by address otherwise.")
@click.option("--add", is_flag=True, help="Watch what is not watched yet.")
@click.option(
    "--date", "at", type=FirstInstant(), help="Of when a page is that does not say itself."
)
@click.option("--source", default=_SOURCE, show_default=True, help="What the history calls them.")
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[Path, ...],
    policy: str | None,
    add: bool,
    at: datetime | None,
    source: str,
    as_json: bool,
) -> None:
    """Take captures from files into the history, each at its own time; nobody is alerted.

    WARC and WACZ files, texts of the Princeton-Leuven corpus (their note says address and
    date), and single pages or texts with --date and --policy. Exits with 4 when something
    was left out.
    """
    if source == "live":
        raise click.UsageError("--source live: that is what pages themselves are; another name")
    with open_database(ctx) as store:
        taken = _Import(store, policy=policy, add=add, at=at, source=source)
        for file in files:
            taken.take(file)
    if as_json:
        print_json(taken.as_json())
    else:
        taken.show()
    ctx.exit(EXIT_FAILURES if taken.left_out else EXIT_OK)


def _chosen(session: "Session", names: Sequence[str]) -> list["Policy"]:
    from storage.policies import find_policy, list_policies

    if not names:
        return list(list_policies(session, include_retired=True))
    return [find_policy(session, name) for name in dict.fromkeys(names)]


def _write(session: "Session", policies: Sequence["Policy"], output: Path) -> dict[str, Any]:
    """Write the file beside its place and move it there when it is whole."""
    from storage.captures import body_of, captures_of
    from storage.cdxj import cdxj
    from storage.wacz import Page, write_wacz
    from storage.warc import write_warc

    pages: list[Page] = []

    def captures() -> Iterator["Capture"]:
        for policy in policies:
            for capture in captures_of(session, policy):
                if capture.outcome in ("first", "changed"):
                    pages.append(Page(capture.final_url, capture.at, policy.name))
                yield capture

    stem = output.name.removesuffix(".wacz").removesuffix(".warc.gz")
    software = f"Clausewatch/{__version__}"
    with tempfile.TemporaryDirectory(dir=output.absolute().parent) as folder:
        warc = Path(folder) / f"{stem}.warc.gz"
        with warc.open("wb") as out:
            written = write_warc(
                out,
                captures(),
                body_of=lambda capture: body_of(session, capture),
                filename=warc.name,
                software=software,
            )
        index = cdxj(written.lines)
        beside = None
        if output.name.endswith(".wacz"):
            whole = Path(folder) / output.name
            title = ", ".join(policy.name for policy in policies[:5])
            write_wacz(whole, warc=warc, index=index, pages=pages, title=title, software=software)
        else:
            whole, beside = warc, output.with_name(f"{stem}.cdxj")
            (Path(folder) / beside.name).write_text(index, encoding="utf-8")
            (Path(folder) / beside.name).replace(beside)
        size = whole.stat().st_size
        whole.replace(output)
    return {
        "file": str(output),
        "index": str(beside) if beside else None,
        "policies": len(policies),
        "captures": written.responses + written.revisits,
        "revisits": written.revisits,
        "bytes": size,
    }


class _Import:
    """Files being taken in, and what became of what they hold."""

    def __init__(
        self, store: "Store", *, policy: str | None, add: bool, at: datetime | None, source: str
    ) -> None:
        from storage.imports import Shelf
        from storage.policies import find_policy

        self.store = store
        self.outcomes: Counter[str] = Counter()
        self.causes: Counter[str] = Counter()
        self.strangers: Counter[str] = Counter()  # addresses that no policy has
        self.added: list[str] = []
        self.policies: set[int] = set()
        self._add = add
        self._at = at
        self._source = source
        with store.reading() as session:
            self._shelf = Shelf(session)
            self._all = find_policy(session, policy).id if policy else None

    @property
    def left_out(self) -> int:
        return self.outcomes["held"] + self.outcomes["failed"] + self.strangers.total()

    def take(self, file: Path) -> None:
        from storage.imports import items_in

        for item in items_in(file, at=self._at):
            policy_id = self._all or self._shelf.policy_of(item) or self._added(item)
            if policy_id is None:
                self.strangers[item.url or item.name] += 1
            elif item.status is not None and not 200 <= item.status < 300:
                self._count(
                    "failed", "archived_redirect" if item.status < 400 else "archived_error"
                )
            else:
                self._place(item, policy_id)

    def as_json(self) -> dict[str, Any]:
        return {
            "placed": sum(self.outcomes[name] for name in ("first", "changed", "unchanged")),
            "known": self.outcomes["known"],
            "held": self.outcomes["held"],
            "failed": self.outcomes["failed"],
            "causes": dict(self.causes),
            "policies": len(self.policies),
            "added": self.added,
            "strangers": dict(self.strangers.most_common(20)),
        }

    def show(self) -> None:
        said = self.as_json()
        click.echo(
            f"{_some(said['placed'], 'capture')} placed in {_some(said['policies'], 'history')}, "
            f"{said['known']} were there already"
        )
        for name in self.added:
            click.echo(f"watched from now on: {name}")
        for cause, count in sorted(self.causes.items()):
            click.echo(f"left out: {count} {cause}", err=True)
        for url, count in self.strangers.most_common(20):
            click.echo(
                f"left out: {count} of {plain(url)}, which no policy has "
                "(--add watches it, --policy NAME says whose it is)",
                err=True,
            )

    def _place(self, item: "Item", policy_id: int) -> None:
        from clausewatch.clock import utc_now
        from scheduler.archive_work import keep_past
        from storage.imports import fetched_of
        from storage.models import Policy

        with self.store.reading() as session:
            url = session.get_one(Policy, policy_id).url
        sightings = fetched_of(item, policy_id, url=url, source=self._source)
        for number, fetched in enumerate(sightings):
            recorded, _ = keep_past(self.store, fetched, now=utc_now)
            if number == 0:
                self._count(recorded.outcome, recorded.cause)
        self.policies.add(policy_id)

    def _count(self, outcome: str, cause: str) -> None:
        self.outcomes[outcome] += 1
        if cause:
            self.causes[cause] += 1

    def _added(self, item: "Item") -> int | None:
        """Watch the policy that a capture is of, where that is wanted; returns its id."""
        from clausewatch.clock import utc_now
        from storage.imports import Shelf
        from storage.policies import add_policy

        said = item.about.get("policy")
        card = {k: str(v) for k, v in said.items()} if isinstance(said, dict) else {}
        card.setdefault("url", item.url)
        if not self._add or not card["url"]:
            return None
        known = {name: card[name] for name in ("name", "service", "kind", "select", "remove")
                 if card.get(name)}  # fmt: skip
        with self.store.writing() as session:
            policy = add_policy(session, url=card["url"], now=utc_now(), **known)  # type: ignore[arg-type]  # a bag of texts
            self._shelf = Shelf(session)
            self.added.append(policy.name)
            return policy.id


def _some(count: int, thing: str) -> str:
    """Say how many: 1 policy, 2 policies."""
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{count} {thing if count == 1 else many}"
