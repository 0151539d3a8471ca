"""Pages that need a browser: drawn by a real Chromium, kept from everything it has no business with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from analysis.reading import read_page
from crawler.browser.available import browser_available, why_no_browser
from crawler.browser.page import Document
from crawler.browser.rendering import Browser
from crawler.errors import FetchError
from crawler.reactor import background
from storage.fetched import Fetched
from tests.crawler.helper import NOW, fetch, options, target
from tests.support.browser import POLICY, need_browser, shell
from tests.support.site import Site

_ROOT = Path(__file__).resolve().parents[2]
_BY_FETCH = shell(
    "fetch('/text').then(r => r.text()).then(t => { document.getElementById('root').innerHTML = t; })"
)


@pytest.fixture(scope="module", autouse=True)
def _browser() -> None:
    need_browser()


def look(
    url: str, *, browser: str = "auto", needed: timedelta | None = None, **how: Any
) -> Fetched:
    """Fetch a page as a policy with this setting, whose need of a browser is so old."""
    needed_at = None if needed is None else NOW - needed
    return fetch(target(url, browser=browser, browser_needed_at=needed_at), timeout_s=20.0, **how)


def text(fetched: Fetched) -> str:
    assert fetched.body is not None, fetched.detail
    return read_page(fetched.body, content_type=fetched.header("content-type")).text


def test_a_page_whose_text_comes_by_script_is_drawn_by_itself(site: Site) -> None:
    site.put("/text", POLICY)
    drawn = look(site.put("/privacy", _BY_FETCH, headers={"ETag": '"frame"'}))
    assert "bread" in text(drawn)
    assert (drawn.rendered, drawn.browser_needed, drawn.status) == ("shell", True, 200)
    assert drawn.header("etag") == "", "the frame's validator says nothing of its text"
    agents = {hit.headers["user-agent"] for hit in site.seen()}
    assert agents == {"Clausewatch/0 (+mailto:owner@example.org)"}, "it says honestly who asks"
    assert site.hits.count("/privacy") == 1, "the browser is handed the document it was"


def test_a_page_that_can_be_read_plainly_is_left_to_no_browser(site: Site) -> None:
    plain = look(
        site.put(
            "/privacy",
            f"<!doctype html><main>{POLICY}</main><script>document.body.remove()</script>",
        )
    )
    assert (plain.rendered, plain.browser_needed) == ("", False)
    assert "bread" in text(plain)


def test_a_policy_may_ask_for_no_browser_or_always_for_one(site: Site) -> None:
    site.put("/text", POLICY)
    url = site.put("/privacy", _BY_FETCH)
    assert look(url, browser="never").rendered == ""
    assert look(url, browser="always").rendered == "asked for"
    assert (
        look(
            site.put("/notes.txt", "We keep it.", content_type="text/plain"), browser="always"
        ).rendered
        == ""
    )


def test_what_was_needed_before_is_drawn_at_once_and_the_plain_page_tried_again_in_time(
    site: Site,
) -> None:
    page = f"<!doctype html><main>{POLICY}</main>"
    url = site.put("/privacy", page)
    soon = look(url, needed=timedelta(days=1))
    assert (soon.rendered, soon.browser_needed, soon.plain_suffices) == (
        "needed before",
        False,
        False,
    )
    later = look(url, needed=timedelta(days=8))
    assert (later.rendered, later.plain_suffices) == ("", True)
    site.put(
        "/privacy", page + "<script>document.querySelector('main').append('and more')</script>"
    )
    assert look(url, needed=timedelta(days=8)).browser_needed, "what differs is still the browser's"


def test_folded_parts_are_opened_and_read(site: Site) -> None:
    site.put("/kept", "Flour orders are kept for nine years.")
    accordion = """
    <details><summary>Ovens</summary><p>Oven logs are kept for a week.</p></details>
    <button aria-expanded=false aria-controls=late>Flour</button><div id=late></div>
    <button aria-expanded=false aria-controls=p1>One</button><div id=p1></div>
    <button aria-expanded=false aria-controls=p2>Two</button><div id=p2></div>
    <nav><button aria-expanded=false onclick="location='/gone'">Menu</button></nav>
    <a href=/gone aria-expanded=false>Away</a>
    <script>
    late.previousElementSibling.onclick = () => fetch('/kept').then(r => r.text()).then(t => { late.textContent = t; });
    const said = {p1: 'Crumbs are kept for one day.', p2: 'Crusts are kept for two days.'};
    for (const id of ['p1', 'p2']) document.querySelector(`[aria-controls=${id}]`).onclick = () => {
      for (const other of ['p1', 'p2']) document.getElementById(other).textContent = '';
      document.getElementById(id).textContent = said[id];
    };
    </script>"""
    read = text(
        look(
            site.put("/privacy", f"<!doctype html><main>{POLICY}{accordion}</main>"),
            browser="always",
        )
    )
    for sentence in ("Oven logs", "nine years", "Crumbs are kept", "Crusts are kept"):
        assert sentence in read, sentence
    assert "/gone" not in site.hits


def test_a_page_cannot_look_around_inside(site: Site) -> None:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    listening.setblocking(False)
    with Site() as decoy, listening:
        secret = decoy.put("/secret", "the inside", headers={"Access-Control-Allow-Origin": "*"})
        far = secret.replace("127.0.0.1", "localhost")
        script = f"""
        const tell = (name, done) => done.then(r => r.text()).then(t => document.body.append(`[${{name}} ${{t}}]`), () => document.body.append(`[${{name}} kept out]`));
        tell('metadata', fetch('http://169.254.169.254/latest/meta-data'));
        tell('other-port', fetch('{secret}'));
        tell('by-name', fetch('{far}'));
        tell('octal', fetch('{secret.replace("127.0.0.1", "0177.0.0.1")}'));
        tell('redirect', fetch('/away'));
        try {{ new WebSocket('ws://127.0.0.1:{decoy.port}/socket'); }} catch {{}}
        try {{
          const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{listening.getsockname()[1]}'}}]}});
          peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
        }} catch {{}}
        const frame = document.createElement('iframe'); frame.src = '{secret}'; document.body.append(frame);
        document.body.append(Object.assign(new Image(), {{src: '{secret}'}}));
        """
        site.redirect("/away", secret)
        page = f"<!doctype html><main>{POLICY}</main><script>{script}</script>"
        drawn = look(site.put("/privacy", page), browser="always", allow_addresses=("127.0.0.0/8",))
        said = (drawn.body or b"").decode()
        assert decoy.seen() == []
        for name in ("metadata", "other-port", "by-name", "octal", "redirect"):
            assert f"[{name} kept out]" in said, said[-600:]
        with pytest.raises(BlockingIOError):
            listening.recv(1)


def test_an_endless_timer_alerts_windows_and_downloads_hold_nothing_up(site: Site) -> None:
    script = """
    setInterval(() => document.body.append(' tick '), 50);
    alert('stop'); confirm('stop?'); prompt('stop?');
    onbeforeunload = () => 'stay';
    window.open('/window');
    const link = Object.assign(document.createElement('a'), {href: '/file.bin', download: 'x'}); document.body.append(link); link.click();
    """
    site.put("/file.bin", "x" * 100, headers={"Content-Disposition": "attachment"})
    page = f"<!doctype html><main>{POLICY}</main><script>{script}</script>"
    began = time.monotonic()
    drawn = look(site.put("/privacy", page), browser="always")
    assert "bread" in text(drawn)
    assert time.monotonic() - began < 30, "it is bounded"
    assert "/window" not in site.hits


def test_a_page_that_grows_past_the_limit_is_too_large(site: Site) -> None:
    script = "document.body.append('word '.repeat(100000))"
    page = f"<!doctype html><main>{POLICY}</main><script>{script}</script>"
    failed = look(site.put("/privacy", page), browser="always", max_size=300_000)
    assert (failed.cause, failed.body) == ("too_large", None)


def test_a_page_that_sends_its_reader_to_another_host_is_not_followed(site: Site) -> None:
    with Site() as other:
        away = other.put("/privacy", POLICY)
        failed = look(site.put("/privacy", shell(f"location = '{away}'")), browser="always")
        assert failed.cause == "bad_redirect", failed.detail
        assert other.seen() == []


@pytest.mark.slow
def test_a_script_that_never_ends_is_broken_off_and_the_next_page_is_drawn(site: Site) -> None:
    site.put("/text", POLICY)
    stuck = site.put("/stuck", f"<!doctype html><main>{POLICY}</main><script>for(;;);</script>")
    how = {"timeout_s": 7.0}
    assert fetch(target(stuck, browser="always"), **how).cause == "timeout"
    url = site.put("/privacy", _BY_FETCH)
    assert fetch(target(url, browser="always"), **how).cause == ""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not say")
def test_a_page_that_takes_all_memory_is_broken_off(site: Site) -> None:
    script = (  # it shows something new each time, so that nobody takes it for a page that stands
        "const held = []; setInterval(() => { held.push(new Uint8Array(32 << 20).fill(1));"
        " document.querySelector('main').append(held.length, ' '); }, 60)"
    )
    page = f"<!doctype html><main>{POLICY}</main><script>{script}</script>"
    browser = Browser(options(timeout_s=20.0), most_memory=500 << 20)

    async def draw() -> str:
        try:
            await browser.draw(Document(site.url, (("Content-Type", "text/html"),), page.encode()))
        except FetchError as error:
            return str(error)
        finally:
            await browser.close()
        return ""

    assert "too much memory" in background().submit(draw()).result(timeout=60)


def test_where_a_browser_shows_no_more_the_plain_page_is_kept_and_says_so(site: Site) -> None:
    empty = look(site.put("/privacy", shell("0")))
    assert (empty.cause, empty.rendered) == ("", "")
    assert "a browser saw no more" in empty.detail


def test_without_a_browser_it_is_said_what_to_install(site: Site) -> None:
    url = site.put("/privacy", _BY_FETCH)
    missing: dict[str, Any] = {"browser_path": str(_ROOT / "no-such-browser")}
    asked = look(url, browser="always", **missing)
    assert (asked.cause, "crawl.browser_path" in asked.detail) == ("no_browser", True)
    plain = look(url, **missing)
    assert (plain.cause, "no browser could help" in plain.detail) == ("", True)
    assert "no program" in why_no_browser(missing["browser_path"])
    assert browser_available(sys.executable).ok, "what answers --version is taken at its word"
    assert "does not start" in browser_available("/bin/false").problem


_DRAW_AND_HANG = """
import sys
from tests.crawler.helper import fetch, target
print(fetch(target(sys.argv[1], browser="always"), timeout_s=30.0).cause, flush=True)
print(fetch(target(sys.argv[2], browser="always"), timeout_s=30.0).cause, flush=True)
"""


@pytest.mark.slow
def test_the_browser_dies_with_the_process_however_that_dies(site: Site) -> None:
    good = site.put("/privacy", f"<!doctype html><main>{POLICY}</main>")
    site.act("/slow", lambda exchange: exchange.hang())
    hanging = site.put("/hang", f"<!doctype html><main>{POLICY}</main><script src=/slow></script>")
    process = subprocess.Popen(
        [sys.executable, "-c", _DRAW_AND_HANG, good, hanging],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "\n", "the first page was drawn"
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) > 2, "a driver and a browser"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=15)
    assert [one.name() for one in alive] == []
