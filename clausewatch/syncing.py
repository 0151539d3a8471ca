"""A watchlist file made true: the policies and subscriptions that it declares, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clausewatch.subscription_entries import read_subscriptions
from clausewatch.watchlist import read_watchlist
from storage.engine import Store
from storage.policies import apply_sync, list_policies
from storage.subscription_sync import SubscriptionPlan, apply_subscriptions, plan_subscriptions
from storage.subscriptions import list_subscriptions
from storage.watchlist import SyncPlan, plan_sync

__all__ = ["Synced", "sync_file"]


@dataclass(frozen=True, slots=True)
class Synced:
    """What changes, or would. `subscriptions`: None where the file declares none."""

    policies: SyncPlan
    subscriptions: SubscriptionPlan | None


def sync_file(store: Store, file: Path, *, now: datetime, dry_run: bool = False) -> Synced:
    """Make what is watched, and who hears of it, what `file` declares: all of it or nothing.

    Raises SettingsError or BadValue for what is wrong with the file.
    """
    wanted, readers = read_watchlist(file), read_subscriptions(file)
    with store.writing() as session:
        plan = plan_sync(list_policies(session, include_retired=True), wanted)
        if not dry_run:
            apply_sync(session, plan, now=now)
        if readers is None:
            return Synced(plan, None)
        policies = list_policies(session, include_retired=True)
        rows = list_subscriptions(session, include_ended=True)
        coming = [entry.name for entry in plan.add if entry.name]
        heard = plan_subscriptions(rows, readers, policies, coming=coming)
        if not dry_run:
            apply_subscriptions(session, heard, policies, now=now)
        return Synced(plan, heard)
