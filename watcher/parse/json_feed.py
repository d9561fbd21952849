"""JSON Feed 1.0 and 1.1 → a `Document`; feedparser does not read it."""

import json
from collections.abc import Mapping
from typing import Any

from watcher.errors import ParseError
from watcher.models import Document, Item
from watcher.parse import fields
from watcher.parse.addresses import ADDRESS_LENGTH, web_address
from watcher.parse.dates import read_date
from watcher.parse.fields import language_tag, line, paragraphs
from watcher.safe import clean

Object = Mapping[str, Any]

_LONGEST_NUMBER = 30
"""Digits; Python refuses numbers of over 4,300, and no id is one to reckon with."""


def read_json_feed(text: str, *, url: str) -> Document:
    """Read a JSON Feed (jsonfeed.org/version/1.1); what has the wrong type counts as absent.

    Raises:
        ParseError: `not_a_feed` for other JSON, `parse` for none.
    """
    feed = _load(text)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError("not_a_feed", "the document is JSON, but no JSON Feed")
    if "jsonfeed.org/version/" not in _text(feed, "version"):
        raise ParseError("not_a_feed", "the document is JSON without the version of a JSON Feed")
    language = language_tag(feed.get("language"))
    author = _author(feed)
    items = (item for item in feed["items"] if isinstance(item, dict))
    return Document(
        title=clean(_text(feed, "title").strip(), fields.TITLE_LENGTH),
        language=language,
        items=tuple(_item(item, url, language=language, author=author) for item in items),
        format="json11" if _text(feed, "version").endswith("1.1") else "json10",
        next_page=web_address(_text(feed, "next_url"), url),
    )


def _load(text: str) -> object:
    try:
        # control characters may stand in texts
        return json.loads(text, strict=False, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        raise ParseError("parse", f"the document is no valid JSON: {error}") from error


def _whole_number(digits: str) -> int | str:
    """Read a number, but leave one that only a name can be."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _item(item: Object, url: str, *, language: str, author: str) -> Item:
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    return Item(
        guid=clean(_guid(item), ADDRESS_LENGTH),
        title=line(_text(item, "title"), fields.TITLE_LENGTH),
        summary=clean(_text(item, "summary").strip(), fields.SUMMARY_LENGTH),
        content=paragraphs(html, fields.CONTENT_LENGTH)
        or clean(plain.strip(), fields.CONTENT_LENGTH),
        author=_author(item) or author,
        link=_link(item, url),
        language=language_tag(item.get("language")) or language,
        published_at=read_date(_text(item, "date_published"))
        or read_date(_text(item, "date_modified")),
        tags=_tags(item),
    )


def _text(thing: Object, key: str) -> str:
    value = thing.get(key)
    return value if isinstance(value, str) else ""


def _guid(item: Object) -> str:
    """Read an id; numbers are seen, and taken as text (version 1.1, section Items)."""
    guid = item.get("id")
    return str(guid) if isinstance(guid, str | int | float) else ""


def _link(item: Object, url: str) -> str:
    for key in ("url", "external_url"):
        if link := web_address(_text(item, key), url):
            return link
    guid = _guid(item)
    return web_address(guid, url) if guid.startswith(("http://", "https://")) else ""


def _author(thing: Object) -> str:
    """Name all authors; 1.0 has `author`, 1.1 `authors`."""
    authors = thing.get("authors")
    people = authors if authors and isinstance(authors, list) else [thing.get("author")]
    names = (_text(person, "name").strip() for person in people if isinstance(person, dict))
    return line(", ".join(dict.fromkeys(filter(None, names))), fields.NAME_LENGTH)


def _tags(item: Object) -> tuple[str, ...]:
    tags = item.get("tags")
    texts = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    lines = dict.fromkeys(line(tag, fields.NAME_LENGTH) for tag in texts[: fields.MOST_TAGS])
    return tuple(filter(None, lines))
