"""Which items of a document its feed has shown before, and what tells that there."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from watcher.models import Feed, Item
from watcher.store.columns import moment
from watcher.store.connection import Connection
from watcher.store.identity import (
    KINDS,
    MOST_TEXTS,
    Keys,
    Repeats,
    keys_of,
    may_be_edited,
    repeats_within,
    text_hash,
    titles_within,
)
from watcher.store.items import ITEM_COLUMNS, ITEMS_OF_FEEDS, find_item, item_of
from watcher.store.reused import (
    BY_CHANCE,
    Known,
    Names,
    guids_given_anew,
    places_shifted,
    places_taken,
)

_MOST_SHOWN = 5_000
"""No document shows more items."""
_INSERT_KEY = """INSERT INTO item_keys (feed_id, key, item_id, text_hash, seen_on)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_MOST_NAMES = 20
"""More have only items whose links hold the number of a visit; each poll would bring one more."""
_SHARE_KEY = """INSERT INTO item_keys (feed_id, key, item_id, text_hash, seen_on)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET item_id = excluded.item_id"""
_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_OF_SEVERAL = 0
"""The number in place of an item's at a key that several items have."""


@dataclass(slots=True)
class Sorted:
    """A document's items: new ones, and those known, each with what was known of it."""

    repeats: Repeats
    new: list[Keys] = field(default_factory=list)
    known: list[tuple[Keys, Known]] = field(default_factory=list)
    renamed: list[tuple[int, Keys]] = field(default_factory=list)


def sort_items(
    db: Connection, feed: Feed, items: Sequence[Item], *, are_all: bool, now: datetime
) -> Sorted:
    """Sort a document's items into new and known ones.

    `are_all` tells that the document shows no others. Then an unknown one that has the title and
    the moment of a known one not shown is this, named anew: so feeds do that get new software, or
    put a visitor's number into each link. Where many are, a title and a day are enough, with a text
    that may be an edit.
    """
    keys = [keys_of(item) for item in items]
    is_new = db.value("SELECT 1 FROM item_keys WHERE feed_id = ? LIMIT 1", (feed.id,)) is None
    known, before = ({}, frozenset()) if is_new else _look_up(db, feed.id, keys)
    repeats = before | repeats_within(keys, are_all=are_all)
    if known:
        repeats |= places_shifted(keys, known)
        repeats |= guids_given_anew(db, keys, known, repeats)
        repeats |= places_taken(db, keys, known, repeats, are_all=are_all)
    repeats |= titles_within(keys, repeats)
    if repeats != before:
        _remember_repeats(db, feed.id, repeats, told=repeats - before, now=now)
        known |= {} if is_new else _known_by(db, feed.id, _all_names(keys, repeats))
    found = Sorted(repeats)
    unknown = _take_known(found, keys, known)
    if are_all and not is_new:
        _take_moved(found, unknown, _moved(db, unknown, known, repeats, of=len(keys)))
    else:
        found.new = unknown
    return found


def unknown_items(db: Connection, feed: Feed, items: Sequence[Item]) -> list[Item]:
    """Tell which items the feed has not shown, by the identity that adding goes by."""
    keys = [keys_of(item) for item in items]
    known, repeats = _look_up(db, feed.id, keys)
    return [key.item for key in keys if known.keys().isdisjoint(key.names(repeats))]


def are_named_anew(db: Connection, feed: Feed, items: Sequence[Item]) -> bool:
    """Tell whether unknown items have the title and date of known ones, and may be these."""
    keys = [keys_of(item) for item in items]
    known, repeats = _look_up(db, feed.id, keys)
    return any(
        key.title_and_date in known and known.keys().isdisjoint(key.names(repeats)) for key in keys
    )


def insert_keys(
    db: Connection,
    feed_id: int,
    numbered: Iterable[tuple[int, Keys]],
    repeats: Repeats,
    seen_at: datetime,
) -> None:
    """Note by what items are known from now on, those with the numbers of their rows."""
    seen_on = day_number(seen_at)
    rows = []
    for number, key in numbered:
        text = text_hash(key.item)
        rows += [(feed_id, name, number, text, seen_on) for name in kept_names(key, repeats)]
    db.executemany(_INSERT_KEY, rows)


def drop_old_names(db: Connection, feed_id: int, found: Sorted) -> None:
    """Leave known items that were named anew again and again no names but those they have now."""
    if not found.renamed:
        return
    # one item may be shown under two names of its own
    names = [name for key, _ in found.known for name in kept_names(key, found.repeats)]
    db.execute(
        """DELETE FROM item_keys WHERE feed_id = :feed AND item_id IN (
                SELECT item_id FROM item_keys WHERE feed_id = :feed
                AND item_id IN (SELECT value FROM json_each(:items))
                GROUP BY item_id HAVING count(*) > :most)
            AND key NOT IN (SELECT value FROM json_each(:names))""",
        {
            "feed": feed_id,
            "items": json.dumps([number for number, _ in found.renamed]),
            "most": _MOST_NAMES,
            "names": json.dumps(names),
        },
    )


def kept_names(key: Keys, repeats: Repeats) -> set[int]:
    """Tell all that an item may be known by later."""
    names = set(key.names(repeats))
    return names if key.title_and_date is None else names | {key.title_and_date}


def day_number(moment: datetime) -> int:
    """Count the days since 1 January 1970."""
    return (moment - _FIRST_DAY).days


