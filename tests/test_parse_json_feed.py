"""JSON Feed is read, whatever its fields hold."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.models import Document, Item
from watcher.parse.document import parse_document

URL = "https://json.example/feed.json"


def parsed(feed: object) -> Document:
    return parse_document(json.dumps(feed).encode(), content_type=None, url=URL)


def feed_of(*items: object, **more: object) -> dict[str, object]:
    return {"version": "https://jsonfeed.org/version/1.1", "items": list(items), **more}


def test_a_whole_feed() -> None:
    document = parsed(
        feed_of(
            {
                "id": 7,
                "url": "/one",
                "title": "Tea &amp; cake",
                "summary": "Short.",
                "content_html": "<p>Long</p><p>text</p>",
                "content_text": "not this",
                "date_published": "2026-03-02T12:00:00+02:00",
                "authors": [{"name": "Ana Quill"}],
                "tags": ["tea", "", 5, "tea"],
                "language": "en-GB",
            },
            {
                "id": "https://json.example/two",
                "content_text": "a < b\n\nc",
                "external_url": "urn:x",
            },
            title="Harbour",
            home_page_url="https://json.example/",
            next_url="?page=2",
            language="en",
            authors=[{"name": "The desk"}],
        )
    )
    assert (document.title, document.format, document.next_page) == (
        ("Harbour", "json11", "https://json.example/feed.json?page=2")
    )
    assert document.items == (
        Item(
            guid="7",
            title="Tea & cake",
            summary="Short.",
            content="Long\n\ntext",
            author="Ana Quill",
            link="https://json.example/one",
            language="en-GB",
            published_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
            tags=("tea",),
        ),
        Item(
            guid="https://json.example/two",
            content="a < b\n\nc",
            author="The desk",
            link="https://json.example/two",
            language="en",
        ),
    )


def test_version_1_0_has_one_author() -> None:
    feed = feed_of(
        {"id": "1", "title": "x", "author": {"name": "Ana"}, "date_modified": "1772452800"}
    )
    document = parsed(feed | {"version": "https://jsonfeed.org/version/1"})
    assert document.format == "json10"
    assert document.items[0].author == "Ana"
    assert document.items[0].published_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("authors", "author"),
    [
        pytest.param([{"name": "Jane Roe"}, {"name": "John Doe"}], "Jane Roe, John Doe", id="two"),
        pytest.param([{"name": "Ana"}, {"url": "/bo"}, None, {"name": "Ana "}], "Ana", id="once"),
        pytest.param([], "The desk", id="none"),
        pytest.param({"name": "Ana"}, "The desk", id="no list"),
    ],
)
def test_all_authors_are_named(authors: object, author: str) -> None:
    document = parsed(feed_of({"title": "t", "authors": authors}, authors=[{"name": "The desk"}]))
    assert document.items[0].author == author


@pytest.mark.parametrize("authors", [{"name": "Bo"}, [], None])
def test_the_author_of_version_1_0_stands_in_for_a_list(authors: object) -> None:
    document = parsed(feed_of({"title": "t", "authors": authors, "author": {"name": "Ana"}}))
    assert document.items[0].author == "Ana"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"{", "parse", id="broken"),
        pytest.param(b"[" * 100_000, "parse", id="bottomless"),
        pytest.param(b'{"version": "https://jsonfeed.org/version/1"}', "not_a_feed", id="no items"),
        pytest.param(b'{"items": []}', "not_a_feed", id="no version"),
        pytest.param(b"[1, 2]", "not_a_feed", id="a list"),
    ],
)
def test_other_json_is_no_feed(body: bytes, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_document(body, content_type=None, url=URL)
    assert caught.value.kind == kind


def test_a_number_of_any_length_names_an_item() -> None:
    digits = "7" * 5000
    body = json.dumps(feed_of({"id": "DIGITS", "title": "x"})).replace('"DIGITS"', digits)
    (item,) = parse_document(body.encode(), content_type=None, url=URL).items
    assert item.guid == digits[: len(item.guid)]
    assert len(item.guid) > 30


def test_control_characters_in_texts_are_read() -> None:
    body = json.dumps(feed_of({"title": "ab"})).replace("ab", "a\x0bb\x00").encode()
    assert parse_document(body, content_type=None, url=URL).items[0].title == "a b\ufffd"


KEYS = st.sampled_from(
    """id url external_url title summary content_html content_text tags date_published authors
    author language""".split()  # noqa: SIM905 - shorter so
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=5) | VALUES, max_size=3), VALUES)
def test_fields_of_any_type_are_read_or_absent(items: list[object], value: object) -> None:
    document = parsed(feed_of(*items, title=value, language=value, next_url=value, authors=value))
    assert len(document.items) + document.dropped == sum(isinstance(item, dict) for item in items)
