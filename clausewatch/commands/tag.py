"""`clausewatch tag`: say what paragraphs are about, without a database."""

import sys
from pathlib import Path
from typing import Any

import click

from clausewatch.jsonl import read_lines
from clausewatch.printing import plain, print_json

__all__ = ["tag"]


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jsonl", is_flag=True, help="Read one paragraph a line, write its labels.")
@click.option(
    "--scheme",
    type=click.Choice(["topics", "opp115"]),
    default="topics",
    help="Our topics, or the twelve categories of OPP-115.",
)
def tag(file: Path | None, jsonl: bool, scheme: str) -> None:
    """Print each paragraph of FILE with its topics.

    With --jsonl, read lines {"id", "text", "heading"?} from FILE or standard
    input, and write {"id", "labels", "scores"} for each.
    """
    if jsonl:
        for line in read_lines(file):
            print_json(_tag_line(line, scheme), line=True)
        return
    if file is None:
        raise click.UsageError("name a file, or - for standard input")
    from analysis.clausemap import clause_map
    from analysis.reading import read_page

    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    reading = read_page(body, url=file.name)
    for clause in clause_map(reading.text, lang=reading.lang):
        tags = _tagged({"text": clause.text, "heading": " > ".join(clause.path)}, scheme)
        click.echo(f"[{', '.join(tags.topics) or '-'}] {plain(clause.text)}")


def _tag_line(line: dict[str, Any], scheme: str) -> dict[str, Any]:
    if not isinstance(line.get("text"), str):
        raise click.UsageError(f'id {line["id"]!r}: wants a "text"')
    tags = _tagged(line, scheme)
    return {"id": line["id"], "labels": list(tags.topics), "scores": dict(tags.scores)}


def _tagged(line: dict[str, Any], scheme: str) -> Any:
    from analysis import tagging

    heading = line.get("heading") or ""
    if scheme == "opp115":
        return tagging.tag_opp115(line["text"], heading)
    return tagging.tag(line["text"], heading)
