"""One document of whatever format → a `Document`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from watcher.errors import ParseError
from watcher.models import Document, Item
from watcher.parse.cut import forget

_DECLARATION = re.compile(r"\s*<\?xml[^>]*>", re.IGNORECASE)
# What stands before the root is never given back: the ways to share it out would be countless.
_HTML = re.compile(
    r"\s*+(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]")
_SITEMAP = re.compile(
    r"\s*+(?:(?><\?[^>]*+>|<!--.*?-->)\s*+)*+<(?:\w+:)?(?:urlset|sitemapindex)\b", re.DOTALL
)


def parse_document(
    body: bytes,
    *,
    content_type: str | None,
    url: str,
    memory: bytes = b"",
    max_items: int = 5000,
) -> Document:
    """Read the items of a feed: RSS, Atom, RDF, JSON Feed or a news sitemap.

    Args:
        body: The document as it was sent, unpacked.
        content_type: The whole header; its charset is believed late, its media type never.
        url: Where the document was found: the base of relative links.
        memory: `Document.memory` of the last parse of this feed; items that were in that
            document, byte for byte, are left out and counted as known.
        max_items: The newest so many are kept, the rest counted as dropped.

    Raises:
        ParseError: No feed came; kinds `empty`, `encoding`, `unsupported`, `not_a_feed`, `parse`.
    """
    from watcher.parse.decode import decode  # noqa: PLC0415 - only who parses pays for the readers

    text, warnings = decode(body, content_type)
    document, prints = _read(text, url=url, memory=memory)
    says = [at for at, item in enumerate(document.items) if _says_something(item)]
    newest = _newest(document.items, says, max_items)
    left_out = set(says).difference(newest)
    if left_out:
        warnings = (*warnings, f"kept the newest {max_items} of {len(says)} items")
        # what is left out must not be known the next time
        memory = forget(document.memory, [prints[at] for at in left_out]) if prints else b""
        document = replace(document, memory=memory)
    return replace(
        document,
        items=tuple(document.items[at] for at in newest),
        left_out=len(left_out),
        dropped=len(document.items) - len(newest),
        warnings=warnings + document.warnings,
    )


def _read(text: str, *, url: str, memory: bytes) -> tuple[Document, Sequence[bytes]]:
    """Read a document, and the fingerprints of its items if it has any."""
    # Each reader loads a library of its own; most documents need one of them.
    if text.startswith(("{", "[")):
        from watcher.parse.json_feed import read_json_feed  # noqa: PLC0415

        return read_json_feed(text, url=url), ()
    head = _DECLARATION.sub("", text[:4096], count=1)
    if _HTML.match(head) and not _FEED.search(head):
        from watcher.parse.html import not_a_feed  # noqa: PLC0415

        raise not_a_feed(text, url)
    if _SITEMAP.match(head):
        from watcher.parse.sitemap import read_sitemap  # noqa: PLC0415

        return read_sitemap(text, url=url), ()
    if "<" not in head:
        raise ParseError("not_a_feed", "the document is neither XML nor JSON")
    from watcher.parse.feed import read_feed  # noqa: PLC0415

    return read_feed(text, url=url, memory=memory)


def _says_something(item: Item) -> bool:
    return bool(item.title or item.summary or item.content or item.link)


def _newest(items: Sequence[Item], places: Sequence[int], most: int) -> Sequence[int]:
    """Keep the newest by date; undated ones come after all others, as the document has them."""
    if len(places) <= most:
        return places
    return sorted(sorted(places, key=lambda at: -_timestamp(items[at]))[:most])


def _timestamp(item: Item) -> float:
    return item.published_at.timestamp() if item.published_at else float("-inf")
