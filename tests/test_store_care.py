import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stored import DAY, NOW, URL, add, is_whole, log, prune, record, the_feed
from watcher.models import PollStats, State, Subscription
from watcher.store import MatchFilter, SqliteStore


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url=URL), now=NOW)
    return store


def test_old_items_without_matches_are_dropped(store: SqliteStore) -> None:
    matched, *_ = add(store, *range(1200))
    add(store, "young", now=NOW + 50 * DAY)
    log(store, matched)
    prune(store, NOW + 89 * DAY)
    assert store.count_items() == 1201
    prune(store, NOW + 91 * DAY)
    assert store.count_items() == 2


def test_the_latest_news_of_a_feed_stay_until_newer_ones_come(store: SqliteStore) -> None:
    for day in (0, 1):
        add(store, f"a {day}", f"b {day}", now=NOW + day * DAY)
        stats = PollStats(news_at=NOW + day * DAY)
        store.record_poll(the_feed(store), record(stats=stats))
    prune(store, NOW + 99 * DAY)
    assert store.count_items() == 2
    store.remove_feed(URL)
    prune(store, NOW + 99 * DAY)
    assert store.count_items() == 0


def test_no_step_of_a_pruning_is_long(store: SqliteStore) -> None:
    log(store, *add(store, *range(450)))
    store.mark(range(1, 351), state=State.DISMISSED)
    now = NOW + 91 * DAY
    left = [
        (len(list(store.matches(MatchFilter()))), store.count_items())
        for _ in store.pruning(now=now, items_older_than=DAY, dismissed_older_than=DAY)
    ]
    assert [matches for matches, _ in left[:4]] == [350, 250, 150, 100]
    assert [items for _, items in left[3:]] == [450, 350, 250, 150, 100]


def test_old_dismissed_matches_are_dropped_with_their_items(
    store: SqliteStore, tmp_path: Path
) -> None:
    log(store, *add(store, 1, 2, 3))
    store.mark([1], state=State.DISMISSED)
    store.mark([2], state=State.KEPT)
    prune(store, NOW + 364 * DAY)
    assert store.count_items() == 3
    prune(store, NOW + 366 * DAY)
    assert store.count_items() == 2
    assert [match.id for match in store.matches(MatchFilter())] == [3, 2]
    assert store.counts(now=NOW).queued == 2
    assert is_whole(tmp_path / "watcher.db")


def test_what_an_item_with_matches_is_known_by_is_never_forgotten(store: SqliteStore) -> None:
    log(store, *add(store, "pinned"))
    add(store, *range(15_020))
    prune(store, NOW + 401 * DAY)
    assert add(store, "pinned", now=NOW + 401 * DAY) == ()


def test_keys_are_forgotten_only_when_no_document_can_show_their_items(
    store: SqliteStore, tmp_path: Path
) -> None:
    add(store, *range(15_020))
    for days, kept in ((399, 15_020), (401, 15_001)):
        prune(store, NOW + days * DAY)
        with closing(sqlite3.connect(tmp_path / "watcher.db")) as db:
            assert db.execute("SELECT count(*) FROM item_keys").fetchone() == (kept,)
    assert len(add(store, *range(15_020), now=NOW + 401 * DAY)) == 19
