"""Matches as JSON Lines, CSV, Atom and JSON Feed."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from watcher.clock import moment_text
from watcher.models import LoggedMatch
from watcher.safe import csv_cell, safe_json, safe_lines, safe_text

ATOM = "http://www.w3.org/2005/Atom"
TITLE = "Matches of the watcher"
COLUMNS = (
    "id",
    "matched_at",
    "topic",
    "severity",
    "outlet",
    "title",
    "link",
    "published_at",
    "seen_at",
    "language",
    "country",
    "feed",
    "item",
    "story",
    "state",
    "origin",
    "evidence",
)
"""The columns of the CSV."""

_NOT_XML = re.compile("[\ufffe\uffff]")
"""What XML 1.0, section 2.2, does not allow of what `safe_text` leaves."""
_WEB = ("http://", "https://")


def to_json(match: LoggedMatch) -> dict[str, Any]:
    """Tell a match as JSON values; moments as `2026-03-01T12:00:00Z`."""
    item = match.item
    return {
        "id": match.id,
        "matched_at": moment_text(match.matched_at),
        "topic": match.topic,
        "severity": match.severity,
        "item": item.id,
        "outlet": item.outlet,
        "feed": item.feed,
        "title": item.title,
        "link": item.link,
        "published_at": moment_text(item.published_at),
        "seen_at": moment_text(item.seen_at),
        "language": item.language,
        "country": item.country,
        "story": match.story,
        "state": match.state,
        "origin": match.origin,
        "evidence": [evidence._asdict() for evidence in match.evidence],
    }


def to_jsonl(matches: Iterable[LoggedMatch]) -> Iterator[str]:
    """Write a line of JSON for each match (https://jsonlines.org)."""
    for match in matches:
        yield safe_json(to_json(match)) + "\n"


def to_csv(matches: Iterable[LoggedMatch], *, raw: bool = False) -> Iterator[str]:
    """Write a table with a head (RFC 4180), evidence as its words.

    Unless `raw`, texts are made harmless, and cells that a spreadsheet would take for a formula
    get an apostrophe.
    """
    yield _csv_line(COLUMNS)
    for match in matches:
        values = to_json(match)
        words = dict.fromkeys(evidence.text for evidence in match.evidence)
        cells = {**values, "evidence": "; ".join(words)}
        texts = ["" if cells[name] is None else str(cells[name]) for name in COLUMNS]
        yield _csv_line(texts if raw else [csv_cell(safe_lines(text)) for text in texts])


def to_atom(matches: Iterable[LoggedMatch], *, now: datetime) -> str:
    """Write an Atom feed (RFC 4287), an entry for each match."""
    matches = list(matches)
    feed = ElementTree.Element("feed", xmlns=ATOM)
    updated_at = max((match.matched_at for match in matches), default=now)
    _add(feed, "id", "urn:watcher:matches")
    _add(feed, "title", TITLE)
    _add(feed, "updated", moment_text(updated_at))
    _add(feed, "generator", "watcher")
    for match in matches:
        _add_entry(feed, match)
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def to_json_feed(matches: Iterable[LoggedMatch]) -> str:
    """Write a JSON Feed (https://www.jsonfeed.org/version/1.1/), an item for each match.

    What it has no word for stands under `_watcher`, as `to_json` tells it.
    """
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "items": [_feed_item(match) for match in matches],
    }
    return safe_json(feed) + "\n"


def _feed_item(match: LoggedMatch) -> dict[str, Any]:
    item = match.item
    told = {
        "id": _urn(match),
        "url": web_link(match),
        "title": item.title,
        "content_text": _summary(match),
        "date_published": moment_text(match.matched_at),
        "tags": [match.topic, match.severity],
        "authors": [{"name": item.outlet}] if item.outlet else None,
        "language": item.language,
        "_watcher": to_json(match),
    }
    return {name: value for name, value in told.items() if value}


def _add_entry(feed: ElementTree.Element, match: LoggedMatch) -> None:
    item = match.item
    entry = ElementTree.SubElement(feed, "entry")
    _add(entry, "id", _urn(match))
    _add(entry, "title", _xml(item.title) or "(no title)")
    _add(entry, "updated", moment_text(match.matched_at))
    if item.published_at is not None:
        _add(entry, "published", moment_text(item.published_at))
    author = ElementTree.SubElement(entry, "author")
    _add(author, "name", _xml(item.outlet) or "unknown")
    if link := web_link(match):
        ElementTree.SubElement(entry, "link", rel="alternate", href=_xml(link))
    for term in (match.topic, match.severity):
        ElementTree.SubElement(entry, "category", term=_xml(term))
    _add(entry, "summary", _xml(_summary(match)))


def _add(parent: ElementTree.Element, name: str, text: str | None) -> None:
    ElementTree.SubElement(parent, name).text = text


def _xml(text: str) -> str:
    """Make a text fit for XML, and for whoever reads the feed."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", safe_text(text))


def _summary(match: LoggedMatch) -> str:
    """Say by which words it matched, before what the item itself says."""
    words = ", ".join(dict.fromkeys(evidence.text for evidence in match.evidence))
    matched = f"{match.topic} ({match.severity}): {words}"
    return f"{matched}. {match.item.summary}" if match.item.summary else matched


def _urn(match: LoggedMatch) -> str:
    return f"urn:watcher:match:{match.id}"


def web_link(match: LoggedMatch) -> str:
    """Tell where the item of a match is, if that is on the web."""
    link = match.item.link
    return link if link.startswith(_WEB) else ""


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
