"""One entry of feedparser's → an item: its texts, link, date, from wherever outlets put them."""

from calendar import timegm
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.models import Item
from watcher.parse.addresses import ADDRESS_LENGTH, web_address
from watcher.parse.html import to_line, to_text
from watcher.parse.markup import SIDE_TEXTS
from watcher.safe import clean

TITLE_LENGTH = 2_000
SUMMARY_LENGTH = 20_000
CONTENT_LENGTH = 200_000
NAME_LENGTH = 500
LANGUAGE_LENGTH = 35
MOST_TAGS = 50
_MARKUP = 4
"""Markup is read up to so many times the length its text may have."""

_SUMMARIES = ("summary", "subtitle", *SIDE_TEXTS)
_CONTENTS = ("yandex_full-text", "full-text", "turbo_content", "media_text")
_SERVICES = ("self", "replies", "edit", "license", "hub")
"""Relations of links that lead to no page of the item."""
_DATES = ("published_parsed", "updated_parsed", "created_parsed")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def item_of(entry: dict[str, Any], *, base: str, language: str, author: str = "") -> Item:
    """Make an item of an entry; relative links are resolved against `base`.

    `language` and `author` are the feed's, for an entry that does not tell its own.
    """
    summary, content = _texts(entry)
    return Item(
        guid=clean(_text(entry, "id"), ADDRESS_LENGTH),
        title=line(_text(entry, "title"), TITLE_LENGTH),
        summary=summary,
        content=content,
        author=line(authors_of(entry) or author, NAME_LENGTH),
        link=next(_links(entry, base), ""),
        language=_language(entry) or language,
        published_at=_published_at(entry),
        tags=_tags(entry),
    )


def authors_of(entry: dict[str, Any]) -> str:
    """Name all authors of an entry, or of a feed."""
    names = (each.get("name") or each.get("email") for each in dict.get(entry, "authors") or ())
    return ", ".join(dict.fromkeys(filter(None, names))) or _text(entry, "author")


def line(markup: str, max_length: int) -> str:
    """Read markup as one line of so many code points at most."""
    return clean(to_line(markup[: _MARKUP * max_length]), max_length)


def paragraphs(markup: str, max_length: int) -> str:
    """Read markup as text of so many code points at most."""
    return clean(to_text(markup[: _MARKUP * max_length]), max_length)


def language_tag(language: object) -> str:
    """Read a language tag (BCP 47), also one with underscores."""
    tag = language.strip().replace("_", "-") if isinstance(language, str) else ""
    return clean(tag, LANGUAGE_LENGTH)


def _text(entry: dict[str, Any], key: str) -> str:
    value = dict.get(entry, key)  # feedparser's own `get` answers with other keys, too
    return value.strip() if isinstance(value, str) else ""


def _texts(entry: dict[str, Any]) -> tuple[str, str]:
    """Find summary and content; what feedparser put in both stands in one."""
    contents = [part["value"] for part in dict.get(entry, "content") or () if part.get("value")]
    contents += filter(None, (_text(entry, key) for key in _CONTENTS))
    summaries = filter(None, (_text(entry, key) for key in _SUMMARIES))
    content = "\n<p>".join(dict.fromkeys(contents))
    summary = next(summaries, "")
    if summary.strip() == content.strip() and len(content) <= SUMMARY_LENGTH:
        content = ""
    elif summary in contents:
        summary = ""
    said = paragraphs(summary, SUMMARY_LENGTH), paragraphs(content, CONTENT_LENGTH)
    return _with_others(*said, summaries)


def _with_others(summary: str, content: str, others: Iterable[str]) -> tuple[str, str]:
    """Add to the content what further summaries say beside these two."""
    for markup in others:
        text = paragraphs(markup, SUMMARY_LENGTH)
        if text not in summary and text not in content:
            content = clean(f"{content}\n\n{text}".lstrip(), CONTENT_LENGTH)
    return summary, content


def _links(entry: dict[str, Any], base: str) -> Iterator[str]:
    """Name the web addresses of an entry, the likeliest first.

    feedparser's `link` may be the last of several, or an empty one, or no web address; an
    enclosure is better than nothing.
    """
    links = [link for link in dict.get(entry, "links") or () if dict.get(link, "href")]
    alternates = [link for link in links if link.get("rel") == "alternate"]
    pages = [link["href"] for link in alternates if "html" in link.get("type", "html")]
    guid, link = _text(entry, "id"), _text(entry, "link")
    yield from _addresses(pages, base)
    yield from _addresses([each["href"] for each in alternates], base)
    if link != guid:  # feedparser takes any guid for a link
        yield from _addresses([link], base)
    if guid.startswith(("http://", "https://")):
        yield from _addresses([guid], base)
    yield from _addresses([link["href"] for link in links if link["rel"] not in _SERVICES], base)


def _addresses(addresses: list[str], base: str) -> Iterator[str]:
    return filter(None, (web_address(address, base) for address in addresses))


def _language(entry: dict[str, Any]) -> str:
    detail = dict.get(entry, "title_detail") or dict.get(entry, "summary_detail") or {}
    return language_tag(dict.get(entry, "language") or detail.get("language"))


def _published_at(entry: dict[str, Any]) -> datetime | None:
    for key in _DATES:
        parsed = dict.get(entry, key)
        if parsed is not None and 1970 <= parsed[0] < 2200:
            return _EPOCH + timedelta(seconds=timegm(parsed))
    return None


def _tags(entry: dict[str, Any]) -> tuple[str, ...]:
    terms = (tag.get("label") or tag.get("term") or "" for tag in dict.get(entry, "tags") or ())
    tags = dict.fromkeys(line(term, NAME_LENGTH) for term in terms)
    return tuple(filter(None, tags))[:MOST_TAGS]
