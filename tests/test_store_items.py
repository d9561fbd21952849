from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import feed_at
from watcher.models import Item, Subscription
from watcher.store import SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    """Hold ten items, one an hour since NOW."""
    store.add_feed(Subscription(url="https://a.example/f", language="uk"), now=NOW)
    feed = feed_at(store, "https://a.example/f")
    for hour in range(10):
        item = Item(guid=str(hour), title=f"Title {hour}", published_at=NOW)
        store.add_new_items(feed, [item], now=NOW + timedelta(hours=hour))
    return store


def test_an_item_is_read_by_its_number(store: SqliteStore) -> None:
    item = store.item(3)
    assert item is not None
    assert (item.id, item.title, item.language, item.feed, item.published_at, item.seen_at) == (
        3,
        "Title 2",
        "uk",
        "https://a.example/f",
        NOW,
        NOW + timedelta(hours=2),
    )
    assert store.item(99) is None


@pytest.mark.parametrize(
    ("asked", "chunks"),
    [
        pytest.param({}, [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]], id="all"),
        pytest.param({"after_id": 8}, [[9, 10]], id="after a number"),
        pytest.param({"after_id": 1, "up_to_id": 3}, [[2, 3]], id="up to a number"),
        pytest.param({"since": NOW + timedelta(hours=8)}, [[9, 10]], id="since a moment"),
        pytest.param({"since": NOW + timedelta(hours=10)}, [], id="none since then"),
        pytest.param({"after_id": 10}, [], id="none after a number"),
    ],
)
def test_items_are_read_in_chunks(
    store: SqliteStore, asked: dict[str, object], chunks: list[list[int]]
) -> None:
    found = store.items(chunk=4, **asked)  # type: ignore[arg-type]  # a row of the table
    assert [[item.id for item in chunk] for chunk in found] == chunks


def test_a_clock_set_back_leaves_no_hole_in_what_is_read(store: SqliteStore) -> None:
    feed = feed_at(store, "https://a.example/f")
    for hour in (12, 10, 13):
        store.add_new_items(feed, [Item(guid=f"at {hour}")], now=NOW + timedelta(hours=hour))
    (chunk,) = store.items(since=NOW + timedelta(hours=11))
    assert [item.id for item in chunk] == [11, 12, 13]


def test_items_are_counted_since_a_moment(store: SqliteStore) -> None:
    assert store.count_items() == 10
    assert store.count_items(since=NOW + timedelta(hours=7)) == 3
