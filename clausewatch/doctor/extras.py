"""The optional parts: whether they are there, whether anything needs them, how to get them."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from clausewatch.config import Settings
from clausewatch.doctor.finding import Finding

if TYPE_CHECKING:
    from storage.engine import Store

__all__ = ["examine_extras"]


def examine_extras(settings: Settings, store: "Store | None") -> Iterator[Finding]:
    """Judge each extra by whether the settings or the rows need it."""
    yield _browser(settings, needed=_pages_that_need_a_browser(store))
    yield _extra(
        "channels",
        ("apprise",),
        needed=any(channel.kind == "apprise" for channel in settings.channels.values()),
        why="chat services",
    )
    yield _extra(
        "cluster",
        ("psycopg", "procrastinate"),
        needed=settings.database.startswith("postgresql"),
        why="PostgreSQL and more than one machine",
    )


def _browser(settings: Settings, *, needed: int) -> Finding:
    from crawler.browser.available import browser_available

    state = browser_available(settings.crawl.browser_path)
    if state.ok:
        return Finding("browser", "ok", f"{state.version} ({state.path})")
    if needed:
        said = f"{needed} policies need one: {state.problem}"
        return Finding(
            "browser", "fail", said, "pip install 'clausewatch[browser]', and a Chromium"
        )
    return Finding("browser", "ok", f"none, and no policy needs one ({state.problem})")


def _pages_that_need_a_browser(store: "Store | None") -> int:
    if store is None:
        return 0
    from storage.policies import list_policies

    with store.reading() as session:
        return sum(
            policy.browser == "always"
            or (policy.browser == "auto" and policy.browser_needed_at is not None)
            for policy in list_policies(session)
        )


def _extra(name: str, modules: tuple[str, ...], *, needed: bool, why: str) -> Finding:
    missing = [module for module in modules if find_spec(module) is None]
    if not missing:
        return Finding(name, "ok", f"installed ({why})")
    said = f"{', '.join(missing)} not installed; {'needed' if needed else 'only'} for {why}"
    how = f"pip install 'clausewatch[{name}]'"
    return Finding(name, "fail" if needed else "ok", said, how if needed else "")
