"""Feeds of XML become the items that were meant; each file stands beside what it holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from watcher.errors import ParseError
from watcher.models import Document, Item
from watcher.parse.document import parse_document

FEEDS = sorted((Path(__file__).parent / "data" / "feeds").glob("*.xml"))
URL = "https://feeds.example/rss"


def parsed(body: bytes | str) -> Document:
    body = body.encode() if isinstance(body, str) else body
    return parse_document(body, content_type=None, url=URL)


def as_json(item: Item) -> dict[str, Any]:
    names = ("guid", "title", "summary", "content", "author", "link", "language")
    shown = {name: getattr(item, name) for name in names}
    shown["published"] = item.published_at and item.published_at.isoformat()
    shown["tags"] = list(item.tags)
    return {name: value for name, value in shown.items() if value}


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.stem)
def test_a_feed_holds_what_stands_beside_it(path: Path) -> None:
    document = parsed(path.read_bytes())
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    for name in ("title", "language", "format", "next_page"):
        assert getattr(document, name) == expected.get(name, "")
    assert document.dropped == expected.get("dropped", 0)
    assert [as_json(item) for item in document.items] == expected["items"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        pytest.param("<opml><body/></opml>", "unsupported", "OPML", id="opml"),
        pytest.param("<note><to>you</to></note>", "not_a_feed", "<note>", id="other xml"),
        pytest.param("<?xml version='1.0'?> <", "not_a_feed", "no XML", id="a declaration alone"),
        pytest.param(
            "<p>Moved.<html><link rel=alternate type='application/rss+xml' href='/f'>",
            "not_a_feed",
            "https://feeds.example/f",
            id="a page after junk",
        ),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: str, kind: str, words: str) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        parsed(body)
    assert caught.value.kind == kind


def test_a_feed_without_items_is_a_feed() -> None:
    document = parsed("<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
    assert (document.title, document.items, document.format) == ("Quiet", (), "rss20")
    assert not document.is_torn


def test_a_feed_that_is_not_well_formed_is_read_with_a_warning() -> None:
    document = parsed("<rss version='2.0'><channel><item><title>Left open</title></rss>")
    assert [item.title for item in document.items] == ["Left open"]
    assert "not well-formed" in document.warnings[0]
    assert not document.is_torn


@pytest.mark.parametrize(
    "torn",
    [
        pytest.param(
            "<item><title>2</title><link>https://a.example/2</link></ite", id="at its end"
        ),
        pytest.param("<item><title>2</title><description>Ab", id="in a text"),
        pytest.param("<item><title>2</title><description><![CDATA[A & b", id="in a section"),
        pytest.param("<item><tit", id="in a tag"),
        pytest.param("<item ", id="at its start"),
    ],
)
def test_an_item_in_whose_middle_a_document_breaks_off_is_left_out(torn: str) -> None:
    document = parsed(f"<rss version='2.0'><channel><item><title>1</title></item>{torn}")
    assert [item.title for item in document.items] == ["1"]
    assert "not well-formed" in document.warnings[0]
    assert document.is_torn


def test_no_file_and_no_address_is_opened() -> None:
    for body in ("/etc/hostname", "https://feeds.example/rss", "file:///etc/hostname"):
        with pytest.raises(ParseError):
            parsed(body)


def test_entities_of_a_dtd_are_not_followed() -> None:
    bomb = '<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">'
    document = parsed(
        f"<!DOCTYPE rss [{bomb}]><rss version='2.0'><channel><item><title>&b; &c;</title></item>"
        "</channel></rss>"
    )
    assert document.items[0].title == "&b; &c;"


@pytest.mark.parametrize(
    "stumble",
    [
        pytest.param("<georss:point>1 2</georss:point><gml:pos>1</gml:pos>", id="places"),
        pytest.param("<textInput><name>q</name></textInput>", id="text input in an item"),
        pytest.param("<psc:chapter start='1'/>", id="chapters"),
        pytest.param("<b><width></b></width>", id="crossed tags"),
        pytest.param("<b>&#55357;", id="half a pair"),
    ],
)
def test_what_feedparser_stumbles_over_costs_no_item(stumble: str) -> None:
    feed = "<rss version='2.0'><channel><item><title>One</title><link>/1</link>{}</item></channel>"
    assert [item.link for item in parsed(feed.format(stumble)).items] == ["https://feeds.example/1"]


def test_what_feedparser_cannot_read_at_all_is_an_error() -> None:
    with pytest.raises(ParseError, match="feedparser cannot read it: IndexError") as caught:
        parsed("<rss version='2.0'><channel><item><source><image><link/></rss>")
    assert caught.value.kind == "parse"