def begin_of_day(number: int) -> datetime:
    """Tell when the day of a number began."""
    return _FIRST_DAY + timedelta(days=number)


def _look_up(db: Connection, feed_id: int, keys: Sequence[Keys]) -> tuple[Names, Repeats]:
    """Find what is known of items by their names, and what tells nothing in their feed so far."""
    text: str = db.value("SELECT repeats FROM feeds WHERE id = ?", (feed_id,)) or ""
    repeats: Repeats = frozenset(kind for kind in KINDS if kind in text)
    known = _known_by(db, feed_id, _all_names(keys, repeats))
    if shared := {name for name, item in known.items() if item.item_id == _OF_SEVERAL}:
        repeats |= shared
        known = _known_by(db, feed_id, _all_names(keys, repeats))
    return known, repeats


def _all_names(keys: Iterable[Keys], repeats: Repeats) -> list[int]:
    return [name for key in keys for name in kept_names(key, repeats)]


def _known_by(db: Connection, feed_id: int, names: Sequence[int]) -> Names:
    if not names:
        return {}
    rows = db.rows(
        "SELECT key, item_id, text_hash, seen_on FROM item_keys"
        " WHERE feed_id = ? AND key IN (SELECT value FROM json_each(?))",
        (feed_id, json.dumps(names)),
    )
    return {key: Known(item_id, text, seen_on) for key, item_id, text, seen_on in rows}


def _remember_repeats(
    db: Connection, feed_id: int, repeats: Repeats, *, told: Repeats, now: datetime
) -> None:
    """Note what tells nothing, of late what is told; stored items are known by what is left."""
    kinds = [kind for kind in KINDS if kind in told]
    names = [name for name in told if isinstance(name, int)]
    rows = db.rows(
        f"""SELECT {ITEM_COLUMNS} FROM {ITEMS_OF_FEEDS}
            WHERE i.id IN (SELECT item_id FROM item_keys WHERE feed_id = ?
                AND (? OR key IN (SELECT value FROM json_each(?))))
            ORDER BY i.id DESC LIMIT ?""",
        (feed_id, bool(kinds), json.dumps(names), _MOST_SHOWN),
    )
    for row in rows:
        key = keys_of(item_of(row))
        insert_keys(db, feed_id, [(row["item_id"], key)], repeats, moment(row["seen_at"]))
    db.execute(
        "UPDATE feeds SET repeats = trim(repeats || ' ' || ?) WHERE id = ?",
        (" ".join(kinds), feed_id),
    )
    db.executemany(_SHARE_KEY, [(feed_id, name, _OF_SEVERAL, 0, day_number(now)) for name in names])


def _take_known(found: Sorted, keys: Sequence[Keys], known: Names) -> list[Keys]:
    """Take in what is known by its own names; tells the rest, each item once."""
    unknown: list[Keys] = []
    for key, names in _shown_once(keys, found.repeats):
        before = next((known[name] for name in names if name in known), None)
        if before is None:
            unknown.append(key)
            continue
        found.known.append((key, before))
        if not known.keys() >= kept_names(key, found.repeats):
            found.renamed.append((before.item_id, key))
    return unknown


def _shown_once(keys: Sequence[Keys], repeats: Repeats) -> list[tuple[Keys, tuple[int, ...]]]:
    """List items with their names; of those that share one only that of the latest date."""
    named = [(key, key.names(repeats)) for key in keys]
    shown: set[int] = set()
    kept: set[int] = set()
    for at, (_, names) in sorted(enumerate(named), key=_date, reverse=True):
        if shown.isdisjoint(names):
            shown.update(names)
            kept.add(at)
    return [named[at] for at in sorted(kept)]


def _date(numbered: tuple[int, tuple[Keys, tuple[int, ...]]]) -> datetime:
    return numbered[1][0].item.published_at or _FIRST_DAY


def _moved(
    db: Connection, unknown: Sequence[Keys], known: Names, repeats: Repeats, *, of: int
) -> dict[Keys, Known]:
    """Tell which unknown items have the title and date of known ones, of so many in all."""
    alike = {
        key: known[name]
        for key in unknown
        if (name := key.title_and_date or 0) in known and (key.has_moment or "title" not in repeats)
    }
    are_many = len(alike) > max(BY_CHANCE, of / 3)
    return {
        key: before
        for key, before in alike.items()
        if (key.has_moment or are_many or _is_unchanged(before, key))
        and (len(alike) > MOST_TEXTS or _may_be_edit(db, before, key))
    }


def _is_unchanged(before: Known, key: Keys) -> bool:
    """Tell whether a text is the same; none tells nothing."""
    has_text = bool(key.item.summary or key.item.content)
    return has_text and before.text_hash == text_hash(key.item)


def _may_be_edit(db: Connection, before: Known, key: Keys) -> bool:
    if before.text_hash == text_hash(key.item):
        return True
    stored = find_item(db, before.item_id)
    return stored is None or may_be_edited(stored, key.item)


def _take_moved(found: Sorted, unknown: Sequence[Keys], moved: Mapping[Keys, Known]) -> None:
    """Take in what was named anew, if the item that it was is not shown itself."""
    shown = {before.item_id for _, before in found.known}
    for key in unknown:
        before = moved.get(key)
        if before is None or before.item_id in shown:
            found.new.append(key)
            continue
        shown.add(before.item_id)
        found.known.append((key, before))
        found.renamed.append((before.item_id, key))
