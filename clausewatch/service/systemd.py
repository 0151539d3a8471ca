"""The unit files that systemd reads. Pure: what was found out becomes text.

The machine's own service runs as a user that exists only while it runs, sees no
home folders and may write to its state folder alone. A user's service has the
user's rights, for a desk or a server without root.

Source: systemd.exec(5), systemd.service(5); `systemd-analyze security` judges the result.
"""

from dataclasses import dataclass
from pathlib import PurePath

__all__ = ["NAME", "Program", "backup_service", "backup_timer", "system_service", "user_service"]

NAME = "clausewatch"

# What the crawl, PDFium and SQLite do without. A browser compiles code while it runs and keeps its
# own sandbox, so it cannot do with the lines of the second list.
_HARDENED = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome={protect_home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
IPAddressDeny=link-local multicast
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
UMask=0077
"""
_WITHOUT_BROWSER = """\
PrivateUsers=yes
RestrictNamespaces=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""


@dataclass(frozen=True, slots=True)
class Program:
    """How the service starts: the interpreter, and the settings file or None for the default.

    `browser`: pages are also read with Chromium, which needs more than the rest.
    """

    python: PurePath
    config: PurePath | None = None
    browser: bool = False

    def command(self, *arguments: str) -> str:
        """Return a line for ExecStart, with what systemd would take for its own signs escaped."""
        config = ("--config", str(self.config)) if self.config else ()
        words = (str(self.python), "-m", "clausewatch", *config, *arguments)
        return " ".join(map(_quoted, words))


def system_service(program: Program) -> str:
    """Return the unit of a whole machine: state under /var/lib, settings under /etc."""
    # Python of a home folder must be readable; nothing there is ever writable.
    in_home = program.python.parts[1:2] in (("home",), ("root",))
    hardened = _HARDENED.format(protect_home="read-only" if in_home else "yes")
    return (
        _unit("After=network-online.target\nWants=network-online.target\n")
        + _service(program)
        + "DynamicUser=yes\n"
        + _state()
        + hardened
        + ("" if program.browser else _WITHOUT_BROWSER)
        + "\n[Install]\nWantedBy=multi-user.target\n"
    )


def user_service(program: Program) -> str:
    """Return the unit of one user: settings and database where the program keeps them."""
    return (
        _unit("")
        + _service(program)
        + "NoNewPrivileges=yes\nUMask=0077\n"
        + "\n[Install]\nWantedBy=default.target\n"
    )


def backup_service(program: Program, *, folder: str, system: bool) -> str:
    """Return the unit that makes one checked backup into `folder`, and ends."""
    body = (
        "[Unit]\nDescription=Clausewatch: a checked copy of the database\n\n"
        "[Service]\nType=oneshot\n"
        # The folder is systemd's own to fill in (%S, %h), so it is not escaped.
        f"ExecStart={program.command('backup', '--keep', '14', '--into')} {folder}\n"
        "Nice=10\nIOSchedulingClass=idle\n"
    )
    if not system:
        return body + "NoNewPrivileges=yes\nUMask=0077\n"
    hardened = _HARDENED.format(protect_home="read-only")
    return body + "DynamicUser=yes\n" + _state() + hardened + _WITHOUT_BROWSER


def backup_timer() -> str:
    """Return the timer of the backups: every night, made up for when the machine was off."""
    return (
        "[Unit]\nDescription=Clausewatch: a copy of the database every night\n\n"
        "[Timer]\nOnCalendar=*-*-* 03:30\nRandomizedDelaySec=30min\nPersistent=yes\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _unit(order: str) -> str:
    return (
        "[Unit]\n"
        "Description=Clausewatch: watches privacy policies and tells what changed\n"
        f"{order}"
        # Settings that cannot be read do not get better by starting again and again.
        "StartLimitIntervalSec=10min\nStartLimitBurst=10\n\n"
    )


def _service(program: Program) -> str:
    return (
        "[Service]\n"
        "Type=notify\nNotifyAccess=main\n"
        f"ExecStart={program.command('run')}\n"
        "ExecReload=/bin/kill -HUP $MAINPID\n"
        "Restart=on-failure\nRestartSec=15s\n"
        # 2: a mistake in the settings, 3: the database; a person must look first.
        "RestartPreventExitStatus=2 3\n"
        "WatchdogSec=3min\nTimeoutStartSec=15min\nTimeoutStopSec=20s\n"
        "KillMode=mixed\n"
    )


def _state() -> str:
    return (
        f"StateDirectory={NAME}\nStateDirectoryMode=0700\nConfigurationDirectory={NAME}\n"
        f"WorkingDirectory=%S/{NAME}\n"
        f"Environment=CLAUSEWATCH_DATABASE=%S/{NAME}/clausewatch.sqlite\n"
        f"Environment=CLAUSEWATCH_MAIL_FOLDER=%S/{NAME}/mails\n"
        f"EnvironmentFile=-/etc/{NAME}/environment\n"
    )


def _quoted(word: str) -> str:
    escaped = word.replace("%", "%%").replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    plain = escaped == word and word and not any(c.isspace() or c in "'\";" for c in word)
    return word if plain else f'"{escaped}"'
