"""`clausewatch install-service`: keep watching after a log-out and a restart."""

import os
import sys
from pathlib import Path

import click

__all__ = ["install_service"]


@click.command()
@click.option("--system", "scope", flag_value="system", help="A service of the whole machine.")
@click.option("--user", "scope", flag_value="user", help="A service of your own.")
@click.option("--print", "show", is_flag=True, help="Print the files and write nothing.")
@click.option("--browser", is_flag=True, help="Leave room for Chromium in the sandbox.")
@click.pass_context
def install_service(ctx: click.Context, scope: str | None, show: bool, browser: bool) -> None:
    """Write the files with which the system keeps `clausewatch run` alive, and a nightly backup.

    On Linux these are units of systemd, on a Mac an agent of launchd. Nothing is
    started: what to run next is printed. Without --system or --user it is the
    machine's service for root, and your own otherwise.
    """
    from clausewatch.service.install import agent_plan, system_plan, user_plan, write
    from clausewatch.service.systemd import Program

    config = (ctx.find_root().obj or {}).get("config")
    program = Program(
        python=Path(sys.executable),
        config=Path(config).absolute() if config else _etc_config(scope),
        browser=browser,
    )
    if sys.platform == "darwin":
        if scope == "system":
            raise click.UsageError("on a Mac there is only --user", ctx)
        plan = agent_plan(program, home=Path.home())
    elif scope == "system" or (scope is None and os.geteuid() == 0):
        plan = system_plan(program)
    else:
        plan = user_plan(program, home=Path.home())
    if show:
        for path, text in plan.files:
            click.echo(f"# {path}\n{text}")
        return
    for path in write(plan):
        click.echo(f"wrote {path}")
    click.echo("now run:")
    for line in plan.then:
        click.echo(f"  {line}")


def _etc_config(scope: str | None) -> Path | None:
    """Return the machine's settings file, where there is one and the service is the machine's."""
    place = Path("/etc/clausewatch/clausewatch.toml")
    of_machine = scope == "system" or (scope is None and os.geteuid() == 0)
    return place if of_machine and sys.platform != "darwin" and place.is_file() else None
