"""By what a feed's items are known: guid, else link, else title and date, else the text."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal
from zlib import crc32

from watcher.models import Item
from watcher.store.columns import moment_text

Repeats = frozenset[Literal["guid", "link"]]
"""What different items of a feed have been seen to share, so that it tells nothing there."""

_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_TRACKING = re.compile(
    r"(?<=[?&])(?:utm_\w+|at_\w+|fbclid|gclid|yclid|dclid|msclkid|mc_[ce]id|_openstat)=[^&#]*&?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one item, each a hash of 8 bytes; `None` where the item lacks the thing."""

    guid: int | None
    link: int | None
    text: int
    """Of title and date; without a title, of the text."""

    def names(self, repeats: Repeats) -> tuple[int, ...]:
        """Tell the keys the item is known by in a feed with such repeats; each is enough."""
        told = [
            key
            for kind, key in (("guid", self.guid), ("link", self.link))
            if key is not None and kind not in repeats
        ]
        return tuple(told) or (self.text,)


def keys_of(item: Item) -> Keys:
    """Make the keys of an item as its document gives it."""
    words = (
        f"{item.title}\n{moment_text(item.published_at)}"
        if item.title
        else f"{item.summary}\n{item.content}"
    )
    return Keys(
        guid=_hash("g", item.guid) if item.guid else None,
        link=_hash("l", canonical_link(item.link)) if item.link else None,
        text=_hash("t" if item.title else "x", words),
    )


def canonical_link(link: str) -> str:
    """Drop what a link may change without leading elsewhere.

    That is the scheme, `www.`, the host's case, marks of campaigns, a slash at the end.
    """
    bare = _SCHEME.sub("", link.strip(), count=1)
    if "?" in bare:
        bare = _TRACKING.sub("", bare).rstrip("?&")
    host, slash, path = bare.partition("/")
    return (host.lower() + slash + path).rstrip("/")


def text_hash(item: Item) -> int:
    """Hash what topics search in an item, to see when it was rewritten; 32 bits."""
    return crc32("\0".join((item.title, item.summary, item.content)).encode())


def repeats_within(items: Sequence[Item], keys: Sequence[Keys]) -> Repeats:
    """Tell what items of one document share although they are different.

    One guid on several links is no guid; one link under several guids (or, without guids, under
    several titles) is the address of a page that tells of many things.
    """
    by_guid: defaultdict[int, set[tuple[int | None, str]]] = defaultdict(set)
    by_link: defaultdict[int, set[tuple[int | None, str]]] = defaultdict(set)
    for item, key in zip(items, keys, strict=True):
        if key.guid is not None:
            by_guid[key.guid].add((key.link, item.title))
        if key.link is not None:
            by_link[key.link].add((key.guid, item.title))
    found: set[Literal["guid", "link"]] = set()
    if any(_count(links) > 1 or _differ_in_title_only(links) for links in by_guid.values()):
        found.add("guid")
    if any(
        _differ_in_title_only(guids) or (_count(guids) > 1 and _titles(guids) > 1)
        for guids in by_link.values()
    ):
        found.add("link")
    return frozenset(found)


def _differ_in_title_only(others: set[tuple[int | None, str]]) -> bool:
    return _count(others) == 0 and _titles(others) > 1


def _count(others: set[tuple[int | None, str]]) -> int:
    return len({key for key, _ in others if key is not None})


def _titles(others: set[tuple[int | None, str]]) -> int:
    return len({title for _, title in others})


def _hash(kind: str, text: str) -> int:
    digest = blake2b(f"{kind}{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
