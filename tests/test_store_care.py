from pathlib import Path

import pytest

from tests.stored import DAY, NOW, URL, add, is_whole, log, prune
from watcher.models import State, Subscription
from watcher.store import MatchFilter, Pruned, SqliteStore


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url=URL), now=NOW)
    return store


def test_old_items_without_matches_are_dropped(store: SqliteStore) -> None:
    matched, *_ = add(store, *range(1200))
    add(store, "young", now=NOW + 50 * DAY)
    log(store, matched)
    assert prune(store, NOW + 89 * DAY) == Pruned(items=0, matches=0, keys=0)
    assert prune(store, NOW + 91 * DAY) == Pruned(items=1199, matches=0, keys=0)
    assert store.counts(now=NOW).items == 2


def test_no_step_of_a_pruning_is_long(store: SqliteStore) -> None:
    log(store, *add(store, *range(450)))
    store.mark(range(1, 351), state=State.DISMISSED)
    now = NOW + 91 * DAY
    steps = list(store.pruning(now=now, items_older_than=DAY, dismissed_older_than=DAY))
    assert [step.matches for step in steps if step.matches] == [100, 100, 100, 50]
    assert [step.items for step in steps if step.items] == [100, 100, 100, 50]
    assert store.count_items() == 100


def test_old_dismissed_matches_are_dropped_with_their_items(
    store: SqliteStore, tmp_path: Path
) -> None:
    log(store, *add(store, 1, 2, 3))
    store.mark([1], state=State.DISMISSED)
    store.mark([2], state=State.KEPT)
    assert prune(store, NOW + 364 * DAY) == Pruned(items=0, matches=0, keys=0)
    assert prune(store, NOW + 366 * DAY) == Pruned(items=1, matches=1, keys=0)
    assert [match.id for match in store.matches(MatchFilter())] == [3, 2]
    assert store.counts(now=NOW).queued == 2
    assert is_whole(tmp_path / "watcher.db")


def test_keys_are_forgotten_only_when_no_document_can_show_their_items(store: SqliteStore) -> None:
    add(store, *range(10_020))
    assert prune(store, NOW + 399 * DAY).keys == 0
    assert prune(store, NOW + 401 * DAY).keys == 19
    assert len(add(store, *range(10_020), now=NOW + 401 * DAY)) == 19
