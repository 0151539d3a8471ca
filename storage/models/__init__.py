"""The tables: facts that are kept as they were, and what the analysis made of them.

    base      what all tables share
    watching  what is watched, and how we behave towards its servers
    fetches   what was fetched: facts, and the ends of their chains
    texts     what the analysis made of bodies
    telling   who is told what: subscriptions, and the facts of what was told
    archives  where the work with web archives stands

A SQLModel table class does not validate: rows are built from checked values.
All instants are aware UTC datetimes. No relationships: rows name each other by
id, and `storage.history` joins them. Import every table from here: all of them are to
be known where one is used, for they name each other.
"""

from storage.models.archives import Alias, Archived, Backfill, Pace, SaveRequest
from storage.models.base import Row
from storage.models.fetches import Body, ChainHead, Dropped, Fetch
from storage.models.telling import (
    Alert,
    AlertSummary,
    Attempt,
    Delivery,
    Digest,
    Feedback,
    Installation,
    Notice,
    Silence,
    Subscription,
)
from storage.models.texts import (
    Change,
    Finding,
    RebuildPass,
    SearchedText,
    Sighting,
    Snapshot,
    SnapshotText,
)
from storage.models.watching import Host, Policy, RobotsCopy

__all__ = [
    "Alert",
    "AlertSummary",
    "Alias",
    "Archived",
    "Attempt",
    "Backfill",
    "Body",
    "ChainHead",
    "Change",
    "Delivery",
    "Digest",
    "Dropped",
    "Feedback",
    "Fetch",
    "Finding",
    "Host",
    "Installation",
    "Notice",
    "Pace",
    "Policy",
    "RebuildPass",
    "RobotsCopy",
    "Row",
    "SaveRequest",
    "SearchedText",
    "Sighting",
    "Silence",
    "Snapshot",
    "SnapshotText",
    "Subscription",
]
