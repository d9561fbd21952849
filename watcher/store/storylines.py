"""Which stored items tell one story; asked only of items that matched."""

import json

from watcher.models import Item
from watcher.store.connection import Connection
from watcher.store.items import ITEM_COLUMNS, ITEMS_OF_FEEDS, item_of
from watcher.stories import are_one_story, bands

STORY_LASTS_DAYS = 3
"""A copy comes within days of the first item with these words; later they are another story (a
weekly column, say)."""
_MOST_COMPARED = 50
"""So many items that may be alike are, the latest: alerts made all the same way are thousands."""


def join_story(db: Connection, item: Item) -> None:
    """Find the story of an item that matched for the first time, or let it begin one."""
    if db.value("SELECT story_id FROM items WHERE id = ?", (item.id,)) is not None:
        return
    item_bands = bands(item)
    story_id = _story_like(db, item, item_bands) or item.id
    db.execute("UPDATE items SET story_id = ? WHERE id = ?", (story_id, item.id))
    _keep_bands(db, item, story_id, item_bands)


def _keep_bands(
    db: Connection, item: Item, story_id: str | int, item_bands: tuple[int, ...]
) -> None:
    """Keep the bands that its story has not yet: a thousand copies have hardly more than one."""
    db.execute(
        """INSERT INTO story_bands SELECT DISTINCT value, ? FROM json_each(?)
            WHERE NOT EXISTS (SELECT 1 FROM story_bands JOIN items ON id = item_id
                WHERE band = value AND story_id = ?)""",
        (item.id, json.dumps(item_bands), story_id),
    )


def _story_like(db: Connection, item: Item, item_bands: tuple[int, ...]) -> int | None:
    rows = db.rows(
        f"""SELECT {ITEM_COLUMNS} FROM {ITEMS_OF_FEEDS} JOIN items own ON own.id = ?
            WHERE i.id IN (SELECT DISTINCT item_id FROM story_bands
                WHERE band IN (SELECT value FROM json_each(?)) ORDER BY item_id DESC LIMIT ?)
            AND abs(julianday(i.seen_at) - julianday(own.seen_at)) <= ? ORDER BY i.id""",
        (item.id, json.dumps(item_bands), _MOST_COMPARED, STORY_LASTS_DAYS),
    )
    return next((row["story_id"] for row in rows if are_one_story(item, item_of(row))), None)
