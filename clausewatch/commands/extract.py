"""`clausewatch extract`: read a page as the crawler would, without a database."""

import sys
from pathlib import Path
from typing import Any

import click

from clausewatch.jsonl import read_lines
from clausewatch.printing import plain, print_json

__all__ = ["extract"]


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", default="", help="Where the page came from.")
@click.option("--content-type", default="", help="As the server said it.")
@click.option("--select", default="", metavar="CSS", help="Read only what matches.")
@click.option("--remove", default="", metavar="CSS", help="Leave out what matches.")
@click.option("--jsonl", is_flag=True, help="Read one page a line, write one reading a line.")
def extract(
    file: Path | None, url: str, content_type: str, select: str, remove: str, jsonl: bool
) -> None:
    """Print the text of the policy in FILE (HTML, PDF or text; - for standard input).

    With --jsonl, read lines {"id", "path", "url", "content_type"?} from FILE or
    standard input, and write {"id", "text", "title", "lang", "digest",
    "problems"} for each.
    """
    from analysis.reading import ReadOptions, read_page

    options = ReadOptions(select=select, remove=remove)
    if jsonl:
        for line in read_lines(file):
            print_json(_read_line(line, options), line=True)
        return
    if file is None:
        raise click.UsageError("name a file, or - for standard input")
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    reading = read_page(body, url=url or file.name, content_type=content_type, options=options)
    for problem in reading.problems:
        click.echo(f"{problem.name}: {plain(problem.detail)}".rstrip(": "), err=True)
    click.echo(plain(reading.text))


def _read_line(line: dict[str, Any], options: Any) -> dict[str, Any]:
    from analysis.reading import read_page

    if not isinstance(line.get("path"), str):
        raise click.UsageError(f'id {line["id"]!r}: wants a "path"')
    reading = read_page(
        Path(line["path"]).read_bytes(),
        url=line.get("url") or "",
        content_type=line.get("content_type") or "",
        options=options,
    )
    return {
        "id": line["id"],
        "text": reading.text,
        "title": reading.title,
        "lang": reading.lang,
        "digest": reading.digest,
        "problems": [
            {"name": problem.name, "detail": problem.detail} for problem in reading.problems
        ],
    }
