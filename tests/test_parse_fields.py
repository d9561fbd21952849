"""Fields are found wherever outlets put them, and are bounded."""

from typing import Any

import pytest

from watcher.models import Item
from watcher.parse.document import parse_document
from watcher.parse.fields import (
    CONTENT_LENGTH,
    MOST_TAGS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    language_tag,
)

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:yandex="http://news.yandex.ru" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def item_in(markup: str) -> Item:
    xml = (
        f'<rss version="2.0" {NAMESPACES}><channel><link>https://site.example/</link>'
        f"<item>{'' if '<title' in markup else '<title>t</title>'}{markup}</item></channel></rss>"
    )
    return parse_document(xml.encode(), content_type=None, url="https://feeds.example/rss").items[0]


@pytest.mark.parametrize(
    ("markup", "summary", "content"),
    [
        pytest.param("<description>a</description>", "a", "", id="description"),
        pytest.param("<content:encoded>b</content:encoded>", "b", "", id="content alone"),
        pytest.param(
            "<description>a</description><content:encoded>b</content:encoded>", "a", "b", id="both"
        ),
        pytest.param(
            "<description>a</description><content:encoded>a</content:encoded>", "a", "", id="same"
        ),
        pytest.param("<itunes:summary>c</itunes:summary>", "c", "", id="itunes summary"),
        pytest.param("<itunes:subtitle>d</itunes:subtitle>", "d", "", id="itunes subtitle"),
        pytest.param(
            "<media:description type='html'>e</media:description>", "e", "", id="media description"
        ),
        pytest.param("<yandex:full-text>f</yandex:full-text>", "", "f", id="yandex full text"),
        pytest.param(
            "<description>a</description><content:encoded>b</content:encoded>"
            "<media:description>c</media:description><itunes:summary>d</itunes:summary>",
            "a",
            "b\n\nd\n\nc",
            id="all that summaries say",
        ),
        pytest.param(
            "<description>&lt;p&gt;a b&lt;/p&gt;</description><itunes:summary>a b</itunes:summary>",
            "a b",
            "",
            id="what is said already",
        ),
    ],
)
def test_texts_are_found(markup: str, summary: str, content: str) -> None:
    item = item_in(markup)
    assert (item.summary, item.content) == (summary, content)


@pytest.mark.parametrize(
    ("markup", "link"),
    [
        pytest.param("<link>/a</link>", "https://site.example/a", id="relative to the site"),
        pytest.param(
            "<link/><guid>https://site.example/b</guid>", "https://site.example/b", id="guid"
        ),
        pytest.param("<guid>b</guid>", "", id="a guid that is no address"),
        pytest.param("<link>urn:x</link>", "", id="another scheme"),
        pytest.param(
            "<link>at://x</link><atom:link rel='related' href='/c'/>",
            "https://site.example/c",
            id="related",
        ),
        pytest.param("<atom:link rel='self' href='/me'/>", "", id="self is no page"),
        pytest.param(
            "<link>https://site.example/a?x=1&amp;y=2#z</link>",
            "https://site.example/a?x=1&y=2#z",
            id="query",
        ),
    ],
)
def test_links_lead_to_pages(markup: str, link: str) -> None:
    assert item_in(markup).link == link


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        pytest.param("<pubDate>2 Mar 2026</pubDate>", 2, id="pubDate"),
        pytest.param("<dc:date>2026-03-03</dc:date>", 3, id="dc:date"),
        pytest.param(
            "<dc:date>2026-03-03</dc:date><pubDate>2 Mar 2026</pubDate>", 2, id="published first"
        ),
        pytest.param(
            "<pubDate>soon</pubDate><atom:updated>2026-03-04</atom:updated>", 4, id="next"
        ),
        pytest.param("<pubDate>soon</pubDate>", None, id="none"),
    ],
)
def test_dates_are_found(markup: str, day: int | None) -> None:
    published_at = item_in(markup).published_at
    assert (published_at and published_at.day) == day


@pytest.mark.parametrize(
    ("markup", "field", "length"),
    [
        ("<title>{}</title>", "title", TITLE_LENGTH),
        ("<description>{}</description>", "summary", SUMMARY_LENGTH),
        ("<yandex:full-text>{}</yandex:full-text>", "content", CONTENT_LENGTH),
    ],
)
def test_texts_are_bounded(markup: str, field: str, length: int) -> None:
    text: Any = getattr(item_in(markup.format("é" * (length + 9))), field)
    assert text == "é" * length


def test_a_long_text_in_both_places_stands_in_content_whole() -> None:
    item = item_in(f"<content:encoded>{'é' * (SUMMARY_LENGTH + 9)}</content:encoded>")
    assert (item.summary, len(item.content)) == ("", SUMMARY_LENGTH + 9)


def test_tags_are_few_and_different() -> None:
    item = item_in(
        "<category>a</category>" * 2
        + "".join(f"<category>{number}</category>" for number in range(99))
    )
    assert len(item.tags) == MOST_TAGS
    assert item.tags[:2] == ("a", "0")


@pytest.mark.parametrize(
    ("language", "tag"),
    [("uk_UA", "uk-UA"), (" en ", "en"), (None, ""), (5, ""), ("x" * 99, "x" * 35)],
)
def test_a_language_is_a_tag(language: object, tag: str) -> None:
    assert language_tag(language) == tag


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        pytest.param("<author>Ana Quill</author>", "Ana Quill", id="one"),
        pytest.param(
            "<dc:creator>Ana</dc:creator><dc:creator>Bo</dc:creator><dc:creator>Ana</dc:creator>",
            "Ana, Bo",
            id="several, each once",
        ),
        pytest.param("", "", id="none"),
    ],
)
def test_authors_are_named(markup: str, author: str) -> None:
    assert item_in(markup).author == author


def test_entries_inherit_the_author_of_an_atom_feed() -> None:
    own = "<entry><title>a</title><author><name>Ana</name></author></entry>"
    xml = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Desk</name></author>'
        f"{own}<entry><title>b</title></entry></feed>"
    )
    document = parse_document(xml.encode(), content_type=None, url="https://feeds.example/atom")
    assert [item.author for item in document.items] == ["Ana", "Desk"]
