"""RSS, Atom, RDF, as feedparser reads them → a `Document`."""

import io
import re
from collections.abc import Sequence
from typing import Any

import feedparser

from watcher.errors import ParseError
from watcher.models import Document
from watcher.parse.addresses import web_address
from watcher.parse.cut import Spans, cut_known, item_spans, without
from watcher.parse.dates import read_date
from watcher.parse.fields import TITLE_LENGTH, authors_of, item_of, language_tag, line
from watcher.parse.hints import hints_of
from watcher.parse.html import not_a_feed
from watcher.parse.markup import (
    ITEM_TAG,
    is_torn,
    lightened,
    mended,
    simplified,
    without_prologue,
    without_torn_item,
)
from watcher.parse.quick import hasten
from watcher.safe import clean

_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")
_UNREAD = {"opml": "a list of feeds (OPML): import it instead", "cdf": "CDF, which is not read"}


def read_feed(text: str, *, url: str, memory: bytes) -> tuple[Document, Sequence[bytes]]:
    """Read a feed of XML; see `parse_document`. Its items' fingerprints come with it, or none.

    Raises:
        ParseError: `not_a_feed`, `unsupported` or `parse`.
    """
    xml, spans = _well_formed(text)
    cut = cut_known(xml, spans, memory)
    parsed = _feedparsed(lightened(cut.xml))
    if not (parsed.version or parsed.entries or cut.known):
        raise _no_feed(text, url)
    channel = parsed.feed
    site = web_address(channel.get("link") or "", url)
    base = site if site and parsed.version.startswith("rss") else url
    language = language_tag(channel.get("language"))
    # entries inherit it (RFC 4287, section 4.1.2); RSS names a webmaster there
    author = authors_of(channel) if parsed.version.startswith("atom") else ""
    document = Document(
        title=line(channel.get("title") or "", TITLE_LENGTH),
        language=language,
        items=tuple(
            item_of(entry, base=base, language=language, author=author) for entry in parsed.entries
        ),
        hints=hints_of(channel, _around_items(xml, spans)),
        format=parsed.version,
        known=cut.known,
        is_torn=not spans and is_torn(xml),
        next_page=_next_page(channel, url),
        memory=cut.memory,
        warnings=_warnings(parsed),
    )
    return document, cut.left if len(cut.left) == len(document.items) else ()


def _well_formed(text: str) -> tuple[bytes, Spans]:
    """Make a document well-formed, if that is to be had; mends only what needs it."""
    xml = without_prologue(text)
    spans = item_spans(xml)
    if spans is None:
        xml = without_torn_item(without_prologue(mended(text)))
        spans = item_spans(xml)
    return xml, spans or []


def _around_items(xml: bytes, spans: Spans) -> str:
    """Leave what the feed itself says: items may be anyone's, and show what they like."""
    return (without(xml, spans) if spans else ITEM_TAG.split(xml, maxsplit=1)[0]).decode()


def _feedparsed(xml: bytes) -> Any:
    """Have feedparser read a document; whatever it trips over is that feed's trouble."""
    try:
        return _feedparse(xml)
    except Exception:  # noqa: BLE001 - read again, without the usual stumbling blocks
        try:
            return _feedparse(simplified(xml))
        except Exception as error:
            why = f"{type(error).__name__} {error}".partition("\n")[0][:200].strip()
            raise ParseError("parse", f"feedparser cannot read it: {why}") from error


def _feedparse(xml: bytes) -> Any:
    return feedparser.parse(io.BytesIO(xml), sanitize_html=False, resolve_relative_uris=False)


def _read_first(text: str) -> Any:
    moment = read_date(text)
    return moment.utctimetuple() if moment else None


feedparser.registerDateHandler(_read_first)  # asked before all of feedparser's own
feedparser.api.PREFERRED_XML_PARSERS = ["watcher.parse.sax"]
hasten()


def _no_feed(text: str, url: str) -> ParseError:
    root = _ROOT.search(text)
    name = root[1].lower() if root else ""
    if name in _UNREAD:
        return ParseError("unsupported", f"the document is {_UNREAD[name]}")
    if "<html" in text[:10_000].lower():
        return not_a_feed(text, url)
    found = f"XML of another kind (<{clean(name, 50)}>)" if name else "no XML"
    return ParseError("not_a_feed", f"the document is {found}, no feed")


def _next_page(channel: dict[str, Any], url: str) -> str:
    """Find where older items lie (RFC 5005, sections 3 and 4)."""
    for relation in ("next", "prev-archive"):
        for link in channel.get("links") or ():
            if link.get("rel") == relation:
                return web_address(link.get("href") or "", url)
    return ""


def _warnings(parsed: Any) -> tuple[str, ...]:
    trouble = parsed.get("bozo_exception")
    return (f"not well-formed: {trouble}",) if parsed.bozo and trouble else ()
