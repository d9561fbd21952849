"""News sitemaps are feeds, too."""

from datetime import UTC, datetime

import pytest

from watcher.errors import ParseError
from watcher.models import Item
from watcher.parse.document import parse_document

URL = "https://site.example/news.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><!-- made at night -->\n'
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def test_news_are_items() -> None:
    body = f"""{HEAD}<urlset {NAMESPACES}>
    <url><loc>https://site.example/about</loc></url>
    <url><loc> https://site.example/bridge </loc><lastmod>2026-03-03</lastmod><news:news>
      <news:publication>
        <news:name>The Site</news:name><news:language>en</news:language>
      </news:publication>
      <news:publication_date>2026-03-02T12:00:00+02:00</news:publication_date>
      <news:title>Bridge &amp; pier &nbsp;shut</news:title>
      <news:keywords>bridge, pier,</news:keywords>
    </news:news></url></urlset>"""
    document = parse_document(body.encode(), content_type=None, url=URL)
    assert (document.format, document.title) == ("sitemap", "The Site")
    assert document.items == (
        Item(
            guid="https://site.example/bridge",
            title="Bridge & pier shut",
            link="https://site.example/bridge",
            language="en",
            published_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
            tags=("bridge", "pier"),
        ),
    )


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        pytest.param(f"<urlset {NAMESPACES}><url></urlset>", "parse", "well-formed", id="broken"),
        pytest.param(
            f"<urlset {NAMESPACES}><url><loc>https://site.example/a</loc></url></urlset>",
            "not_a_feed",
            "no news",
            id="no news",
        ),
        pytest.param(
            f"<sitemapindex {NAMESPACES}><sitemap><loc>/n1.xml</loc></sitemap></sitemapindex>",
            "unsupported",
            "https://site.example/n1.xml",
            id="index",
        ),
    ],
)
def test_other_sitemaps_say_why(body: str, kind: str, words: str) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        parse_document((HEAD + body).encode(), content_type=None, url=URL)
    assert caught.value.kind == kind


def test_an_empty_sitemap_is_a_feed_without_news_today() -> None:
    body = f"{HEAD}<urlset {NAMESPACES}></urlset>".encode()
    assert parse_document(body, content_type=None, url=URL).items == ()


def test_a_prefix_that_nobody_declared_is_understood() -> None:
    body = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
        "<loc>https://site.example/a</loc><image:image/>"
        "<news:news><news:title>Bridge shut</news:title></news:news></url></urlset>"
    )
    document = parse_document(body.encode(), content_type=None, url=URL)
    assert [item.title for item in document.items] == ["Bridge shut"]
