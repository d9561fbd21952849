"""Care of the database: retention."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watcher.clock import moment_text
from watcher.store.connection import Connection
from watcher.store.known import day_number
from watcher.store.views import REMOVED

KEYS_KEPT = timedelta(days=400)
KEYS_KEPT_OF_A_FEED = 15_000
"""A key is forgotten when it is older, its item too, and the feed has so many newer ones: no
document shows more items (5,000, with three keys each); only what is pinned stays in it longer."""
_CHUNK = 100
_OLD_ITEMS = f"""SELECT seen_at, id FROM items WHERE (seen_at, id) > (?, ?) AND seen_at < ?
    AND NOT EXISTS (SELECT 1 FROM matches WHERE item_id = items.id)
    AND NOT EXISTS (SELECT 1 FROM schedule s WHERE s.feed_id = items.feed_id
        AND paused_by <> '{REMOVED}' AND json_extract(nullif(stats, ''), '$.news_at') <= seen_at)
    ORDER BY seen_at, id LIMIT ?"""
"""The latest news of a feed stay: by them it is told whether its next document goes on."""


def pruning(
    db: Connection, now: datetime, *, items_older_than: timedelta, dismissed_older_than: timedelta
) -> Iterator[None]:
    """Drop dismissed matches, items without matches and long useless keys, a bit at each step.

    Each step is a short transaction; between two, whoever asks for them may do other work.
    """
    yield from _drop_dismissed(db, now - dismissed_older_than)
    yield from _drop_items(db, now - items_older_than)
    yield from _forget_keys(db, now - KEYS_KEPT)


def _drop_dismissed(db: Connection, before: datetime) -> Iterator[None]:
    match_id = 0
    while True:
        with db.writing():
            rows = db.rows(
                """SELECT id FROM matches WHERE id > ? AND state = 'dismissed' AND matched_at < ?
                    ORDER BY id LIMIT ?""",
                (match_id, moment_text(before), _CHUNK),
            )
            db.executemany("DELETE FROM matches WHERE id = ?", [(row["id"],) for row in rows])
        yield
        if len(rows) < _CHUNK:
            return
        match_id = rows[-1]["id"]


def _drop_items(db: Connection, before: datetime) -> Iterator[None]:
    seen_at, item_id = "", 0
    while True:
        with db.writing():
            rows = db.rows(_OLD_ITEMS, (seen_at, item_id, moment_text(before), _CHUNK))
            db.executemany("DELETE FROM items WHERE id = ?", [(row["id"],) for row in rows])
        yield
        if len(rows) < _CHUNK:
            return
        seen_at, item_id = rows[-1]


def _forget_keys(db: Connection, before: datetime) -> Iterator[None]:
    large = db.rows(
        "SELECT feed_id FROM item_keys GROUP BY feed_id HAVING count(*) > ?",
        (KEYS_KEPT_OF_A_FEED,),
    )
    for row in large:
        with db.writing():
            db.execute(
                """DELETE FROM item_keys WHERE feed_id = :feed AND seen_on < :day
                    AND item_id > 0 AND item_id <
                    (SELECT item_id FROM item_keys WHERE feed_id = :feed
                     ORDER BY item_id DESC LIMIT 1 OFFSET :kept)
                    AND NOT EXISTS (SELECT 1 FROM items WHERE id = item_id)""",
                {"feed": row["feed_id"], "day": day_number(before), "kept": KEYS_KEPT_OF_A_FEED},
            )
        yield
