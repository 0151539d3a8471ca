"""What it costs to read ten megabytes built to be slow or large, in one process of its own.

    python -m bench.hostile [--json] [UNIT...]

prints the CPU seconds of each shape and the highest memory of the process. A unit is repeated until
there are ten megabytes; with `{n}` in it, it stands inside of one tag, each with a number of its own.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.reading import read_page

BYTES = 10_000_000
SHAPES = (
    "<p>We keep the data that you give to us for as long as we need it.</p>",
    "word ", "A. b? C", "((((", "<!-- -- ", "12 (new ", "© copyright ", "<pre>line\n", "&amp;", "< ",
    "<div><span>a", "<li><a href='/x'>link</a>", "<b><i><u>", "<table><tr><td>x", "<q>", "<own-tag>",
    "<div class=c>", '<p class="c">x', '<span class="c">x</span>', '<li class="a" id="b">y', "<td class=q>y",
    "<own-tag a='<'>", '<div "', "<svg class=x>", "<select>", "<title>x", "<script>", "<script></script>",
    "<template>x", "<noscript>x</noscript>", "<textarea>x</textarea>", "<!--x-->", "<?x>", "<!x>", "</ x>",
    " a{n}", " a{n}=x", " a{n}='>'",
)  # fmt: skip


def page(unit: str) -> bytes:
    if "{n}" in unit:
        count = BYTES // (len(unit) + 3)
        body = (
            f"<div {''.join(unit.replace('{n}', str(n)) for n in range(count))}>We sell it.</div>"
        )
    else:
        body = unit * (BYTES // len(unit))
    return f"<html><body>{body}".encode()


def seconds(unit: str) -> float:
    body = page(unit)
    start = time.process_time()
    read_page(body)
    return time.process_time() - start


def peak_mb() -> float:
    """Return the most memory that this process had; 0.0 where the system does not say."""
    status = Path("/proc/self/status")  # not getrusage: Linux hands that down from who started it
    if not status.exists():
        return 0.0
    return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("units", nargs="*", default=SHAPES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    took = {}
    for unit in options.units:
        took[unit] = seconds(unit)
        if not options.json:
            print(f"{unit[:40]!r:44} {took[unit]:5.2f} s   {peak_mb():4.0f} MB so far", flush=True)
    if options.json:
        print(json.dumps({"seconds": took, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
