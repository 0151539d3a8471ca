"""Which service files go where, and what a person runs next. Writes files, starts nothing."""

from dataclasses import dataclass
from pathlib import Path

from clausewatch.service import launchd, systemd
from clausewatch.service.systemd import NAME, Program

__all__ = ["Plan", "agent_plan", "system_plan", "user_plan", "write"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`files` with their texts; `then`: the commands that a person runs next, in order."""

    files: tuple[tuple[Path, str], ...]
    then: tuple[str, ...]


def system_plan(program: Program, *, root: Path = Path("/")) -> Plan:
    """Return the service of a whole machine, to be written as root."""
    units = root / "etc" / "systemd" / "system"
    return Plan(
        (
            (units / f"{NAME}.service", systemd.system_service(program)),
            (
                units / f"{NAME}-backup.service",
                systemd.backup_service(program, folder=f"%S/{NAME}/backups", system=True),
            ),
            (units / f"{NAME}-backup.timer", systemd.backup_timer()),
        ),
        (
            "systemctl daemon-reload",
            f"systemctl enable --now {NAME}.service {NAME}-backup.timer",
            f"systemctl status {NAME}",
            f"journalctl -u {NAME} -f",
        ),
    )


def user_plan(program: Program, *, home: Path) -> Plan:
    """Return the service of one user of a Linux machine."""
    units = home / ".config" / "systemd" / "user"
    backups = f"%h/.local/share/{NAME}/backups"
    return Plan(
        (
            (units / f"{NAME}.service", systemd.user_service(program)),
            (
                units / f"{NAME}-backup.service",
                systemd.backup_service(program, folder=backups, system=False),
            ),
            (units / f"{NAME}-backup.timer", systemd.backup_timer()),
        ),
        (
            "systemctl --user daemon-reload",
            f"systemctl --user enable --now {NAME}.service {NAME}-backup.timer",
            "loginctl enable-linger",
            f"systemctl --user status {NAME}",
        ),
    )


def agent_plan(program: Program, *, home: Path) -> Plan:
    """Return the agent of one user of a Mac."""
    place = home / "Library" / "LaunchAgents" / f"{launchd.LABEL}.plist"
    log = home / "Library" / "Logs" / f"{NAME}.log"
    return Plan(
        ((place, launchd.agent(program, log=log)),),
        (
            f"launchctl bootstrap gui/$(id -u) '{place}'",
            f"launchctl print gui/$(id -u)/{launchd.LABEL}",
            f"tail -f '{log}'",
        ),
    )


def write(plan: Plan) -> list[Path]:
    """Write the files that are not there as they should be, and return which those were."""
    written = []
    for path, text in plan.files:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
