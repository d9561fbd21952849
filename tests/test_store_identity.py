from datetime import UTC, datetime, timedelta

import pytest

from watcher.models import Item
from watcher.store.identity import (
    Kind,
    canonical_link,
    keys_of,
    repeats_within,
    text_hash,
    titles_within,
)

MAP = "https://a.example/map"
DAY, HOUR = datetime(2026, 3, 2, tzinfo=UTC), timedelta(hours=1)


@pytest.mark.parametrize(
    ("link", "same"),
    [
        pytest.param(
            "http://News.Example/a", "https://news.example/a", id="scheme and host's case"
        ),
        pytest.param("https://www.news.example/a/", "https://news.example/a", id="www and slash"),
        pytest.param(
            "https://news.example/a?id=7&utm_source=rss&utm_medium=feed",
            "https://news.example/a?id=7",
            id="marks of campaigns behind",
        ),
        pytest.param(
            "https://news.example/a?fbclid=xyz&id=7",
            "https://news.example/a?id=7",
            id="marks of campaigns before",
        ),
        pytest.param(
            "https://news.example/?at_medium=RSS", "https://news.example", id="only marks"
        ),
    ],
)
def test_a_link_stays_the_same_whatever_does_not_lead_elsewhere(link: str, same: str) -> None:
    assert canonical_link(link) == canonical_link(same)


@pytest.mark.parametrize(
    ("link", "other"),
    [
        pytest.param("https://news.example/a", "https://news.example/A", id="case of the path"),
        pytest.param("https://news.example/?id=1", "https://news.example/?id=2", id="query"),
        pytest.param("https://news.example/live#1", "https://news.example/live#2", id="fragment"),
        pytest.param("https://a.news.example/", "https://b.news.example/", id="host"),
        pytest.param("urn:a", "urn:b", id="no address"),
    ],
)
def test_links_that_lead_elsewhere_differ(link: str, other: str) -> None:
    assert canonical_link(link) != canonical_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(Item(guid="1", title="A"), Item(guid="1", title="B"), id="guid"),
        pytest.param(
            Item(guid="http://a.example/?p=1"), Item(guid="https://a.example/?p=1"), id="address"
        ),
        pytest.param(
            Item(link="http://a.example/1", title="A"),
            Item(link="https://a.example/1/", title="B"),
            id="else link",
        ),
        pytest.param(Item(title="A", summary="x"), Item(title="A", summary="y"), id="else title"),
        pytest.param(Item(content="x", author="a"), Item(content="x", author="b"), id="else text"),
    ],
)
def test_an_item_is_known_by_the_first_thing_it_has(one: Item, other: Item) -> None:
    assert keys_of(one).names(frozenset()) == keys_of(other).names(frozenset())


def test_the_front_page_of_a_site_names_no_item() -> None:
    one, other = (
        Item(link="https://a.example/", title=title, published_at=datetime(2026, 3, 2, tzinfo=UTC))
        for title in ("A", "B")
    )
    assert keys_of(one).names(frozenset()) != keys_of(other).names(frozenset())


@pytest.mark.parametrize(
    ("items", "repeats"),
    [
        pytest.param(
            [Item(guid="1", link="http://a.example/1"), Item(guid="1", link="http://a.example/2")],
            {"guid"},
            id="one guid, two links",
        ),
        pytest.param(
            [Item(guid="1", title="A"), Item(guid="1", title="B")],
            {"guid"},
            id="one guid, no links, two titles",
        ),
        pytest.param(
            [Item(guid="1", link="http://a.example/"), Item(guid="1", link="http://a.example/")],
            set(),
            id="an item shown twice",
        ),
        pytest.param(
            [
                Item(guid="1", link="http://a.example/live", title="A"),
                Item(guid="2", link="http://a.example/live", title="B"),
            ],
            {"link"},
            id="one link, two guids and titles",
        ),
        pytest.param(
            [
                Item(guid="1", link="http://a.example/live", title="A"),
                Item(guid="2", link="http://a.example/live", title="A"),
            ],
            set(),
            id="an item shown under two guids",
        ),
        pytest.param(
            [
                Item(link="http://a.example/live", title="A"),
                Item(link="http://a.example/live", title="B"),
            ],
            {"link"},
            id="one link, no guids, two titles",
        ),
        pytest.param(
            [
                Item(guid="1", link=MAP, title="Alert", summary="North"),
                Item(guid="2", link=MAP, title="Alert", summary="South"),
            ],
            {"link"},
            id="one link and title, two guids and texts",
        ),
        pytest.param(
            [
                Item(link=MAP, title="Alert", published_at=DAY),
                Item(link=MAP, title="Alert", published_at=DAY + HOUR),
            ],
            {"link"},
            id="one link and title, no guids, two dates",
        ),
        pytest.param(
            [
                Item(guid="1", title="Alert", published_at=DAY),
                Item(guid="1", title="Alert", published_at=DAY + HOUR),
            ],
            {"guid"},
            id="one guid and title, no links, two dates",
        ),
        pytest.param(
            [
                Item(guid="1", link=MAP, title="North", published_at=DAY),
                Item(guid="1", link=MAP, title="South", published_at=DAY + HOUR),
            ],
            {"guid", "link"},
            id="one guid and link, two titles and dates",
        ),
        pytest.param(
            [
                Item(guid="1", link=MAP, title="A storm", published_at=DAY),
                Item(guid="1", link=MAP, title="A storm", published_at=DAY + HOUR),
            ],
            set(),
            id="an item and its edit",
        ),
        pytest.param(
            [
                Item(guid="1", link=MAP, title="A storm", published_at=DAY),
                Item(guid="1", link=MAP, title="Storm", published_at=DAY),
            ],
            set(),
            id="an item under two titles",
        ),
        pytest.param(
            [Item(guid="1", link="http://a.example/1"), Item(title="A"), Item(title="A")],
            set(),
            id="nothing shared",
        ),
    ],
)
def test_what_different_items_of_a_document_share_tells_nothing(
    items: list[Item], repeats: set[str]
) -> None:
    assert repeats_within([keys_of(item) for item in items], are_all=True) == repeats


@pytest.mark.parametrize(
    ("link", "published_at", "repeats", "found"),
    [
        pytest.param("", None, set(), {"title"}, id="nothing else"),
        pytest.param("", DAY, set(), {"title"}, id="nothing but a day"),
        pytest.param("", DAY + HOUR, set(), set(), id="a time"),
        pytest.param(MAP, None, set(), set(), id="a link"),
        pytest.param(MAP, None, {"link"}, {"title"}, id="a link that tells nothing"),
    ],
)
def test_a_title_over_several_texts_tells_nothing_where_there_is_nothing_else(
    link: str, published_at: datetime | None, repeats: set[Kind], found: set[str]
) -> None:
    items = [
        Item(link=link, title="Alert", published_at=published_at, summary=text) for text in "AB"
    ]
    assert titles_within([keys_of(item) for item in items], frozenset(repeats)) == found


def test_a_rewritten_text_has_another_hash() -> None:
    assert text_hash(Item(title="A", summary="B")) != text_hash(Item(title="A", summary="C"))
    assert text_hash(Item(title="A", link="B")) == text_hash(Item(title="A", link="C"))
