"""A news sitemap → a `Document`."""

from collections.abc import Iterator
from xml.etree import ElementTree

from watcher.errors import ParseError
from watcher.models import Document, Item
from watcher.parse import fields
from watcher.parse.addresses import web_address
from watcher.parse.dates import read_date
from watcher.parse.fields import language_tag, line
from watcher.parse.markup import mended, without_prologue


def read_sitemap(text: str, *, url: str) -> Document:
    """Read a sitemap with the news extension (sitemaps.org; Google, "News sitemaps").

    Raises:
        ParseError: `parse` if it is not well-formed, `unsupported` for an index of sitemaps,
            `not_a_feed` for one without news.
    """
    try:
        root = ElementTree.fromstring(without_prologue(mended(text)))  # noqa: S314 - the DTD, where bombs lie, is gone
    except ElementTree.ParseError as error:
        raise ParseError("parse", f"the sitemap is not well-formed: {error}") from error
    if root.tag.endswith("sitemapindex"):
        raise ParseError("unsupported", f"an index of sitemaps: add one of {_listed(root, url)}")
    items = tuple(_items(root, url))
    if not items and len(root):
        raise ParseError("not_a_feed", "the sitemap has no news, only addresses")
    title = next((name for each in root.iterfind("{*}url") if (name := _publication(each))), "")
    return Document(title=title, items=items, format="sitemap")


def _items(root: ElementTree.Element, url: str) -> Iterator[Item]:
    for each in root.iterfind("{*}url"):
        news = each.find("{*}news")
        if news is None:
            continue
        place = web_address(_text(each, "{*}loc"), url)
        yield Item(
            guid=place,
            title=line(_text(news, "{*}title"), fields.TITLE_LENGTH),
            link=place,
            language=language_tag(_text(news, "{*}publication/{*}language")),
            published_at=read_date(_text(news, "{*}publication_date"))
            or read_date(_text(each, "{*}lastmod")),
            tags=_keywords(news),
        )


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _publication(each: ElementTree.Element) -> str:
    return line(_text(each, "{*}news/{*}publication/{*}name"), fields.TITLE_LENGTH)


def _keywords(news: ElementTree.Element) -> tuple[str, ...]:
    words = _text(news, "{*}keywords").split(",")[: fields.MOST_TAGS]
    return tuple(filter(None, (line(word, fields.NAME_LENGTH) for word in words)))


def _listed(root: ElementTree.Element, url: str) -> str:
    places = [web_address(_text(each, "{*}loc"), url) for each in root]
    return ", ".join(list(filter(None, places))[:3]) or "those it lists"
