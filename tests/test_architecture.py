"""The walls: which room may import which, what the pure room may touch, what the maps must name.

Everything here is read from the syntax trees. Nothing is imported, so a wall
holds for imports inside functions and for type checking alike.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A room and the rooms it may import: analysis <- storage <- crawler | alerts <- scheduler <- clausewatch.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "analysis": frozenset(),
    "storage": frozenset({"analysis"}),
    "crawler": frozenset({"analysis", "storage"}),
    "alerts": frozenset({"analysis", "storage"}),
    "scheduler": frozenset({"analysis", "storage", "crawler", "alerts"}),
    "clausewatch": frozenset({"analysis", "storage", "crawler", "alerts", "scheduler"}),
}
ROOMS = tuple(MAY_IMPORT)

# A library and the rooms that know it. What is not named may be used anywhere.
LIVES_IN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("selectolax", "pypdfium2", "charset_normalizer", "rapidfuzz"), frozenset({"analysis"})
    ),
    **dict.fromkeys(("alembic", "warcio"), frozenset({"storage"})),
    **dict.fromkeys(("backports", "compression"), frozenset({"storage", "crawler"})),  # zstd
    **dict.fromkeys(("scrapy", "twisted", "protego", "waybackpy"), frozenset({"crawler"})),
    **dict.fromkeys(("aiosmtplib", "css_inline", "standardwebhooks"), frozenset({"alerts"})),
    "aiohttp": frozenset({"alerts", "clausewatch"}),  # asks for summaries; answers health checks
    "cronsim": frozenset({"storage"}),
    "prometheus_client": frozenset({"clausewatch"}),
    **dict.fromkeys(("scrapy_playwright", "playwright"), frozenset({"crawler"})),
    "jinja2": frozenset({"alerts", "clausewatch"}),  # mails, and the demo's made-up site
    "apscheduler": frozenset({"scheduler"}),
    **dict.fromkeys(("click", "rich", "platformdirs"), frozenset({"clausewatch"})),
}

# What the pure room may import. None of these can read the clock, a file, a socket or the
# environment, except `datetime` and `importlib`, whose impure doors are closed below.
PURE_IMPORTS = frozenset(
    {
        *("__future__", "abc", "array", "base64", "binascii", "bisect", "codecs", "collections"),
        *("contextlib", "copy", "dataclasses", "datetime", "enum", "functools", "hashlib"),
        *("heapq", "html", "itertools", "json", "math", "operator", "re", "string", "struct"),
        *("textwrap", "types", "typing", "unicodedata", "urllib.parse", "zlib"),
        *("selectolax", "pypdfium2", "charset_normalizer", "rapidfuzz"),
    }
)
# The named exceptions: a file, what more it may import, and why.
PURE_EXCEPTIONS: Mapping[str, frozenset[str]] = {
    # PDFium is C++ fed by strangers: it runs in a child process that can be killed.
    "analysis/extract/pdf.py": frozenset(
        {"atexit", "os", "pathlib", "selectors", "subprocess", "sys", "threading", "time"}
    ),
    "analysis/extract/pdf_child.py": frozenset({"ctypes", "resource", "sys"}),
}
IMPURE_CALLS = frozenset(
    {"open", "print", "input", "exec", "eval", "compile", "__import__", "hash"}
)
IMPURE_METHODS = frozenset({"now", "today", "utcnow", "read_text", "read_bytes", "write_text"})

# Run by their path, never imported: they offer nothing.
SCRIPTS = frozenset({"analysis/extract/pdf_child.py", "storage/migrations/env.py"})

_MAP_LINE = re.compile(r"^(?:    )?(?P<name>[a-z_0-9.]+/?)(?:  +)(?P<what>\S.*)$", re.MULTILINE)
# A path of one person's machine. A link such as href="/home/" is none.
_LOCAL_PATH = re.compile(r"(?<![\w./])/(?:work|root|home/\w+|Users/\w+)/[\w.]")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules(*rooms: str) -> list[Path]:
    found = [p for room in rooms or ROOMS for p in sorted((ROOT / room).rglob("*.py"))]
    return [p for p in found if "versions" not in p.parts]  # migrations: written by Alembic


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every dotted name that a module imports, with its line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func) in {"import_module", "__import__"}:
            yield from ((text, node.lineno) for text in map(_text_of, node.args) if text)


def _called(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    walls = set(ROOMS) - MAY_IMPORT[room] - {room}
    broken = [
        f"{named(path)}:{line} imports {name}"
        for path in modules(room)
        for name, line in imports_of(path)
        if name.partition(".")[0] in walls
    ]
    assert broken == []


def test_the_crawler_and_the_alerts_never_meet() -> None:
    assert "alerts" not in MAY_IMPORT["crawler"]
    assert "crawler" not in MAY_IMPORT["alerts"]


def test_nothing_that_ships_imports_the_tests_or_the_benches() -> None:
    outside = {"tests", "bench", "pytest", "hypothesis", "aiosmtpd", "trustme"}
    broken = [
        f"{named(path)}:{line} imports {name}"
        for path in modules()
        for name, line in imports_of(path)
        if name.partition(".")[0] in outside
    ]
    assert broken == []


def test_no_import_is_relative() -> None:
    files = [*modules(), *sorted((ROOT / "tests").rglob("*.py"))]
    assert [named(p) for p in files for name, _ in imports_of(p) if name.startswith(".")] == []


@pytest.mark.parametrize("library", LIVES_IN)
def test_a_library_is_known_to_its_own_room_only(library: str) -> None:
    strangers = [
        f"{named(path)}:{line} imports {name}"
        for path in modules(*(set(ROOMS) - LIVES_IN[library]))
        for name, line in imports_of(path)
        if name.partition(".")[0] == library
    ]
    assert strangers == []


def test_analysis_imports_only_what_cannot_touch_the_world() -> None:
    impure = []
    for path in modules("analysis"):
        allowed = PURE_IMPORTS | PURE_EXCEPTIONS.get(named(path), frozenset()) | {"analysis"}
        impure += [
            f"{named(path)}:{line} imports {name}"
            for name, line in imports_of(path)
            if not any(name == one or name.startswith(f"{one}.") for one in allowed)
            and not _is_shipped_data(name)
        ]
    assert impure == []


def _is_shipped_data(name: str) -> bool:
    """Tell whether the import is the one door to a file that ships inside the package."""
    return name in {"importlib", "importlib.resources"} or name.startswith("importlib.resources.")


def test_analysis_reads_no_clock_and_opens_nothing() -> None:
    calls = [
        f"{named(path)}:{node.lineno} calls {_called(node.func)}()"
        for path in modules("analysis")
        if named(path) not in PURE_EXCEPTIONS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _is_impure(node.func, reads_data=_reads_data(path))
    ]
    assert calls == []


def _is_impure(func: ast.expr, *, reads_data: bool) -> bool:
    if isinstance(func, ast.Name):
        return func.id in IMPURE_CALLS
    called = _called(func)
    return called in IMPURE_METHODS and not (reads_data and called.startswith("read_"))


def _reads_data(path: Path) -> bool:
    return any(_is_shipped_data(name) for name, _ in imports_of(path))


def test_at_most_one_module_of_analysis_reads_a_shipped_file() -> None:
    assert len([named(path) for path in modules("analysis") if _reads_data(path)]) <= 1


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_maps_every_module_it_has_on_one_line(room: str) -> None:
    check_map(ROOT / room)


def test_a_folder_inside_a_room_that_has_a_map_keeps_it_true() -> None:
    inner = [p.parent for p in modules() if p.name == "__init__.py" and p.parent.parent != ROOT]
    for folder in inner:
        if map_of(folder):
            check_map(folder)


def check_map(folder: Path) -> None:
    mapped = map_of(folder)
    must = {p.stem for p in folder.glob("*.py")} - {"__init__", "__main__"}
    must |= {p.parent.name for p in folder.glob("*/*.py")}
    may = {p.name for p in folder.iterdir()} | {"__main__"}  # data files and their folders
    assert len(mapped) == len(set(mapped)), f"{named(folder)} names something twice"
    assert must - set(mapped) == set(), f"missing from the map in {named(folder)}/__init__.py"
    assert set(mapped) - must - may == set(), f"mapped but not there: {named(folder)}/__init__.py"


def map_of(folder: Path) -> list[str]:
    text = ast.get_docstring(tree_of(folder / "__init__.py"), clean=False) or ""
    return [match["name"].rstrip("/") for match in _MAP_LINE.finditer(text)]


def test_every_folder_with_modules_is_a_package() -> None:
    files = [*modules(), *sorted((ROOT / "tests").rglob("*.py"))]
    folders = {p.parent for p in files} - {ROOT / "storage" / "migrations"}  # Alembic loads paths
    bare = [named(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()]
    assert bare == []


def test_every_module_says_what_it_is_and_what_it_offers() -> None:
    silent = []
    for path in modules():
        tree = tree_of(path)
        if not ast.get_docstring(tree):
            silent.append(f"{named(path)} has no docstring")
        if path.name != "__init__.py" and named(path) not in SCRIPTS and not _has_all(tree):
            silent.append(f"{named(path)} has no __all__")
    assert silent == []


def _has_all(tree: ast.Module) -> bool:
    targets = [t for n in tree.body if isinstance(n, ast.Assign) for t in n.targets]
    targets += [n.target for n in tree.body if isinstance(n, ast.AnnAssign)]
    return any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets)


def test_no_except_clause_is_bare_or_swallows_in_silence() -> None:
    silent = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or _called_name(node.type) in {"Exception", "BaseException"}
            if broad and all(isinstance(line, ast.Pass) for line in node.body):
                silent.append(f"{named(path)}:{node.lineno}")
    assert silent == []


def _called_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def test_no_file_of_the_project_names_a_path_of_somebodys_machine() -> None:
    found = [
        f"{named(path)}:{number}: {match[0]}"
        for path in project_files()
        for number, line in enumerate(_text(path).splitlines(), 1)
        if (match := _LOCAL_PATH.search(line))
    ]
    assert found == []


def project_files() -> list[Path]:
    """Return what git keeps; a source archive has no git, and there every file is the project's."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [named(p) for room in (*ROOMS, "tests") for p in (ROOT / room).rglob("*.py")]
    return [path for name in listed if name and (path := ROOT / name).is_file()]


