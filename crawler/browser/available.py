"""Whether there is a browser to use, and what to install where there is none. Starts no browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

__all__ = ["BrowserState", "browser_available", "find_browser", "why_no_browser"]

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_ON_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_EXTRA = 'the optional part "browser" is not installed: pip install "clausewatch[browser]"'
_LONGEST_S = 20.0  # for a browser to say its version, on a busy machine


@dataclass(frozen=True, slots=True)
class BrowserState:
    """`path` and `version` of the browser that pages are drawn with; `problem` "" when all is well."""

    path: str
    version: str
    problem: str

    @property
    def ok(self) -> bool:
        return not self.problem


def browser_available(path: str = "") -> BrowserState:
    """Return which browser would be used, by asking it for its version.

    `path` is the setting `crawl.browser_path`; "" looks where browsers usually are.
    """
    if problem := why_no_browser(path):
        return BrowserState(find_browser(path), "", problem)
    found = find_browser(path)
    try:
        said = subprocess.run(  # noqa: S603 - a program that the operator named or installed
            [found, "--version"], capture_output=True, text=True, timeout=_LONGEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return BrowserState(found, "", f"{found} does not start: {error}")
    if said.returncode:
        why = " ".join(said.stderr.split())[:200] or f"exit code {said.returncode}"
        return BrowserState(found, "", f"{found} does not start: {why}")
    return BrowserState(found, said.stdout.strip(), "")


def why_no_browser(path: str = "") -> str:
    """Return what is missing and how to get it; "" where nothing is. Runs nothing."""
    if find_spec("scrapy_playwright") is None or find_spec("playwright") is None:
        return _EXTRA
    if find_browser(path):
        return ""
    if path:
        return f"crawl.browser_path = {path!r} is no program"
    return (
        f"no Chromium or Chrome was found: {_how_to_install()}, or name one in crawl.browser_path"
    )


def find_browser(path: str = "") -> str:
    """Return the program to run; "" where there is none."""
    if path:
        return path if os.access(path, os.X_OK) and Path(path).is_file() else ""
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            for name in _ON_MAC:
                if (folder / name).is_file():
                    return str(folder / name)
    return next((found for name in _NAMES if (found := shutil.which(name))), "")


def _how_to_install() -> str:
    if sys.platform == "darwin":
        return "install Google Chrome, or brew install --cask chromium"
    if shutil.which("apt-get"):
        return "sudo apt-get install chromium"
    return "install the package chromium"
