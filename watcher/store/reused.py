"""Which names that a feed has given to items it gives to others now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.clock import moment_text, tells_time
from watcher.models import Item
from watcher.store.connection import Connection
from watcher.store.identity import LONG, Keys, Kind, Repeats, link_key, may_be_edited, text_hash
from watcher.store.items import find_item

BY_CHANCE = 2
"""So many items may have the title and the day of others by chance."""
_SIGNS = 3
"""How many signs, of five, tell that a later item under a known name is another."""


@dataclass(frozen=True, slots=True)
class Known:
    """An item the feed has shown before; its row may be gone already."""

    item_id: int
    text_hash: int
    seen_on: int
    """On which day it was first seen under the name, as `day_number` counts."""


Names = dict[int, Known]
"""Items by what they are known by."""


def guids_given_anew(
    db: Connection, keys: Sequence[Keys], known: Names, repeats: Repeats
) -> Repeats:
    """Tell whether guids known from earlier documents come with links that are none of their items.

    Where most of such items have only moved, or several keep their titles, the links tell nothing.
    None has moved whose link is shown.
    """
    if not repeats.isdisjoint({"guid", "link"}):
        return frozenset()
    moved: list[bool] = []
    titles: set[str] = set()
    links = {key.link for key in keys}
    known_links = known.keys() | repeats | {None}
    for key in keys:
        if key.guid in known and key.link not in known_links:
            before = find_item(db, known[key.guid].item_id)
            link = link_key(before.link) if before else None
            if before is not None and link is not None:
                moved.append(link not in links and _has_moved(before, key.item))
                titles |= {key.item.title} & {before.title}
    are_others = moved.count(False) > moved.count(True) and len(titles) <= BY_CHANCE
    return frozenset({"guid"} if are_others else ())


def _has_moved(before: Item, item: Item) -> bool:
    """Tell whether an item is the same under another link: its text or its date is, to the second.

    Where dates tell no time, or there is none, its title has to be the same, too, as with a text.
    """
    when = item.published_at
    is_moment = when is not None and tells_time(when)
    is_titled = "" != before.title == item.title
    if is_titled and _text_of(before) == _text_of(item) != "":
        return True
    return moment_text(before.published_at) == moment_text(when) and (is_moment or is_titled)


def _text_of(item: Item) -> str:
    return item.summary + item.content


def places_taken(
    db: Connection, keys: Sequence[Keys], known: Names, repeats: Repeats, *, are_all: bool
) -> Repeats:
    """Tell which names are those of a place in the feed that one item after the other has.

    So it is with many a feed that shows one item at a time, its latest alert. Of several, one that
    is new all over may have been rewritten, but not if its guid is new, too, and its text: then its
    link is that of a page. Where several have taken a place, all names of their kind are places.
    """
    taken: Counter[Kind] = Counter()
    places: set[int] = set()
    is_only = are_all and len(keys) == 1
    for key in keys:
        names = key.named(repeats)
        shown = [known[name] for name in names.values() if name in known]
        has_text = is_only or bool(_text_of(key.item))
        has_new_guid = has_text and len(shown) == 1 < len(names) and key.link in known
        signs = is_only + (len(names) == 1 or has_new_guid)
        is_known = has_new_guid or len(shown) == len(names)
        if not (signs and is_known) or shown[0].text_hash == text_hash(key.item):
            continue
        before = find_item(db, shown[0].item_id)
        if before is None or signs + _signs_of_another(before, key.item) < _SIGNS:
            continue
        if has_new_guid:
            places.add(names["link"])
        elif is_only and "title" not in names:
            places.update(names.values())
        else:
            taken.update(names.keys())
    kinds = {kind for kind, times in taken.items() if is_only or times > 1}
    return frozenset(kinds | places)


def places_shifted(keys: Sequence[Keys], known: Names) -> Repeats:
    """Tell which kinds of names several items have taken from others, and left their own to others.

    So do items that move down a list whose places are numbered.
    """
    titles = Counter(key.title_and_date for key in keys)
    shown = {
        key: item
        for key in keys
        if titles[key.title_and_date] == 1
        and (item := known.get(key.title_and_date or 0)) is not None
        and item.text_hash == text_hash(key.item)
    }
    named = {
        key: {kind: known[name] for kind, name in key.named(frozenset()).items() if name in known}
        for key in shown
    }
    held = {
        (kind, known[name].item_id)
        for key in keys
        for kind, name in key.named(frozenset()).items()
        if name in known
    }
    stayed = {item.item_id for key, item in shown.items() if item in named[key].values()}
    shifted = Counter(
        kind
        for key, item in shown.items()
        for kind, other in named[key].items()
        if item.item_id not in stayed
        and other.item_id != item.item_id
        and (kind, item.item_id) in held
    )
    return frozenset(kind for kind, times in shifted.items() if times > 1)


def _signs_of_another(before: Item, item: Item) -> int:
    """Count what tells, of 3, that an item is no edit of the one before; none if it is no later.

    A text that is another all through tells more than a title: some feeds have but one.
    """
    is_edited = may_be_edited(before, item)
    if not _may_be_later(before, item, is_edited=is_edited):
        return 0
    return (item.title != before.title) + 2 * (not is_edited)


def _may_be_later(before: Item, item: Item, *, is_edited: bool) -> bool:
    """Tell it by the dates; without any, or on one day, by long texts that are wholly different.

    Where the title is all that undated items are known by, nothing tells that they are the same.
    """
    dated_at, before_at = item.published_at, before.published_at
    if dated_at != before_at or (dated_at is not None and tells_time(dated_at)):
        return dated_at is not None and before_at is not None and dated_at > before_at
    has_name = item.guid or link_key(item.link) is not None
    lengths = [len(each.summary + each.content) for each in (before, item)]
    return not has_name or (min(lengths) >= LONG and not is_edited)
