"""How much memory a process and its descendants hold, where the system says so (Linux).

Elsewhere the bound on a page's memory is the one that the browser itself keeps for scripts.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["memory_of"]

_MOST = 200  # processes looked at


def memory_of(pid: int) -> int | None:
    """Return the bytes that `pid` and its descendants share with nobody; None where unknown."""
    total, todo, seen = 0, [pid], 0
    while todo and seen < _MOST:
        one = todo.pop()
        seen += 1
        try:
            resident, shared = map(int, Path(f"/proc/{one}/statm").read_text().split()[1:3])
            # A child is listed with the thread that began it.
            tasks = [*Path(f"/proc/{one}/task").iterdir()]
            children = [pid for task in tasks for pid in (task / "children").read_text().split()]
        except (OSError, ValueError):
            if one == pid:
                return None
            continue  # it ended meanwhile
        total += (resident - shared) * os.sysconf("SC_PAGE_SIZE")
        todo += map(int, children)
    return total
