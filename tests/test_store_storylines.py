import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stored import feed_at
from watcher.models import Evidence, Item, Match, Origin, Subscription, Topic
from watcher.nodes import Term
from watcher.store import MatchFilter, SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TITLE = "Rail workers in the north agree to end a strike of nine days"
OTHER = "Museum shows forgotten paintings found behind a wall in its cellar"


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url="https://a.example/f"), now=NOW)
    return store


def match(store: SqliteStore, guid: str, title: str, *, now: datetime = NOW) -> None:
    feed = feed_at(store, "https://a.example/f")
    item = Item(guid=guid, title=title, published_at=now)
    store.add_new_items(feed, [item], now=now)
    stored = store.item(int(guid))
    assert stored is not None
    store.log_matches(
        [(stored, Match("t", tuple[Evidence, ...]))],
        topics={"t": Topic(id="t", query=Term("x"), version="1")},
        origin=Origin.LIVE,
        now=now,
        notify=False,
    )


def stories(store: SqliteStore) -> dict[object, int]:
    """Tell the story of each item that matched."""
    return {match.item.id: match.story for match in store.matches(MatchFilter())}


def test_a_copy_joins_the_story_of_its_first_publisher(store: SqliteStore) -> None:
    match(store, "1", TITLE)
    match(store, "2", OTHER)
    match(store, "3", f"{TITLE}!", now=NOW - DAY)
    assert stories(store) == {1: 1, 2: 2, 3: 1}


def test_a_copy_of_a_copy_joins_its_story(store: SqliteStore) -> None:
    match(store, "1", TITLE)
    match(store, "2", f"{TITLE} of talks")
    match(store, "3", f"{TITLE} of talks now")
    assert stories(store) == {1: 1, 2: 1, 3: 1}


def test_a_thousandth_copy_is_compared_with_one(store: SqliteStore, tmp_path: Path) -> None:
    for number in range(1, 30):
        match(store, str(number), f"{TITLE}{'!' * number}")
    assert stories(store) == dict.fromkeys(range(1, 30), 1)
    with closing(sqlite3.connect(tmp_path / "watcher.db")) as db:
        assert db.execute("SELECT DISTINCT item_id FROM story_bands").fetchall() == [(1,)]


def test_of_many_that_may_be_alike_the_latest_are_compared(store: SqliteStore) -> None:
    alerts = [f"Air alert: go to the nearest shelter, {n} {n} {n}" for n in range(1, 121)]
    for number, title in enumerate([*alerts, alerts[-1], alerts[0]], 1):
        match(store, str(number), title)
    told = stories(store)
    assert (told[121], told[122]) == (120, 122)


def test_the_same_words_days_later_are_another_story(store: SqliteStore) -> None:
    match(store, "1", TITLE)
    match(store, "2", TITLE, now=NOW + 4 * DAY)
    assert stories(store) == {1: 1, 2: 2}


def test_items_that_match_nothing_have_no_story(store: SqliteStore) -> None:
    feed = feed_at(store, "https://a.example/f")
    store.add_new_items(feed, [Item(guid="1", title=TITLE)], now=NOW)
    match(store, "2", TITLE)
    assert stories(store) == {2: 2}
