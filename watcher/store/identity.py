"""By what a feed's items are known: guid, else link, else title and date, else the text."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal
from zlib import crc32

from watcher.clock import moment_text, tells_time
from watcher.models import Item

Kind = Literal["guid", "link", "title"]
KINDS: tuple[Kind, ...] = ("guid", "link", "title")
Repeats = frozenset[Kind | int]
"""What different items of a feed have been seen to share, so that it tells nothing there.

That is a kind of keys, or one key of those where others of its kind tell.
"""

_TRACKING = re.compile(
    r"(?<=[?&#])(?:utm_\w+|at_\w+|ns_\w+|fbclid|gclid|yclid|dclid|msclkid|mc_[ce]id|_openstat"
    r"|xtor|cmpid|ito|ocid|smid|ref_src)=[^&#]*&?",
    re.IGNORECASE,
)
_FEW = 1 / 3
"""What share of a document's items may lead to pages that tell of many things, and the links of
the others are still their names."""
_RUN = 8
_ALIKE = 0.3
"""What share of the shorter text's runs of so many characters the other has, if one was edited:
different texts of a language share few that long, edited ones keep whole sentences."""
LONG = 100
"""So many characters of text tell an item from another, whatever else they share."""
_CUT_OFF = " .…[]"
_COMPARED, _MOST_COMPARED = 2_000, 20
"""How many characters of a text are compared, and how many texts of one name."""
MOST_TEXTS = 500
"""So many texts of a document are compared: all other feeds wait meanwhile."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What an item may be known by, as hashes of 8 bytes; `None` where it lacks the thing."""

    item: Item
    guid: int | None
    link: int | None

    def named(self, repeats: Repeats) -> dict[Kind, int]:
        """Tell the keys the item has to itself in a feed with such repeats; each is enough."""
        keys: dict[Kind, int | None] = {"guid": self.guid, "link": self.link}
        own = {
            kind: key
            for kind, key in keys.items()
            if key is not None and repeats.isdisjoint({kind, key})
        }
        return own or {"title": self._text(repeats)}

    def names(self, repeats: Repeats) -> tuple[int, ...]:
        """Tell the same keys without what they are made of."""
        return tuple(self.named(repeats).values())

    @property
    def title_and_date(self) -> int | None:
        """Tell what an item keeps when its feed names all items anew."""
        return self._text(frozenset()) if self.item.title else None

    @property
    def has_moment(self) -> bool:
        """Tell whether its date has a time: a day alone is shared by others of its title."""
        return self.item.published_at is not None and tells_time(self.item.published_at)

    def _text(self, repeats: Repeats) -> int:
        """Hash title and date; without a title that tells, the text.

        A day alone may be that of many items of a title.
        """
        item = self.item
        if item.title and ("title" not in repeats or self.has_moment):
            return _hash(f"t{item.title}\n{moment_text(item.published_at)}")
        day = moment_text(item.published_at) if item.title and item.published_at else ""
        return _hash(f"x{item.title}{day}{item.summary}\n{item.content}")


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


def may_be_edited(before: Item, after: Item) -> bool:
    """Tell whether one text may be an edit of the other; of an empty one nothing can be told."""
    if (before.title, before.summary, before.content) == (
        after.title,
        after.summary,
        after.content,
    ):
        return True
    one, other = _runs(before), _runs(after)
    return len(one & other) >= _ALIKE * min(len(one), len(other))


def _runs(item: Item) -> set[str]:
    text = f"{item.title}\n{item.summary}\n{item.content}"[:_COMPARED]
    return {text[at : at + _RUN] for at in range(len(text) - _RUN + 1)}


def repeats_within(keys: Sequence[Keys], *, are_all: bool) -> Repeats:
    """Tell which guids and links items of one document share although they are different.

    One guid on several links is no guid; one link under several guids (or none) is the address of
    a page that tells of many things: where few items lead to such pages, the other links tell.
    """
    found: set[Kind | int] = set()
    pages: list[tuple[int, dict[Kind, int]]] = []
    of_guids, of_links = _sharing(keys, "guid"), _sharing(keys, "link")
    groups = [*of_guids.values(), *of_links.values()]
    by_text = sum(min(len(same), _MOST_COMPARED) for same in groups) <= MOST_TEXTS
    for guid, same in of_guids.items():
        links = {key.link for key in same if key.link is not None}
        if len(links) > 1 or (not links and _look_different(same, by_text=by_text)):
            found.add("guid")
        elif links and _are_several(same, by_text=by_text):
            pages.append((len(same), {"guid": guid, "link": links.pop()}))
    for link, same in of_links.items():
        guids = {key.guid for key in same} - {None}
        if len(guids) != 1 and _look_different(same, by_text=by_text):
            pages.append((len(same), {"link": link}))
        elif len(guids) > 1 and not _are_twins(same):
            found.add(link)
    # of what a document has left unchanged we see nothing: most of it
    are_few = not are_all or sum(items for items, _ in pages) <= _FEW * len(keys)
    for _, names in pages:
        found.update(names.values() if are_few else names)
    return frozenset(found)


def titles_within(keys: Sequence[Keys], repeats: Repeats) -> Repeats:
    """Tell whether a title is over several texts where items have no other name, not even a time.

    Then it tells nothing, nor does a title with a day.
    """
    texts: defaultdict[int | None, set[int]] = defaultdict(set)
    for key in keys:
        if not key.has_moment and "title" in key.named(repeats):
            texts[key.title_and_date].add(text_hash(key.item))
    is_over_several = any(len(its) > 1 for title, its in texts.items() if title is not None)
    return frozenset({"title"} if is_over_several else ())


def _sharing(keys: Sequence[Keys], kind: Literal["guid", "link"]) -> dict[int, list[Keys]]:
    """Group what has the same guid or link; only groups of several are told."""
    groups: defaultdict[int | None, list[Keys]] = defaultdict(list)
    for key in keys:
        groups[key.guid if kind == "guid" else key.link].append(key)
    return {name: same for name, same in groups.items() if name is not None and len(same) > 1}


def _are_several(same: Sequence[Keys], *, by_text: bool) -> bool:
    """Tell whether items of one guid and link are more than one and its edits (RFC 4287, 4.1.1)."""
    first, *others = (key.item for key in same)
    return any(
        first.title != other.title and first.published_at != other.published_at for other in others
    ) or (by_text and _have_other_texts(same))


def _look_different(same: Sequence[Keys], *, by_text: bool) -> bool:
    """Tell whether items of one name are more than one: by title and date, else by their texts."""
    return len({(key.item.title, key.item.published_at) for key in same}) > 1 or (
        by_text and _have_other_texts(same)
    )


def _are_twins(same: Sequence[Keys]) -> bool:
    """Tell whether items of one title and date are one under several guids.

    Of such, texts are cut or left out; those of a template are as long, or short.
    """
    texts = {key.item.summary + key.item.content for key in same}
    whole = max(texts, key=len)
    return all(_is_part(text, whole) for text in texts - {whole})


def _is_part(text: str, whole: str) -> bool:
    part = text.rstrip(_CUT_OFF)
    end = text[len(part) :]
    is_cut = "…" in end or "..." in end
    return not part or (part in whole and (is_cut or len(part) >= LONG))


def _have_other_texts(same: Sequence[Keys]) -> bool:
    """Tell whether texts are no edits of the first one."""
    first, *others = {text_hash(key.item): key.item for key in same}.values()
    return not all(may_be_edited(first, other) for other in others[:_MOST_COMPARED])


def _hash(text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
