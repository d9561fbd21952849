"""By what a feed's items are known: guid, else link, else title and date, else the text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal
from zlib import crc32

from watcher.clock import moment_text, tells_time
from watcher.models import Item

Kind = Literal["guid", "link", "title"]
KINDS: tuple[Kind, ...] = ("guid", "link", "title")
Repeats = frozenset[Kind]
"""What different items of a feed have been seen to share, so that it tells nothing there."""

_Others = set[tuple[int | None, str]]

_TRACKING = re.compile(
    r"(?<=[?&#])(?:utm_\w+|at_\w+|ns_\w+|fbclid|gclid|yclid|dclid|msclkid|mc_[ce]id|_openstat"
    r"|xtor|cmpid|ito|ocid|smid|ref_src)=[^&#]*&?",
    re.IGNORECASE,
)
_RUN = 8
_ALIKE = 0.3
"""What share of the shorter text's runs of so many characters the other has, if one was edited:
different texts of a language share few that long, edited ones keep whole sentences."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What an item may be known by, as hashes of 8 bytes; `None` where it lacks the thing."""

    item: Item
    guid: int | None
    link: int | None

    def named(self, repeats: Repeats) -> dict[Kind, int]:
        """Tell the keys the item has to itself in a feed with such repeats; each is enough."""
        keys: dict[Kind, int | None] = {"guid": self.guid, "link": self.link}
        own = {kind: key for kind, key in keys.items() if key is not None and kind not in repeats}
        return own or {"title": self._text(repeats)}

    def names(self, repeats: Repeats) -> tuple[int, ...]:
        """Tell the same keys without what they are made of."""
        return tuple(self.named(repeats).values())

    @property
    def title_and_date(self) -> int | None:
        """Tell what an item keeps when its feed names all items anew; a day alone is not enough."""
        item = self.item
        if item.title and item.published_at and tells_time(item.published_at):
            return self._text(frozenset())
        return None

    def _text(self, repeats: Repeats) -> int:
        """Hash title and date; without a title that tells, the text."""
        item = self.item
        if item.title and (item.published_at or "title" not in repeats):
            return _hash(f"t{item.title}\n{moment_text(item.published_at)}")
        return _hash(f"x{item.title}{item.summary}\n{item.content}")


def keys_of(item: Item) -> Keys:
    """Make the keys of an item as its document gives it."""
    guid = canonical_link(item.guid) if "://" in item.guid else item.guid
    return Keys(item, _hash(f"g{guid}") if guid else None, link_key(item.link))


def link_key(link: str) -> int | None:
    """Make a key of a link; none of that to a site's front page, which any item may have."""
    bare = canonical_link(link)
    return _hash(f"l{bare}") if "/" in bare or "?" in bare else None


def canonical_link(link: str) -> str:
    """Drop what a link may change without leading elsewhere.

    That is the scheme, `www.`, the host's case, marks of campaigns, a slash at the end.
    """
    bare = link.partition("://")[2] or link
    if "=" in bare:
        bare = _TRACKING.sub("", bare).rstrip("?&#")
    host, slash, path = bare.partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/")


def text_hash(item: Item) -> int:
    """Hash what topics search in an item, to see when it was rewritten; 32 bits."""
    return crc32("\0".join((item.title, item.summary, item.content, item.author)).encode())


def alike(one: str, other: str) -> bool:
    """Tell whether one text may be an edit of the other; of an empty one nothing can be told."""
    short, long = sorted((_runs(one), _runs(other)), key=len)
    return len(short & long) >= _ALIKE * len(short)


def _runs(text: str) -> set[str]:
    return {text[at : at + _RUN] for at in range(len(text) - _RUN + 1)}


def repeats_within(keys: Sequence[Keys]) -> Repeats:
    """Tell what items of one document share although they are different.

    One guid on several links is no guid; one link under several guids (or, without guids, under
    several titles) is the address of a page that tells of many things. A title over several texts
    tells nothing where an item has nothing else, not even a date.
    """
    found: set[Kind] = set()
    for links in _others((key.guid, key.link, key.item.title) for key in keys):
        if _count(links) > 1 or _differ_in_title_only(links):
            found.add("guid")
    for guids in _others((key.link, key.guid, key.item.title) for key in keys):
        if (_count(guids) > 1 and _titles(guids) > 1) or _differ_in_title_only(guids):
            found.add("link")
    texts: defaultdict[str, set[int]] = defaultdict(set)
    for key in keys:
        if key.guid is None and key.link is None and key.item.published_at is None:
            texts[key.item.title].add(text_hash(key.item))
    if any(len(its) > 1 for title, its in texts.items() if title):
        found.add("title")
    return frozenset(found)


def _others(triples: Iterable[tuple[int | None, int | None, str]]) -> list[_Others]:
    """Group (key, other key, title) by the first; only groups of several are told."""
    groups: defaultdict[int, _Others] = defaultdict(set)
    for shared, other, title in triples:
        if shared is not None:
            groups[shared].add((other, title))
    return [others for others in groups.values() if len(others) > 1]


def _differ_in_title_only(others: _Others) -> bool:
    return _count(others) == 0 and _titles(others) > 1


def _count(others: _Others) -> int:
    return len({key for key, _ in others if key is not None})


def _titles(others: _Others) -> int:
    return len({title for _, title in others})


def _hash(text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
