"""The pages against the program: what a person can type, set or be told is written down, and true."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel, SecretStr

from analysis import severity
from analysis.doubts import DOUBTS, Doubt
from analysis.topics import TOPIC_TABLE
from analysis.walls import WALLS
from clausewatch import config, exits
from clausewatch.channel_settings import variable_of
from clausewatch.cli import COMMANDS, cli
from clausewatch.durations import duration_text
from crawler.errors import CAUSES, Cause
from storage.derive import has_lasted
from tests.support.program import Program
from tests.support.site import Site

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FILE_NAMES = {"sender": "from"}  # what the settings file calls what Python cannot

_FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]{1,200}\]\((?P<target>[^)\s]{1,300})\)")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+)$", re.MULTILINE)


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    return _FENCE.sub("", text)


@cache
def sections(name: str) -> Mapping[str, str]:
    """Return the text under each heading of a page, down to the next heading."""
    text = page(name)
    heads = [*_HEADING.finditer(text)]
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {
        head["text"].strip("`"): text[head.end() : end]
        for head, end in zip(heads, ends, strict=True)
    }


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command a person can type, those inside groups too."""
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())


def options_of(command: click.Command) -> list[str]:
    return [
        max(option.opts, key=len)
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and option.opts != ["--help"]
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_part_of_the_reference(name: str) -> None:
    assert f"clausewatch {name}" in sections("docs/commands.md")


def test_every_option_is_explained_where_its_command_is() -> None:
    missing = [
        f"{name} {option}"
        for name, command in commands()
        for option in options_of(command)
        if f"`{option}" not in sections("docs/commands.md").get(f"clausewatch {name}", "")
    ]
    assert missing == []


def test_the_options_of_the_program_itself_are_explained() -> None:
    text = page("docs/commands.md")
    assert [option for option in options_of(cli) if f"`{option}" not in text] == []


def test_the_reference_names_no_command_that_is_gone() -> None:
    heads = {
        h.removeprefix("clausewatch ")
        for h in sections("docs/commands.md")
        if h.startswith("clausewatch ")
    }
    assert heads - {name for name, _ in commands()} == set()


def calls(text: str) -> Iterator[list[str]]:
    """Yield the words of every `clausewatch ...` line that a page shows in a code block."""
    for fence in _FENCE.finditer(text):
        for line in fence["body"].splitlines():
            words = line.removeprefix("$ ").partition(" #")[0].split()
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                words = words[1:]
            if words and words[0] in {"clausewatch", ".venv/bin/clausewatch"}:
                yield words[1:]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_call_that_a_page_shows_can_be_typed(path: Path) -> None:
    known = dict(commands())
    wrong = [
        problem
        for words in calls(path.read_text(encoding="utf-8"))
        for problem in mistakes_in(words, known)
    ]
    assert wrong == []


def mistakes_in(words: list[str], known: Mapping[str, click.Command]) -> list[str]:
    if words[:1] and words[0] in {"--config", "--database"}:
        return mistakes_in(words[2:], known)
    if not words or words[0].startswith("-"):
        return []
    command = known.get(" ".join(words[:2])) or known.get(words[0])
    if command is None:
        return [f"{words[0]} is no command"]
    there = {name for option in command.params for name in option.opts} | {"--help"}
    options = [word for word in words if word.startswith("--") and word != "--"]
    return [f"{words[0]} {option}" for option in options if option not in there]


def settings_keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every setting as the file writes it, with its default."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from settings_keys(kind, f"{prefix}{name}.")
        else:
            default = None if field.default_factory is not None else field.default
            yield f"{prefix}{FILE_NAMES.get(name, name)}", default


def as_written(default: Any) -> str:
    """Write a default as the settings file would."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, timedelta):
        default = duration_text(default)
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return str(list(default))
    return f'"{default or ""}"' if default is None or isinstance(default, str) else str(default)


def settings_rows() -> dict[str, list[str]]:
    rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page("docs/settings.md").splitlines()
        if line.startswith("| `")
    )
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_setting_is_documented_with_its_true_default() -> None:
    rows = settings_rows()
    wrong = []
    for key, default in settings_keys(config.Settings):
        if key not in rows:
            wrong.append(f"{key} is not documented")
        elif default is not None and f"`{as_written(default)}`" not in rows[key][0]:
            wrong.append(f"{key}: the page says {rows[key][0]}, the program {as_written(default)}")
    assert wrong == []


def test_every_environment_variable_is_documented() -> None:
    text = page("docs/settings.md")
    names = [*config.ENVIRONMENT, "CLAUSEWATCH_CONFIG"]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_no_page_names_a_setting_variable_that_does_nothing() -> None:
    known = {*config.ENVIRONMENT, "CLAUSEWATCH_CONFIG"}
    known |= {variable_of("name", key) for key in ("url", "secret")}
    named = {v for path in PAGES for v in re.findall(r"CLAUSEWATCH_[A-Z_]+\b", path.read_text())}
    assert named - known == set()


def test_every_exit_code_is_documented() -> None:
    codes = [getattr(exits, name) for name in exits.__all__]
    table = sections("docs/commands.md")["Exit codes"]
    assert [code for code in (*codes, 1) if f"| {code} |" not in table] == []


def test_every_alert_topic_is_documented_where_one_subscribes_to_it() -> None:
    text = sections("docs/commands.md")["clausewatch subscribe"]
    assert [t.name for t in TOPIC_TABLE if f"| `{t.name}` | {t.about} |" not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_point_at_what_is_there(path: Path) -> None:
    broken = []
    for match in _LINK.finditer(prose(path.read_text(encoding="utf-8"))):
        target, _, anchor = match["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        there = path.parent / target if target else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(match["target"])
    assert broken == []


def anchors(path: Path) -> set[str]:
    heads = (head["text"].lower() for head in _HEADING.finditer(path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads}


def test_the_architecture_names_tests_and_files_that_exist() -> None:
    text = prose(page("ARCHITECTURE.md"))
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py"))
    tests = set(re.findall(r"`(test_[a-z0-9_]+)`", text))
    assert tests, "an invariant names the test that holds it"
    assert [name for name in sorted(tests) if f"def {name}(" not in source] == []
    files = set(re.findall(r"`([a-z_]+(?:/[a-z_.0-9]+)+/?)`", text))
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []


def test_every_make_target_that_a_page_names_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    named = {t for path in PAGES for t in re.findall(r"`make ([a-z]+)", path.read_text())}
    assert named - targets == set()
    assert {"demo", "test"} <= named


def test_the_changelog_knows_the_version_that_ships() -> None:
    version = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    heads = [h for h in sections("CHANGELOG.md") if h.startswith("[")]
    assert heads[0] == "[Unreleased]" or heads[0].startswith(f"[{version}]")


def test_every_cause_of_a_failed_fetch_is_documented() -> None:
    text = page("docs/causes.md")
    assert [c.name for c in CAUSES.values() if f"| {_cells(c)} |\n" not in text] == []


def _cells(cause: Cause | Doubt) -> str:
    waiting = "may help" if cause.waiting_helps else "does not help"
    return f"`{cause.name}` | {cause.says} | {cause.advice} | {waiting}"


def test_every_cause_of_a_held_page_is_documented_with_its_end() -> None:
    """A doubt is named where it is found, so the first word of each `_no(...)` is read."""
    now = datetime(2026, 3, 9, tzinfo=UTC)
    seen = [now - timedelta(days=days) for days in (6, 4, 2)]
    causes = {wall.cause for wall in WALLS} | {"broken"} | doubts_in("analysis/quality.py")
    row = re.compile(r"^\| `(\w+)` \|.*\| (never believed|believed) \|$", re.MULTILINE)
    ends = {c: "believed" if has_lasted(c, seen, now) else "never believed" for c in causes}
    assert dict(row.findall(page("docs/causes.md"))) == ends
    rows = {f"| {_cells(DOUBTS[cause])} | {end} |" for cause, end in ends.items()}
    assert rows - set(page("docs/causes.md").splitlines()) == set()


def doubts_in(module: str) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(page(module))) if isinstance(node, ast.Call))
    first = (c.args[0] for c in calls if isinstance(c.func, ast.Name) and c.func.id == "_no")
    return {str(word.value) for word in first if isinstance(word, ast.Constant)}


_PAGE = """<!doctype html><html lang=en><title>Privacy policy</title><main><h1>Privacy policy</h1>
<h2>What we collect</h2><p>We collect your name, your address and what you buy in our shop.</p>
<h2>How long we keep it</h2><p>We keep your personal data for {period}, then we delete it.</p>
<h2>Your rights</h2><p>You may ask us for a copy of your data, or ask us to delete it.</p></main>"""
_STREAMS = {
    "extract": {"id": "1", "path": "page.html", "url": "https://example.org/privacy"},
    "tag": {"id": "1", "text": "We share your data with advertisers.", "heading": "Sharing"},
    "compare": {"id": "1", "old_text": "We never sell data.", "new_text": "We sell data."},
}
_ANSWERS = (
    "list",
    "suggest",
    "status",
    "subscriptions",
    "history acme",
    "show acme",
    "diff acme",
    "explain acme",
    "alerts",
    "outbox list --all",
    "verify",
)


@pytest.mark.slow
def test_every_field_of_every_json_answer_is_documented(tmp_path: Path) -> None:
    """One watched page, one material change, one mail: then everything is asked."""
    program = Program(tmp_path, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})
    said: dict[str, Any] = {}
    with Site() as site:
        address = site.put("/privacy", _PAGE.format(period="two years"))
        said["add"] = program.run("add", address, "--name", "acme", "--json").json
        program.run("subscribe", "reader@example.org")
        program.run("check")
        (tmp_path / "page.html").write_text(_PAGE.format(period="two years"))
        site.put("/privacy", _PAGE.format(period="seven years"))
        said["check"] = program.run("check", "--all", "--json", expect=10).lines
        said["discover"] = program.run("discover", address, "--json").json
    said["outbox send"] = program.run("outbox", "send", "--json").json
    for call in _ANSWERS:
        name = call.partition(" --")[0].removesuffix(" acme")
        said[name] = program.run(*call.split(), "--json", expect=None).json
    (tmp_path / "watchlist.toml").write_text('[[policy]]\nurl = "https://example.org/terms"\n')
    said["sync"] = program.run("sync", "watchlist.toml", "--dry-run", "--json").json
    for name, line in _STREAMS.items():
        said[name] = program.run(name, "--jsonl", stdin=json.dumps(line)).lines
    missing = {
        f"{name}: {key}"
        for name, answer in said.items()
        for key in keys_of(answer)
        if f'"{key}"' not in reference_of(name)
    }
    assert missing == set()


_FREE = {"scores", "changes"}  # their keys are topics and settings, not fields


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from keys_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key not in _FREE:
                yield from keys_of(item)


def reference_of(name: str) -> str:
    """Return where the fields of an answer are explained; some are the same as another's."""
    same = {"add": "list", "diff": "compare"}
    parts = sections("docs/commands.md")
    return parts[f"clausewatch {name}"] + parts.get(f"clausewatch {same.get(name, '')}", "")


def test_the_page_on_changes_has_the_table_of_severities_that_the_code_follows() -> None:
    table = [line for line in (severity.__doc__ or "").splitlines() if line.startswith("|")]
    assert len(table) > 2
    assert "\n".join(table) in page("docs/changes.md")
