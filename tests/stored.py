"""What tests of the store write into it before they look."""

import dataclasses
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.models import Evidence, Feed, Gap, Item, Match, Origin, PollStats, Subscription, Topic
from watcher.nodes import Term
from watcher.store import Added, PollRecord, SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
URL = "https://a.example/f"
LIVE = "https://news.example/live"
SHIP = "A ship ran aground off the northern cape, its crew of nine is safe, the coast guard says"
RAIL = "Railway workers will strike on Monday after talks about shifts ended without any result"


def subscribe(store: SqliteStore, *urls: str) -> list[Feed]:
    store.sync_feeds([Subscription(url=url) for url in urls], now=NOW, spread_s=0)
    return [feed_at(store, url) for url in urls]


def record(**changes: object) -> PollRecord:
    plain = PollRecord(polled_at=NOW, next_poll_at=NOW + HOUR, stats=PollStats())
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]  # any of its fields


@contextmanager
def no_room() -> Iterator[None]:
    """Let this process write no byte to any file, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def gap(from_age: float, to_age: float, found_by: str) -> Gap:
    """Make a gap from so many hours ago to so many."""
    return Gap(from_at=NOW - from_age * HOUR, to_at=NOW - to_age * HOUR, found_by=found_by)


def feed_at(store: SqliteStore, url: str) -> Feed:
    """Find the feed that was subscribed at an address."""
    return next(row.feed for row in store.feeds() if row.feed.subscribed_url == url)


def the_feed(store: SqliteStore) -> Feed:
    return feed_at(store, URL)


def add(store: SqliteStore, *guids: object, now: datetime = NOW) -> tuple[Item, ...]:
    items = [Item(guid=str(guid)) for guid in guids]
    return store.add_new_items(the_feed(store), items, now=now).new


def news(number: int, **changes: object) -> Item:
    """Make an item published so many hours ago that has all it may be known by."""
    item = Item(
        guid=f"guid-{number}",
        link=f"https://news.example/{number}",
        title=f"Title {number}",
        published_at=NOW - number * HOUR,
    )
    return dataclasses.replace(item, **changes)  # type: ignore[arg-type]  # any of its fields


def show(store: SqliteStore, *items: Item, are_all: bool = True) -> Added:
    """Add the items of a document."""
    return store.add_new_items(the_feed(store), items, are_all=are_all, now=NOW)


def titles(added: Added) -> list[str]:
    """Name the items that are new."""
    return [item.title for item in added.new]


def log(store: SqliteStore, *items: Item, now: datetime = NOW) -> None:
    store.log_matches(
        [(item, Match("t", tuple[Evidence, ...])) for item in items],
        topics={"t": Topic(id="t", query=Term("x"), version="1", notify=("desk",))},
        origin=Origin.LIVE,
        now=now,
        notify=True,
    )


def is_whole(database: Path) -> bool:
    """Tell whether the file is sound, and every row it refers to is there."""
    with closing(sqlite3.connect(database)) as db:
        is_sound = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return is_sound and not db.execute("PRAGMA foreign_key_check").fetchall()


def prune(
    store: SqliteStore,
    now: datetime,
    *,
    items: timedelta = 90 * DAY,
    dismissed: timedelta = 365 * DAY,
) -> None:
    """Take all steps of a pruning."""
    for _ in store.pruning(now=now, items_older_than=items, dismissed_older_than=dismissed):
        pass
