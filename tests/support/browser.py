"""A real Chromium for the tests that need one, and pages of our own for it to draw."""

import os
import shutil

import pytest

from crawler.browser.available import browser_available

__all__ = ["BROWSER", "POLICY", "need_browser", "shell"]

BROWSER = os.environ.get("BROWSER_FOR_TESTS", "")  # a path, or "": look for one

# A short policy that reads as one.
POLICY = """<h1>Privacy policy</h1>
<p>Wren Bakery collects your name, your address and what you order in our shop.</p>
<h2>Sharing</h2><p>We share your personal data with the carrier who brings your bread, and with
no other third parties. We do not sell personal information to anyone.</p>
<h2>Keeping</h2><p>We keep your personal data for two years after your last order, then we delete it.</p>
<h2>Your rights</h2><p>You may ask us for a copy of your data, object, or withdraw your consent.</p>"""


def need_browser() -> None:
    """Have a browser, or end the test: failed where `make test` could install one, skipped elsewhere."""
    state = browser_available(BROWSER)
    if state.ok:
        return
    if shutil.which("apt-get"):
        pytest.fail(f"{state.problem} (make test installs it where it may)")
    pytest.skip(state.problem)


def shell(script: str, *, body: str = "") -> str:
    """Return a page that shows nothing until its script has run."""
    return (
        "<!doctype html><html lang=en><head><title>Wren Bakery</title></head>"
        f'<body><div id="root"></div>{body}<script>{script}</script></body></html>'
    )
