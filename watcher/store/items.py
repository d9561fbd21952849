"""Stored items, read again."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from watcher.clock import moment_text
from watcher.models import Item
from watcher.store.columns import moment, tags
from watcher.store.connection import Connection
from watcher.store.views import ITEM_LANGUAGE, OUTLET

ITEM_COLUMNS = f"""i.id AS item_id, i.seen_at, i.published_at, i.story_id,
    {ITEM_LANGUAGE} AS language, i.title, i.link, i.guid, i.author, i.tags, i.summary, i.content,
    f.url AS feed_url, iif(f.subscribed_url = f.url, '', f.subscribed_url) AS feed_given,
    {OUTLET} AS outlet, f.group_name, f.country, f.tags AS feed_tags"""
"""What `item_of` reads, from `items i` joined with `feeds f`."""

_LAST = 2**63 - 1

ITEMS_OF_FEEDS = "items i JOIN feeds f ON f.id = i.feed_id"


def item_of(row: sqlite3.Row | Mapping[str, Any]) -> Item:
    """Read an item from a row of `ITEM_COLUMNS`."""
    return Item(
        id=row["item_id"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        author=row["author"],
        guid=row["guid"],
        link=row["link"],
        language=row["language"],
        published_at=moment(row["published_at"]),
        seen_at=moment(row["seen_at"]),
        outlet=row["outlet"],
        feed=row["feed_url"],
        feed_given=row["feed_given"],
        group=row["group_name"],
        country=row["country"],
        tags=tags(row["feed_tags"]) + tags(row["tags"]),
    )


def find_item(db: Connection, item_id: int) -> Item | None:
    """Read one item; `None` if there is none of this number."""
    row = db.row(f"SELECT {ITEM_COLUMNS} FROM {ITEMS_OF_FEEDS} WHERE i.id = ?", (item_id,))
    return None if row is None else item_of(row)


def read_items(
    db: Connection, *, since: datetime | None, after_id: int, up_to_id: int | None, chunk: int
) -> Iterator[list[Item]]:
    """Read the items from the first one seen at `since` or later on, by number, in chunks.

    Where a clock was set back, some of them were seen before: a run without holes is compared.
    """
    after_id = max(after_id, last_before(db, since))
    while rows := db.rows(
        f"SELECT {ITEM_COLUMNS} FROM {ITEMS_OF_FEEDS} WHERE i.id > ? AND i.id <= ?"
        " ORDER BY i.id LIMIT ?",
        (after_id, _LAST if up_to_id is None else up_to_id, chunk),
    ):
        yield [item_of(row) for row in rows]
        after_id = rows[-1]["item_id"]


def latest_items(db: Connection, limit: int) -> list[Item]:
    """Read the items seen last, the latest first."""
    rows = db.rows(
        f"SELECT {ITEM_COLUMNS} FROM {ITEMS_OF_FEEDS} ORDER BY i.id DESC LIMIT ?", (limit,)
    )
    return [item_of(row) for row in rows]


def last_before(db: Connection, since: datetime | None) -> int:
    """Tell a number with only items behind it that were first seen before `since`; 0 for none."""
    if since is None:
        return 0
    first = db.value(
        "SELECT min(id) FROM items INDEXED BY items_seen WHERE seen_at >= ?", (moment_text(since),)
    )
    return _LAST if first is None else int(first) - 1


def count_items(db: Connection, since: datetime | None) -> int:
    """Count the items first seen at `since` or later; all of them without it."""
    return int(
        db.value("SELECT count(*) FROM items WHERE seen_at >= ?", (moment_text(since) or "",))
    )
