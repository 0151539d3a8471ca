"""`clausewatch compare`: judge the change between two texts, without a database."""

import json
import sys
from pathlib import Path
from typing import IO, Any

import click

from clausewatch.exits import EXIT_MATERIAL, EXIT_OK
from clausewatch.jsonl import read_lines
from clausewatch.printing import console, print_json, wants_colour

__all__ = ["compare"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jsonl", is_flag=True, help="Read one pair a line, write one judgement a line.")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write a page to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole comparison as JSON.")
@click.pass_context
def compare(
    ctx: click.Context, files: tuple[Path, ...], jsonl: bool, page: Path | None, as_json: bool
) -> None:
    """Compare two files, OLD and NEW, in any format that `extract` reads.

    With --jsonl, read lines {"id", "old_text", "new_text", "doc_type"?, "date"?,
    "old_id"?, "new_id"?, "history"?} from a file or standard input, and write
    {"id", "kind", "material", "topics", "direction", "findings"} for each.
    """
    if jsonl:
        if len(files) > 1:
            raise click.UsageError("--jsonl reads one file, or standard input")
        for line in read_lines(files[0] if files else None):
            print_json(_judge_line(line), line=True)
        return
    if len(files) != 2:
        raise click.UsageError("name two files: OLD NEW")
    from analysis.compare import compare as compare_texts
    from analysis.reading import read_page

    old, new = (read_page(_bytes_of(file), url=str(file)).text for file in files)
    comparison = compare_texts(old, new)
    if page is not None:
        from clausewatch.redline_page import redline_page

        title = f"{files[0].name} -> {files[1].name}"
        page.write_text(redline_page(title, comparison), encoding="utf-8")
    if as_json:
        click.echo(comparison.to_json())
    elif page is None:
        from clausewatch.redline import redline

        console().print(redline(comparison, colour=wants_colour()))
    ctx.exit(EXIT_MATERIAL if comparison.material else EXIT_OK)


def _bytes_of(file: Path) -> bytes:
    if str(file) != "-":
        return file.read_bytes()
    stream: IO[bytes] = sys.stdin.buffer
    return stream.read()


def _judge_line(line: dict[str, Any]) -> dict[str, Any]:
    from analysis.compare import compare as compare_texts

    comparison = compare_texts(
        line["old_text"],
        line["new_text"],
        doc_type=line.get("doc_type") or "",
        date=line.get("date") or "",
        old_id=line.get("old_id") or "",
        new_id=line.get("new_id") or "",
        history=tuple((date, old, new) for date, old, new in line.get("history") or ()),
    )
    judged = json.loads(comparison.to_json())
    return {
        "id": line["id"],
        "kind": comparison.kind,
        "material": comparison.material,
        "topics": list(comparison.topics),
        "direction": comparison.direction or None,
        "severity": comparison.severity or None,
        "headline": comparison.headline,
        "findings": judged["findings"],
    }
