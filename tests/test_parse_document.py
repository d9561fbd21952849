"""Whatever comes, it is a document or a ParseError."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.models import Document
from watcher.parse import parse_document

FEEDS = [
    path.read_bytes() for path in sorted((Path(__file__).parent / "data" / "feeds").glob("*.xml"))
]
URL = "https://feeds.example/rss"
KINDS = {"empty", "encoding", "unsupported", "not_a_feed", "parse"}


def parsed(body: bytes, content_type: str | None = None, max_items: int = 5000) -> Document:
    return parse_document(body, content_type=content_type, url=URL, max_items=max_items)


def holds_for(body: bytes, content_type: str | None = None) -> None:
    try:
        document = parsed(body, content_type)
    except ParseError as error:
        if error.kind not in KINDS or "\n" in str(error):
            raise AssertionError(str(error)) from error
        return
    for item in document.items:
        repr(item).encode()
        assert item.title or item.summary or item.content or item.link
        assert not item.link or item.link.startswith(("http://", "https://"))


@given(st.binary(max_size=200), st.none() | st.text(max_size=40))
def test_any_bytes_are_a_document_or_an_error(body: bytes, content_type: str | None) -> None:
    holds_for(body, content_type)


PIECES = """
<rss> <rss version="2.0"> <channel> <item> </item> </channel> </rss> <feed> <entry> </entry>
<title> </title> <link> <link/> <link href="//[x" rel="alternate"/> <guid> </guid> <author>
<description> <![CDATA[ ]]> <!-- --> &amp; &#55357; &#x110000; & &lt;b&gt; <!DOCTYPE <?xml ?>
<content type="xhtml"> <svg> <image> <category term="x"/> xml:base="http://[" <pubDate> 2026
<updated> <source> <media:content> <georss:point> <itunes:image href="x"/> <a <b> </b> " ' x é
<content type="base64"> <textInput> <rdf:RDF> <html> <urlset> { [ \x00 \x0b \xff
"""


@given(st.lists(st.sampled_from(PIECES.split()), max_size=30))
def test_any_heap_of_markup_is_a_document_or_an_error(pieces: list[str]) -> None:
    holds_for(" ".join(pieces).encode("latin-1"))
    holds_for(f"<rss version='2.0'><channel><item>{' '.join(pieces)}".encode())


@given(st.sampled_from(FEEDS), st.data())
def test_a_damaged_feed_is_a_document_or_an_error(feed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(feed)))
    end = data.draw(st.integers(start, min(len(feed), start + 40)))
    holds_for(feed[:start] + data.draw(st.binary(max_size=8)) + feed[end:])


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()


def dated(days: Iterator[int] | list[int]) -> list[str]:
    return [f"<item><title>{day}</title><pubDate>{day} Mar 2026</pubDate></item>" for day in days]


def test_of_too_many_items_the_newest_are_kept_in_their_order() -> None:
    undated = "<item><title>undated</title></item>"
    document = parsed(rss(undated, *dated([3, 9, 1, 8])), max_items=2)
    assert [item.title for item in document.items] == ["9", "8"]
    assert document.dropped == 3
    assert document.warnings == ("kept the newest 2 of 5 items",)


def test_items_left_out_are_read_the_next_time() -> None:
    old, new = dated([1, 2, 3, 4, 5]), dated([10, 11, 12, 13, 14, 15])
    memory, longer = parsed(rss(*old)).memory, rss(*new, *old)
    first = parse_document(longer, content_type=None, url=URL, memory=memory, max_items=4)
    assert (first.known, len(first.items), first.left_out) == (5, 4, 2)
    then = parse_document(longer, content_type=None, url=URL, memory=first.memory, max_items=4)
    assert (then.known, [item.title for item in then.items], then.left_out) == (9, ["10", "11"], 0)


def test_of_undated_items_the_first_are_kept() -> None:
    items = [f"<item><title>{name}</title></item>" for name in "abc"]
    assert [item.title for item in parsed(rss(*items), max_items=2).items] == ["a", "b"]


def test_items_that_say_nothing_are_dropped() -> None:
    document = parsed(rss("<item><guid isPermaLink='false'>1</guid></item>", *dated([1])))
    assert (len(document.items), document.dropped) == (1, 1)


def test_a_page_is_no_feed() -> None:
    with pytest.raises(ParseError, match="a page of HTML"):
        parsed(b"<!DOCTYPE html><html><body>Hello")


def test_many_comments_before_a_feed_are_passed_at_once() -> None:
    assert parsed(b"<!--a--> " * 300 + FEEDS[0].partition(b"?>")[2]).items


def test_a_feed_in_a_page_is_read() -> None:
    feed = "<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
    page = f"<!DOCTYPE html><html>{feed}</html>"
    assert parsed(page.encode()).items[0].title == "x"


def test_text_is_no_feed() -> None:
    with pytest.raises(ParseError, match="neither XML nor JSON"):
        parsed(b"404 not found, sorry")
