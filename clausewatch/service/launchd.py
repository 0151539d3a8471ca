"""The property list that macOS reads to keep a user's service alive. Pure.

Source: launchd.plist(5).
"""

import plistlib
from pathlib import PurePath

from clausewatch.service.systemd import Program

__all__ = ["LABEL", "agent"]

LABEL = "org.clausewatch.run"


def agent(program: Program, *, log: PurePath) -> str:
    """Return the agent of one user: started at log-in, started again when it fails."""
    config = ["--config", str(program.config)] if program.config else []
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": [str(program.python), "-m", "clausewatch", *config, "run"],
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 15,
            "ExitTimeOut": 20,  # a stop takes ten seconds at most
            "ProcessType": "Background",
            "Umask": 0o077,
            "StandardErrorPath": str(log),
        }
    ).decode()
