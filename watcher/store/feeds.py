"""Subscribed feeds, read: one, some, all with their health."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.errors import StoreError
from watcher.hosts import plain_address, with_scheme
from watcher.models import Feed, Validators
from watcher.safe import without_credentials
from watcher.store.columns import hints, moment, stats, tags
from watcher.store.connection import Connection
from watcher.store.views import FEED_STATE, ITEMS_PER_DAY, REMOVED

_FEED = """SELECT f.*, s.*, d.* FROM feeds f JOIN schedule s ON s.feed_id = f.id
    JOIN documents d ON d.feed_id = f.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed is; `state` is one of `new`, `ok`, `failing`, `gone`, `paused`."""

    feed: Feed
    state: str
    failures: int
    error_kind: str | None
    error: str | None
    items_per_day: float | None
    gaps: int
    rests_until: datetime | None
    """How long its registrable domain rests or has rested."""
    site: str


def feed_of(row: sqlite3.Row) -> Feed:
    """Read a feed from a row of feeds, schedule and documents."""
    return Feed(
        id=row["id"],
        url=row["url"],
        subscribed_url=row["subscribed_url"],
        title=row["title"],
        outlet=row["outlet"],
        country=row["country"],
        language=row["language"],
        kind=row["kind"],
        group=row["group_name"],
        tags=tags(row["tags"]),
        validators=Validators(
            etag=row["etag"],
            last_modified=row["last_modified"],
            url=row["document_url"],
            body_hash=row["body_hash"],
        ),
        hints=hints(row["hints"]),
        stats=stats(row["stats"]),
        memory=row["memory"],
        next_poll_at=moment(row["next_poll_at"]),
        last_polled_at=moment(row["last_polled_at"]),
        first_success_at=moment(row["first_success_at"]),
        last_success_at=moment(row["last_success_at"]),
        last_document_at=moment(row["last_document_at"]),
        moved_to=row["moved_to"],
        moved_times=row["moved_times"],
        gone_times=row["gone_times"],
        newest_at=moment(row["newest_at"]),
    )


def feeds_by_id(db: Connection, ids: Sequence[int]) -> list[Feed]:
    """Read these feeds, in the order asked for."""
    rows = db.rows(
        f"{_FEED} WHERE f.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    by_id = {row["id"]: feed_of(row) for row in rows}
    return [by_id[feed_id] for feed_id in ids if feed_id in by_id]


def find_feed(db: Connection, url: str) -> Feed | None:
    """Find a feed by its address: where it is polled, was subscribed, or once was."""
    row = db.row(
        f"""{_FEED} WHERE s.paused_by <> '{REMOVED}' AND (f.url = :url OR f.subscribed_url = :url
            OR f.id IN (SELECT feed_id FROM feed_moves WHERE url = :url))
            ORDER BY f.url <> :url, f.subscribed_url <> :url LIMIT 1""",
        {"url": url},
    )
    return None if row is None else feed_of(row)


def get_feed(db: Connection, url: str) -> Feed:
    """Find a feed as `find_feed` does; its address may be written as people type it.

    Raises:
        StoreError: No feed has this address.
    """
    feed = find_feed(db, url) or find_feed(db, _meant(url))
    if feed is None:
        raise StoreError(
            f"{without_credentials(url)}: no such feed is subscribed; "
            "`watcher feeds list` shows them all"
        )
    return feed


def _meant(url: str) -> str:
    try:
        return plain_address(with_scheme(url))
    except ValueError:
        return url


def list_feeds(db: Connection) -> Iterator[FeedHealth]:
    """List all feeds with their health, by outlet and address."""
    rows = db.rows(
        f"""SELECT f.*, s.*, d.*, {FEED_STATE} AS state, {ITEMS_PER_DAY} AS items_per_day,
            (SELECT count(*) FROM gaps g WHERE g.feed_id = f.id) AS gaps,
            until_at FROM feeds f JOIN schedule s ON s.feed_id = f.id
            JOIN documents d ON d.feed_id = f.id LEFT JOIN rests USING (domain)
            WHERE s.paused_by <> '{REMOVED}' ORDER BY f.outlet, f.url"""
    )
    for row in rows:
        yield FeedHealth(
            feed=feed_of(row),
            state=row["state"],
            failures=row["failures"],
            error_kind=row["error_kind"],
            error=row["error"],
            items_per_day=row["items_per_day"],
            gaps=row["gaps"],
            rests_until=moment(row["until_at"]),
            site=row["site"],
        )
