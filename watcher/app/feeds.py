"""Subscriptions as the doors see them: listed with why, added, removed, imported, exported."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.app.core import FIRST_POLLS_SPREAD_S, MANY_FEEDS, App
from watcher.catalogue import Catalogue, read_catalogue, write_catalogue
from watcher.clock import utc_now
from watcher.models import FeedOptions, Subscription
from watcher.store import FeedHealth

if TYPE_CHECKING:
    from watcher.fetch import Candidate
    from watcher.models import Document, Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import; `catalogue` says what was not taken, and why."""

    added: int
    known: int
    catalogue: Catalogue


def feed_rows(app: App) -> list[tuple[FeedHealth, str]]:
    """List the feeds, each with why it is polled next when it is, and if it is unverified."""
    with app.reader() as store:
        return [(row, _why(app, row)) for row in store.feeds()]


def _why(app: App, row: FeedHealth) -> str:
    options = app.options_of(row.feed)
    waits = "not at all" if row.state == "paused" else _why_then(row, options)
    return waits if options.verify else f"{waits}; certificate unverified"


def _why_then(row: FeedHealth, options: FeedOptions) -> str:
    from watcher.schedule import why  # noqa: PLC0415

    feed = row.feed
    if row.rests_until and row.rests_until > max(feed.next_poll_at, utc_now()):
        return f"its host rests until {row.rests_until:%Y-%m-%d %H:%M} UTC"
    wait = feed.next_poll_at - feed.last_polled_at if feed.last_polled_at else timedelta(0)
    return why(feed.stats, feed.hints, wait, options=options)


def look(app: App, url: str) -> "tuple[Fetched, Document]":
    """Fetch the feed at an address, once, and parse it; nothing is stored.

    Raises:
        FeedError: No document came, or it is no feed.
    """

    async def go() -> "tuple[Fetched, Document]":
        async with app.looker() as looker:
            return await looker.look(url)

    return asyncio.run(go())


def feeds_of(app: App, url: str) -> "list[Candidate]":
    """Find the feeds of a page.

    Raises:
        FetchError: The page cannot be had.
    """

    async def go() -> "list[Candidate]":
        async with app.looker() as looker:
            return await looker.feeds_of(url)

    return asyncio.run(go())


def add_feed(app: App, url: str, **facts: Any) -> tuple[str, bool, str]:
    """Subscribe the feed at an address, or the one its page names.

    Returns the address subscribed, whether it is new, and a warning (mostly empty).

    Raises:
        WatcherError: There is no feed, or several: the message lists them.
    """

    async def go() -> tuple[str, str]:
        async with app.looker() as looker:
            return await looker.feed_to_add(url)

    found, warning = asyncio.run(go())
    with app.writer() as store:
        added = store.add_feed(Subscription(url=found, **facts), now=utc_now())
    return found, added, warning


def import_feeds(app: App, file: Path) -> Imported:
    """Subscribe every feed of an OPML file, as if each were added by hand.

    Raises:
        ConfigError: The file cannot be read as OPML.
    """
    catalogue = read_catalogue(file)
    found = [replace(listed, catalogue="") for listed in catalogue.subscriptions]
    with app.writer() as store:
        added = store.add_feeds(found, now=utc_now(), spread_s=FIRST_POLLS_SPREAD_S, few=MANY_FEEDS)
    return Imported(added=added, known=len(found) - added, catalogue=catalogue)


def export_feeds(app: App) -> str:
    """Write all subscribed feeds as OPML."""
    with app.reader() as store:
        subscriptions = [_subscription(row) for row in store.feeds()]
    return write_catalogue(subscriptions, title="Feeds of the watcher", now=utc_now())


def _subscription(row: FeedHealth) -> Subscription:
    feed = row.feed
    return Subscription(
        url=feed.url,
        title=feed.title,
        outlet=feed.outlet,
        site=row.site,
        country=feed.country,
        language=feed.language,
        kind=feed.kind,
        group=feed.group,
        tags=feed.tags,
    )
