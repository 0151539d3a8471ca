"""`clausewatch doctor`: what is wrong with this installation, and what to do about it."""

import asyncio
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.printing import console, instant, json_option, plain, print_json, wants_colour

if TYPE_CHECKING:
    from datetime import datetime

    from clausewatch.config import Settings
    from clausewatch.doctor.finding import Finding

__all__ = ["doctor"]

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@click.command()
@click.option("--send-test", metavar="EMAIL", default="", help="Send a mail there as well.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, send_test: str, as_json: bool) -> None:
    """Look whether everything that is needed works: database, mail, clock, disk, network, extras.

    Changes nothing. Exits with 4 when something fails; a warning does not count.
    """
    from clausewatch.clock import utc_now
    from clausewatch.doctor.finding import worst

    now = utc_now()
    screen = console(stderr=True)
    with screen.status("looking") if screen.is_terminal else nullcontext():
        findings = _findings(ctx, send_test, now)
    state = worst(findings)
    if as_json:
        print_json({"at": instant(now), "state": state, "findings": [asdict(f) for f in findings]})
    else:
        _print(findings)
    ctx.exit(EXIT_FAILURES if state == "fail" else EXIT_OK)


def _findings(ctx: click.Context, send_test: str, now: "datetime") -> list["Finding"]:
    from clausewatch.config import SettingsError
    from clausewatch.doctor.finding import Finding
    from clausewatch.opening import settings_of

    try:
        settings = settings_of(ctx)
    except SettingsError as error:
        # Nothing else can be looked at: everything depends on the settings.
        return [
            Finding("settings", "fail", line, "mend this line: docs/settings.md")
            for line in str(error).splitlines()
        ]
    return _examined(settings, _file_of(ctx), send_test, now)


def _examined(settings: "Settings", file: Path, send_test: str, now: "datetime") -> list["Finding"]:
    from clausewatch.doctor import house
    from clausewatch.doctor.extras import examine_extras
    from clausewatch.doctor.outside import watched_hosts

    findings = [*house.examine_settings(settings, file)]
    store, found = house.examine_database(settings)
    findings += found
    try:
        sound = store if all(each.state != "fail" for each in found) else None
        findings += [house.examine_daemon(settings, sound, now), house.examine_disk(settings)]
        hosts, newest = watched_hosts(sound) if sound else ([], None)
        if sound:
            findings.append(house.examine_outbox(sound, now))
        findings += asyncio.run(_outside(settings, hosts, newest, send_test, now))
        findings += examine_extras(settings, sound)
    finally:
        if store is not None:
            store.close()
    return findings


async def _outside(
    settings: "Settings",
    hosts: list[str],
    newest: "datetime | None",
    send_test: str,
    now: "datetime",
) -> list["Finding"]:
    from clausewatch.clock import utc_now
    from clausewatch.doctor.outside import examine_hosts, examine_mail

    mail, reached = await asyncio.gather(
        examine_mail(settings, send_test=send_test, now=now),
        examine_hosts(settings, hosts, utc_now, newest),
    )
    return [*mail, *reached]


def _file_of(ctx: click.Context) -> Path:
    import os

    from clausewatch.config import default_config_path

    named = (ctx.find_root().obj or {}).get("config") or os.environ.get("CLAUSEWATCH_CONFIG")
    return Path(named) if named else default_config_path()


def _print(findings: list["Finding"]) -> None:
    from rich.text import Text

    out = console()
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        line = Text(f"{finding.state:<5}", style=_COLOURS[finding.state] if wants_colour() else "")
        line.append(f"{finding.name:<{width}}  ", style="bold" if wants_colour() else "")
        line.append(plain(finding.said), style="")
        out.print(line, soft_wrap=True)
        if finding.next_step:
            out.print(Text(f"{'':<{width + 7}}-> {plain(finding.next_step)}"), soft_wrap=True)
