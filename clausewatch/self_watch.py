"""What the settings say about watching over ourselves, as the rules that `alerts.health` takes."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.health_values import HealthRules
    from clausewatch.config import Settings

__all__ = ["free_on_disk", "health_rules"]


def health_rules(settings: "Settings") -> "HealthRules":
    """Return from when on something is wrong."""
    from alerts.health_values import HealthRules

    notices = settings.notices
    return HealthRules(
        failing_times=notices.failing_times,
        failing_for=notices.failing_for,
        outbox_for=notices.outbox_for,
        overdue_for=notices.overdue_for,
        disk_free=notices.disk_free,
        network_share=notices.network_share,
    )


def free_on_disk(database: str) -> int | None:
    """Return the bytes free where a database file lies; None for a database elsewhere."""
    folder = Path(database).parent
    return shutil.disk_usage(folder).free if folder.is_dir() else None