def _text(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data[:8192] else data.decode("utf-8", "replace")


_ASK_ANALYSIS = """
import hashlib, json, pathlib, sys
from analysis.compare import compare
from analysis.reading import read_page
from analysis.tagging import tag
pages = [pathlib.Path(name).read_bytes() for name in sys.argv[1:]]
readings = [read_page(page, url="https://example.org/privacy") for page in pages]
texts = [reading.text for reading in readings]
said = [repr(readings), *(compare(a, b).to_json() for a in texts for b in texts)]
said += [repr(tag(line)) for text in texts for line in text.splitlines() if line]
print(hashlib.sha256(json.dumps(said).encode()).hexdigest())
"""
_EDITION = """<!doctype html><title>Privacy</title><nav><a href=/>Home</a> <a href=/shop>Shop</a></nav>
<main><h1>Privacy policy</h1><p>Last updated {date}.</p>
<h2>What we collect</h2><p>We collect your name, your e-mail address and your location.</p>
<h2>Sharing</h2><p>{sharing}</p><ul><li>payment providers</li><li>carriers</li><li>auditors</li></ul>
<h2>Keeping</h2><p>We keep your orders for {years} years and then delete them.</p>
<h2>Cookies</h2><p>We use cookies to remember your basket. You may refuse them.</p></main>"""


def test_analysis_answers_the_same_in_every_process(tmp_path: Path) -> None:
    """Sets and dicts of strings have another order in each process; no answer may follow it."""
    old = _EDITION.format(date="1 May 2025", sharing="We never sell your data.", years="two")
    new = _EDITION.format(date="2 June 2025", sharing="We share it with advertisers.", years="six")
    for name, text in (("old.html", old), ("new.html", new)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    answers = {
        subprocess.run(
            [sys.executable, "-c", _ASK_ANALYSIS, "old.html", "new.html"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "31337")
    }
    assert len(answers) == 1
