"""What becomes of an alert when the mail server does not take it: this program beside two others.

    python bench/refused_mail.py [--urlwatch PATH] [--webchanges PATH]

PATH is the program in a virtual environment of its own (`pip install urlwatch`,
`pip install webchanges`). One page on loopback changes once, from 30 days to
365. The server is real, and does not take the mail: nobody listens, or it says
451, or 550 to the whole mail. Then it is well again, and each program is run
two more times, as cron would. Counted: mails that tell of the change.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from tests.support.mailbox import Mailbox  # noqa: E402 - the path is ours

TOLD = "365 days"
RUNS_AFTER = 2
PAGE = """<html><head><title>Privacy</title></head><body><main><h1>Privacy policy</h1>
<h2>What we collect</h2><p>We collect your name, your address and how you use our service. You
give us most of it yourself when you open an account, and some of it comes from the device.</p>
<h2>How long we keep it</h2><p>We keep the messages that you send us for {period} after you close
your account, and delete them then.</p>
<h2>Contact</h2><p>Write to privacy@tern.example with any question about your rights.</p>
</main></body></html>"""
MOODS: dict[str, Callable[[Mailbox], None]] = {
    "nobody listens": lambda box: box.refuse(),
    "451 try later": lambda box: box.answer("451 4.3.0 try later"),
    "552 too big once": lambda box: box.answer("552 5.3.4 message too big", times=1),
}
MAIL_CONFIG = """
display:
  new: false
  error: false
report:
  text: {{line_length: 75, details: true, footer: true}}
  html: {{diff: unified}}
  stdout: {{enabled: false}}
  email:
    enabled: true
    from: watch@example.org
    to: ada@example.org
    subject: "{{count}} changes: {{jobs}}"
    html: false
    method: smtp
    smtp: {{host: 127.0.0.1, port: {port}, starttls: false, auth: false{user}}}
"""


class Site:
    """One page that says what it is told to say."""

    def __init__(self) -> None:
        self.period = "30 days"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/privacy"
                body = PAGE.format(period=site.period).encode() if found else b"no"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/privacy"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def run(command: list[str], home: Path, **environ: str) -> None:
    """Run a program to its end, as cron would; what it says is kept beside."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(HERE.parents[1])}
    done = subprocess.run(
        command, cwd=home, env={**kept, **environ}, capture_output=True, text=True, check=False
    )
    with (home / "log").open("a", encoding="utf-8") as log:
        log.write(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}\n")


def other(program: str, home: Path, site: Site, box: Mailbox, *, webchanges: bool) -> None:
    """Run urlwatch or webchanges once; they share their configuration's form."""
    user = ", user: ''" if webchanges else ""
    (home / "config.yaml").write_text(MAIL_CONFIG.format(port=box.port, user=user))
    (home / "jobs.yaml").write_text(f"name: tern\nurl: {site.url}\nfilter: [html2text]\n")
    names = ("--jobs", "--database") if webchanges else ("--urls", "--cache")
    files = [names[0], str(home / "jobs.yaml"), names[1], str(home / "cache.db")]
    run([program, "--config", str(home / "config.yaml"), *files], home)


def ours(home: Path, site: Site, box: Mailbox) -> None:
    """Check and send once. The first time, begin to watch."""
    environ = {
        "CLAUSEWATCH_DATABASE": str(home / "ours.sqlite"),
        "CLAUSEWATCH_SMTP_URL": box.url,
        "CLAUSEWATCH_ALLOW_ADDRESSES": "127.0.0.0/8",
        "CLAUSEWATCH_CONFIRM_AFTER": "0s",  # the others tell at first sight
        "CLAUSEWATCH_CRAWL_DELAY": "0s",
        "CLAUSEWATCH_MAIL_FROM": "watch@example.org",
    }
    program = [sys.executable, "-m", "clausewatch"]
    if not (home / "ours.sqlite").exists():
        run([*program, "add", site.url], home, **environ)
        run([*program, "subscribe", "ada@example.org"], home, **environ)
    run([*program, "check", "--all"], home, **environ)
    # Real time does not pass here: what cron does an hour later, this asks for at once.
    run([*program, "outbox", "send", "--now"], home, **environ)


@contextmanager
def scene() -> Iterator[tuple[Path, Site, Mailbox]]:
    home, site = Path(tempfile.mkdtemp(prefix="refused-mail-")), Site()
    try:
        with Mailbox() as box:
            yield home, site, box
    finally:
        site.close()
        shutil.rmtree(home, ignore_errors=True)


def play(once: Callable[[Path, Site, Mailbox], None], mood: str) -> tuple[int, int]:
    """Return how many mails told of the change, under how many names."""
    with scene() as (home, site, box):
        once(home, site, box)
        once(home, site, box)
        before = len(box.received)
        site.period = TOLD
        MOODS[mood](box)
        once(home, site, box)
        box.calm()
        for _ in range(RUNS_AFTER):
            once(home, site, box)
        told = [mail for mail in box.received[before:] if _tells(mail.message)]
        return len(told), len({mail.message_id for mail in told})


def _tells(message: EmailMessage) -> bool:
    """Whether the subject or a text part says so; a line may be wrapped in between."""
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    words = " ".join([str(message["Subject"]), *(part.get_content() for part in parts)])
    return TOLD in " ".join(words.split())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--urlwatch", help="the program urlwatch")
    parser.add_argument("--webchanges", help="the program webchanges")
    options = parser.parse_args()
    programs: dict[str, Callable[[Path, Site, Mailbox], None]] = {}
    if options.urlwatch:
        programs["urlwatch"] = lambda home, site, box: other(
            options.urlwatch, home, site, box, webchanges=False
        )
    if options.webchanges:
        programs["webchanges"] = lambda home, site, box: other(
            options.webchanges, home, site, box, webchanges=True
        )
    programs["clausewatch"] = ours
    print(f"{'':<12}" + "".join(f"{mood:>20}" for mood in [*MOODS, "server well"]), flush=True)
    MOODS["server well"] = lambda _: None
    for name, once in programs.items():
        told = [play(once, mood) for mood in MOODS]
        print(f"{name:<12}" + "".join(f"{count:>20}" for count, _ in told), flush=True)


if __name__ == "__main__":
    main()
