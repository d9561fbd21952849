"""What a document adds to the store: its new items, once each, and what was rewritten."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from watcher.models import Feed, Item
from watcher.store.columns import moment, moment_text, tags_text
from watcher.store.connection import Connection
from watcher.store.identity import Keys, Repeats, keys_of, repeats_within, text_hash
from watcher.store.protocol import Added

_INSERT = """INSERT INTO items (id, feed_id, seen_at, published_at, language, title, link, guid,
    author, tags, summary, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_KEY = """INSERT INTO item_keys (feed_id, key, item_id, text_hash, seen_on)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_REWRITE = """UPDATE items SET title = ?, summary = ?, content = ?, author = ?, tags = ?
    WHERE id = ? RETURNING seen_at"""


@dataclass(frozen=True, slots=True)
class _Known:
    """An item the feed has shown before; its row may be gone already."""

    item_id: int
    text_hash: int


@dataclass(slots=True)
class _Sorted:
    """A document's items: those never seen, and those seen with another text."""

    new: list[tuple[Item, Keys]] = field(default_factory=list)
    rewritten: list[tuple[Item, Keys, int]] = field(default_factory=list)
    known: int = 0


def add_new_items(db: Connection, feed: Feed, items: Sequence[Item], *, now: datetime) -> Added:
    """Store the items not known of this feed, and what changed in those known."""
    if not items:
        return Added(new=(), known=0, overlaps=True)
    with db.writing():
        keys = [keys_of(item) for item in items]
        known = _known_of(db, feed.id, keys)
        repeats = _repeats(db, feed.id, items, keys, known)
        found = _sort(items, keys, known, repeats)
        new = _insert(db, feed, found.new, repeats=repeats, now=now)
        rewritten = _rewrite(db, feed, found.rewritten, repeats)
    return Added(new=new, known=found.known, overlaps=found.known > 0, rewritten=rewritten)


def _known_of(db: Connection, feed_id: int, keys: Sequence[Keys]) -> dict[int, _Known]:
    wanted = [part for key in keys for part in (key.guid, key.link, key.text) if part is not None]
    rows = db.rows(
        "SELECT key, item_id, text_hash FROM item_keys"
        " WHERE feed_id = ? AND key IN (SELECT value FROM json_each(?))",
        (feed_id, json.dumps(wanted)),
    )
    return {key: _Known(item_id, text) for key, item_id, text in rows}


def _repeats(
    db: Connection,
    feed_id: int,
    items: Sequence[Item],
    keys: Sequence[Keys],
    known: dict[int, _Known],
) -> Repeats:
    """Tell what tells nothing in this feed, and remember what this document adds to it.

    Items stored before are then known by what is left, which `known` learns too.
    """
    before: Repeats = frozenset(
        str(db.value("SELECT repeats FROM feeds WHERE id = ?", (feed_id,)) or "").split()  # type: ignore[arg-type]
    )
    repeats = before | repeats_within(items, keys)
    if "guid" not in repeats and any(
        _guid_means_another(db, item, key, known, repeats)
        for item, key in zip(items, keys, strict=True)
    ):
        repeats |= {"guid"}
    if repeats != before:
        db.execute(
            "UPDATE feeds SET repeats = ? WHERE id = ?", (" ".join(sorted(repeats)), feed_id)
        )
        _know_again(db, feed_id, repeats)
        known.update(_known_of(db, feed_id, keys))
    return repeats


def _guid_means_another(
    db: Connection, item: Item, key: Keys, known: dict[int, _Known], repeats: Repeats
) -> bool:
    """Tell whether a known guid has come with a link that is none of its item's.

    An item whose title and date are as they were has only moved.
    """
    if key.guid not in known or key.link is None or key.link in known or "link" in repeats:
        return False
    row = db.row(
        "SELECT title, link, published_at FROM items WHERE id = ?", (known[key.guid].item_id,)
    )
    if row is None or not row["link"]:
        return False
    has_moved = (
        row["published_at"] is not None
        and row["published_at"] == moment_text(item.published_at)
        and row["title"] == item.title
    )
    return not has_moved


def _know_again(db: Connection, feed_id: int, repeats: Repeats) -> None:
    """Make the feed's stored items known by the keys that still tell them apart."""
    rows = db.rows(
        "SELECT id, title, link, guid, published_at, summary, content, seen_at FROM items"
        " WHERE id IN (SELECT item_id FROM item_keys WHERE feed_id = ?)",
        (feed_id,),
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
        _insert_keys(
            db, feed_id, [(row["id"], item, keys_of(item))], repeats, moment(row["seen_at"])
        )


def _sort(
    items: Sequence[Item], keys: Sequence[Keys], known: dict[int, _Known], repeats: Repeats
) -> _Sorted:
    found = _Sorted()
    shown: set[int] = set()
    for item, key in zip(items, keys, strict=True):
        names = key.names(repeats)
        if shown.intersection(names):
            continue
        shown.update(names)
        before = next((known[name] for name in names if name in known), None)
        if before is None:
            found.new.append((item, key))
            continue
        found.known += 1
        if before.text_hash != text_hash(item):
            found.rewritten.append((item, key, before.item_id))
    return found


def _insert(
    db: Connection,
    feed: Feed,
    items: Sequence[tuple[Item, Keys]],
    *,
    repeats: Repeats,
    now: datetime,
) -> tuple[Item, ...]:
    if not items:
        return ()
    first = int(db.value("SELECT seq FROM sqlite_sequence WHERE name = 'items'") or 0) + 1
    new = [
        replace(_of_feed(item, feed), id=item_id, seen_at=now)
        for item_id, (item, _) in enumerate(items, first)
    ]
    db.executemany(_INSERT, _rows(feed, items, first, moment_text(now)))
    numbered = [(item_id, item, key) for item_id, (item, key) in enumerate(items, first)]
    _insert_keys(db, feed.id, numbered, repeats, now)
    return tuple(new)


def _rows(
    feed: Feed, items: Sequence[tuple[Item, Keys]], first: int, seen_at: str
) -> Iterable[tuple[object, ...]]:
    for item_id, (item, _) in enumerate(items, first):
        yield (
            item_id,
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
    items: Sequence[tuple[int, Item, Keys]],
    repeats: Repeats,
    seen_at: datetime,
) -> None:
    seen_on = day_number(seen_at)
    db.executemany(
        _INSERT_KEY,
        [
            (feed_id, name, item_id, text_hash(item), seen_on)
            for item_id, item, key in items
            for name in key.names(repeats)
        ],
    )


def day_number(moment: datetime) -> int:
    """Count the days since 1 January 1970."""
    return moment.date().toordinal() - date(1970, 1, 1).toordinal()


def _rewrite(
    db: Connection, feed: Feed, items: Sequence[tuple[Item, Keys, int]], repeats: Repeats
) -> tuple[Item, ...]:
    """Store the new texts; items whose rows are gone are only remembered."""
    kept: list[Item] = []
    for item, key, item_id in items:
        db.executemany(
            "UPDATE item_keys SET text_hash = ? WHERE feed_id = ? AND key = ?",
            [(text_hash(item), feed.id, name) for name in key.names(repeats)],
        )
        texts = (item.title, item.summary, item.content, item.author, tags_text(item.tags))
        row = db.row(_REWRITE, (*texts, item_id))
        if row is not None:
            seen_at = moment(row["seen_at"])
            kept.append(replace(_of_feed(item, feed), id=item_id, seen_at=seen_at))
    return tuple(kept)


def _of_feed(item: Item, feed: Feed) -> Item:
    """Add to an item what it has from its feed."""
    return replace(
        item,
        language=item.language or feed.language,
        outlet=feed.outlet,
        feed=feed.url,
        group=feed.group,
        country=feed.country,
        tags=tuple(dict.fromkeys(item.tags + feed.tags)),
    )
