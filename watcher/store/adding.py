"""What a document adds to the store: its new items, once each, and what was rewritten."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.clock import moment_text
from watcher.models import Feed, Item
from watcher.store.columns import moment, tags, tags_text
from watcher.store.connection import Connection
from watcher.store.identity import Keys, Repeats, text_hash
from watcher.store.items import ITEMS_OF_FEEDS
from watcher.store.known import (
    Sorted,
    begin_of_day,
    drop_old_names,
    insert_keys,
    kept_names,
    sort_items,
)
from watcher.store.protocol import Added
from watcher.store.reused import Known
from watcher.store.views import ITEM_LANGUAGE

_INSERT = """INSERT INTO items (id, feed_id, seen_at, published_at, language, title, link, guid,
    author, tags, summary, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_REWRITE = """UPDATE items SET title = ?, summary = ?, content = ?, author = ?, language = ?,
    tags = ?, link = coalesce(nullif(?, ''), link) WHERE id = ?
    RETURNING seen_at, published_at, link"""
_KEEP_TEXTS = f"""UPDATE matches SET texts = (SELECT json_object('title', i.title,
    'summary', summary, 'content', content, 'author', author, 'link', link,
    'language', {ITEM_LANGUAGE}, 'tags', i.tags) FROM {ITEMS_OF_FEEDS} WHERE i.id = item_id)
    WHERE item_id = ? AND texts IS NULL"""


class Arriving:
    """A document's items on their way into the store; the parts come in its order.

    What it names anew is noted at once. They come back with the facts of their feed; of these only
    what is their own is stored.
    """

    def __init__(
        self, db: Connection, feed: Feed, items: Sequence[Item], *, now: datetime, are_all: bool
    ) -> None:
        self._db, self._feed, self._now = db, feed, now
        self._found = Sorted(frozenset())
        self._changed: list[tuple[Keys, Known]] = []
        self._stored = self._rewritten = 0
        if not items:
            return
        with db.writing():
            self._found = found = sort_items(db, feed, items, are_all=are_all, now=now)
            insert_keys(db, feed.id, found.renamed, found.repeats, now)
            drop_old_names(db, feed.id, found)
        self._changed = _changed(db, feed, found)

    @property
    def new(self) -> list[Item]:
        return [key.item for key in self._found.new]

    @property
    def known(self) -> tuple[int, ...]:
        return tuple(before.item_id for _, before in self._found.known)

    @property
    def are_in(self) -> bool:
        found = self._found
        return self._stored == len(found.new) and self._rewritten == len(self._changed)

    def store_some(self, most: int = sys.maxsize) -> Added:
        """Store the next so many of those that are new or rewritten, and tell them."""
        new = self._found.new[self._stored :][:most]
        changed = self._changed[self._rewritten :][: most - len(new)]
        self._stored += len(new)
        self._rewritten += len(changed)
        db, feed, repeats = self._db, self._feed, self._found.repeats
        with db.writing():
            return Added(
                new=_insert(db, feed, new, repeats=repeats, now=self._now),
                rewritten=_rewrite(db, feed, changed, repeats=repeats),
            )


def add_new_items(
    db: Connection, feed: Feed, items: Sequence[Item], *, now: datetime, are_all: bool = False
) -> Added:
    """Store the items not known of this feed, and what changed in those known."""
    if not items:
        return Added()
    with db.writing():
        arriving = Arriving(db, feed, items, now=now, are_all=are_all)
        return replace(arriving.store_some(), known=arriving.known)


def _insert(
    db: Connection, feed: Feed, keys: Sequence[Keys], *, repeats: Repeats, now: datetime
) -> tuple[Item, ...]:
    if not keys:
        return ()
    first = int(db.value("SELECT seq FROM sqlite_sequence WHERE name = 'items'") or 0) + 1
    numbered = list(enumerate(keys, first))
    seen_at = moment_text(now)
    db.executemany(_INSERT, [_row(feed, key.item, number, seen_at) for number, key in numbered])
    insert_keys(db, feed.id, numbered, repeats, now)
    return tuple(_told_of(feed, key.item, number, now) for number, key in numbered)


def _told_of(feed: Feed, item: Item, number: int, seen_at: datetime) -> Item:
    """Join an item with its number and the facts of its feed."""
    return replace(
        item,
        id=number,
        feed=feed.url,
        feed_given="" if feed.subscribed_url == feed.url else feed.subscribed_url,
        outlet=feed.outlet or feed.title,
        group=feed.group,
        country=feed.country,
        language=item.language or feed.language,
        tags=(*feed.tags, *_own_tags(feed, item.tags)),
        seen_at=seen_at,
    )


def _row(feed: Feed, item: Item, number: int, seen_at: str) -> tuple[object, ...]:
    return (
        number,
        feed.id,
        seen_at,
        moment_text(item.published_at),
        item.language,
        item.title,
        item.link,
        item.guid,
        item.author,
        tags_text(_own_tags(feed, item.tags)),
        item.summary,
        item.content,
    )


def _changed(db: Connection, feed: Feed, found: Sorted) -> list[tuple[Keys, Known]]:
    """Tell which known items have other texts or tags than before."""
    stored_tags = _stored_tags(db, feed, [before.item_id for _, before in found.known])
    return [
        (key, before)
        for key, before in found.known
        if text_hash(key.item) != before.text_hash
        or stored_tags.get(before.item_id) not in {None, frozenset(_own_tags(feed, key.item.tags))}
    ]


def _rewrite(
    db: Connection, feed: Feed, changed: Sequence[tuple[Keys, Known]], *, repeats: Repeats
) -> tuple[Item, ...]:
    """Store what was rewritten, also of items whose rows are gone; told as it is stored now.

    The date stays the one first seen, a link until there is another. Matches keep what they were
    found in: their evidence says where in these texts.
    """
    kept: list[Item] = []
    for key, before in changed:
        item, text, item_id = key.item, text_hash(key.item), before.item_id
        db.executemany(
            "UPDATE item_keys SET text_hash = ? WHERE feed_id = ? AND key = ?",
            [(text, feed.id, name) for name in kept_names(key, repeats)],
        )
        db.execute(_KEEP_TEXTS, (item_id,))
        texts = (item.title, item.summary, item.content, item.author)
        own_tags = tags_text(_own_tags(feed, item.tags))
        row = db.row(_REWRITE, (*texts, item.language, own_tags, item.link, item_id))
        if row is None:
            seen_at = begin_of_day(before.seen_on)
            db.execute(_INSERT, _row(feed, item, item_id, moment_text(seen_at)))
        else:
            seen_at = moment(row["seen_at"])
            item = replace(item, published_at=moment(row["published_at"]), link=row["link"])
        kept.append(_told_of(feed, item, item_id, seen_at))
    return tuple(kept)


def _stored_tags(db: Connection, feed: Feed, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    """Read the own tags of items, by number; retention may have dropped some."""
    rows = db.rows(
        "SELECT id, tags FROM items WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return {row["id"]: frozenset(_own_tags(feed, tags(row["tags"]))) for row in rows}


def _own_tags(feed: Feed, told: Sequence[str]) -> list[str]:
    """Leave out the tags that all items of the feed have."""
    return [tag for tag in told if tag not in feed.tags]
