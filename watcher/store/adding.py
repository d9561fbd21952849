"""What a document adds to the store: its new items, once each, and what was rewritten."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from watcher.clock import moment_text
from watcher.models import Feed, Item
from watcher.store.columns import moment, tags_text
from watcher.store.connection import Connection
from watcher.store.identity import (
    KINDS,
    Keys,
    Repeats,
    keys_of,
    link_key,
    repeats_within,
    text_hash,
)
from watcher.store.protocol import Added

_MIDNIGHT = "T00:00:00Z"
_MOST_SHOWN = 5_000
"""No document shows more items."""
_INSERT = """INSERT INTO items (id, feed_id, seen_at, published_at, language, title, link, guid,
    author, tags, summary, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_KEY = """INSERT INTO item_keys (feed_id, key, item_id, text_hash, seen_on)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_REWRITE = """UPDATE items SET title = ?, summary = ?, content = ?, author = ?
    WHERE id = ? RETURNING seen_at"""
_KEEP_TEXTS = """UPDATE matches SET texts = (SELECT json_object('title', title,
    'summary', summary, 'content', content, 'author', author) FROM items WHERE id = item_id)
    WHERE item_id = ? AND texts IS NULL"""


@dataclass(frozen=True, slots=True)
class _Known:
    """An item the feed has shown before; its row may be gone already."""

    item_id: int
    text_hash: int


@dataclass(slots=True)
class _Sorted:
    """A document's items: those never seen, under another name, with another text."""

    new: list[Keys] = field(default_factory=list)
    renamed: list[tuple[int, Keys]] = field(default_factory=list)
    rewritten: list[tuple[Keys, int]] = field(default_factory=list)
    known: int = 0


def add_new_items(db: Connection, feed: Feed, items: Sequence[Item], *, now: datetime) -> Added:
    """Store the items not known of this feed, and what changed in those known.

    They come back with the facts of their feed; of these only what is their own is stored. A
    feed that was removed during its poll adds nothing.
    """
    if not items:
        return Added()
    keys = [keys_of(item) for item in items]
    with db.writing():
        before = _repeats_of(db, feed.id)
        if before is None:
            return Added()
        known = _known_of(db, feed.id, keys, before)
        repeats = _repeats_with(db, keys, known, before)
        if repeats != before:
            _remember_repeats(db, feed.id, repeats)
            known |= _known_of(db, feed.id, keys, repeats)
        found = _sort(keys, known, repeats)
        new = _insert(db, feed, found.new, repeats=repeats, now=now)
        _insert_keys(db, feed.id, found.renamed, repeats, now)
        rewritten = _rewrite(db, feed, found.rewritten, repeats)
    return Added(new=new, known=found.known, overlaps=found.known > 0, rewritten=rewritten)


def unknown_items(db: Connection, feed: Feed, items: Sequence[Item]) -> list[Item]:
    """Tell which items the feed has not shown, by the identity that adding goes by."""
    repeats = _repeats_of(db, feed.id) or frozenset()
    keys = [keys_of(item) for item in items]
    known = _known_of(db, feed.id, keys, repeats)
    return [key.item for key in keys if known.keys().isdisjoint(key.all_names(repeats))]


def _repeats_of(db: Connection, feed_id: int) -> Repeats | None:
    """Tell what tells nothing in this feed, so far; `None` if there is no such feed."""
    text: str | None = db.value("SELECT repeats FROM feeds WHERE id = ?", (feed_id,))
    return None if text is None else frozenset(kind for kind in KINDS if kind in text)


def _known_of(
    db: Connection, feed_id: int, keys: Sequence[Keys], repeats: Repeats
) -> dict[int, _Known]:
    names = [name for key in keys for name in key.all_names(repeats)]
    rows = db.rows(
        "SELECT key, item_id, text_hash FROM item_keys"
        " WHERE feed_id = ? AND key IN (SELECT value FROM json_each(?))",
        (feed_id, json.dumps(names)),
    )
    return {key: _Known(item_id, text) for key, item_id, text in rows}


def _repeats_with(
    db: Connection, keys: Sequence[Keys], known: dict[int, _Known], before: Repeats
) -> Repeats:
    """Tell what tells nothing in this feed, with what its document of today shows."""
    repeats = before | repeats_within(keys)
    if "guid" not in repeats and any(_guid_means_another(db, key, known, repeats) for key in keys):
        return repeats | {"guid"}
    return repeats


def _remember_repeats(db: Connection, feed_id: int, repeats: Repeats) -> None:
    """Note what tells nothing; stored items are known by what is left from now on."""
    db.execute("UPDATE feeds SET repeats = ? WHERE id = ?", (" ".join(sorted(repeats)), feed_id))
    rows = db.rows(
        "SELECT * FROM items WHERE id IN (SELECT item_id FROM item_keys WHERE feed_id = ?)"
        " ORDER BY id DESC LIMIT ?",
        (feed_id, _MOST_SHOWN),
    )
    for row in rows:
        item = Item(
            title=row["title"],
            link=row["link"],
            guid=row["guid"],
            summary=row["summary"],
            content=row["content"],
            published_at=moment(row["published_at"]),
        )
        _insert_keys(db, feed_id, [(row["id"], keys_of(item))], repeats, moment(row["seen_at"]))


def _guid_means_another(
    db: Connection, key: Keys, known: dict[int, _Known], repeats: Repeats
) -> bool:
    """Tell whether a known guid has come with a link that is none of its item's.

    An item whose date is the same to the second has only moved; where dates tell no time, or
    there is none, its title has to be the same, too.
    """
    if key.guid not in known or key.link is None or key.link in known or "link" in repeats:
        return False
    row = db.row(
        "SELECT title, link, published_at FROM items WHERE id = ?", (known[key.guid].item_id,)
    )
    if row is None or link_key(row["link"]) is None:
        return False
    when = moment_text(key.item.published_at)
    tells_time = when is not None and not when.endswith(_MIDNIGHT)
    has_moved = row["published_at"] == when and (tells_time or row["title"] == key.item.title)
    return not has_moved


def _sort(keys: Sequence[Keys], known: dict[int, _Known], repeats: Repeats) -> _Sorted:
    found = _Sorted()
    shown: set[int] = set()
    for key in keys:
        own, names = key.names(repeats), key.all_names(repeats)
        if not shown.isdisjoint(own):
            continue
        shown.update(own)
        before = next((known[name] for name in names if name in known), None)
        if before is None:
            found.new.append(key)
            continue
        found.known += 1
        if any(name not in known for name in names):
            found.renamed.append((before.item_id, key))
        if before.text_hash != text_hash(key.item):
            found.rewritten.append((key, before.item_id))
    return found


def _insert(
    db: Connection, feed: Feed, keys: Sequence[Keys], *, repeats: Repeats, now: datetime
) -> tuple[Item, ...]:
    if not keys:
        return ()
    first = int(db.value("SELECT seq FROM sqlite_sequence WHERE name = 'items'") or 0) + 1
    numbered = list(enumerate(keys, first))
    seen_at = moment_text(now)
    db.executemany(_INSERT, [_row(feed, key.item, number, seen_at) for number, key in numbered])
    _insert_keys(db, feed.id, numbered, repeats, now)
    return tuple(_told_of(feed, key.item, number, now) for number, key in numbered)


def _told_of(feed: Feed, item: Item, number: int, seen_at: datetime) -> Item:
    """Join an item with its number and the facts of its feed."""
    return replace(
        item,
        id=number,
        feed=feed.url,
        outlet=feed.outlet or feed.title,
        group=feed.group,
        country=feed.country,
        language=item.language or feed.language,
        tags=(*feed.tags, *(tag for tag in item.tags if tag not in feed.tags)),
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
        tags_text(tag for tag in item.tags if tag not in feed.tags),
        item.summary,
        item.content,
    )


def _insert_keys(
    db: Connection,
    feed_id: int,
    numbered: Sequence[tuple[int, Keys]],
    repeats: Repeats,
    seen_at: datetime,
) -> None:
    seen_on = day_number(seen_at)
    rows = []
    for number, key in numbered:
        text = text_hash(key.item)
        rows += [(feed_id, name, number, text, seen_on) for name in key.all_names(repeats)]
    db.executemany(_INSERT_KEY, rows)


def day_number(moment: datetime) -> int:
    """Count the days since 1 January 1970."""
    return moment.date().toordinal() - date(1970, 1, 1).toordinal()


def _rewrite(
    db: Connection, feed: Feed, found: Sequence[tuple[Keys, int]], repeats: Repeats
) -> tuple[Item, ...]:
    """Store the new texts; items whose rows are gone are only remembered.

    Matches keep the texts they were found in: their evidence says where in these.
    """
    kept: list[Item] = []
    for key, item_id in found:
        item = key.item
        db.executemany(
            "UPDATE item_keys SET text_hash = ? WHERE feed_id = ? AND key = ?",
            [(text_hash(item), feed.id, name) for name in key.all_names(repeats)],
        )
        db.execute(_KEEP_TEXTS, (item_id,))
        row = db.row(_REWRITE, (item.title, item.summary, item.content, item.author, item_id))
        if row is not None:
            kept.append(_told_of(feed, item, item_id, moment(row["seen_at"])))
    return tuple(kept)
