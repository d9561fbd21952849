import resource
import stat
from pathlib import Path

import pytest

from tests.stored import DAY, NOW, URL, add, log, prune
from watcher.errors import StoreError
from watcher.models import State, Subscription
from watcher.store import MatchFilter, Pruned, SqliteStore, open_store
from watcher.store.opening import connect


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


def test_old_dismissed_matches_are_dropped_with_their_items(store: SqliteStore) -> None:
    log(store, *add(store, 1, 2, 3))
    store.mark([1], state=State.DISMISSED)
    store.mark([2], state=State.KEPT)
    assert prune(store, NOW + 364 * DAY) == Pruned(items=0, matches=0, keys=0)
    assert prune(store, NOW + 366 * DAY) == Pruned(items=1, matches=1, keys=0)
    assert [match.id for match in store.matches(MatchFilter())] == [3, 2]
    assert store.counts(now=NOW).queued == 2
    assert store.verify() == []


def test_keys_are_forgotten_only_when_no_document_can_show_their_items(store: SqliteStore) -> None:
    add(store, *range(15_020))
    assert prune(store, NOW + 399 * DAY).keys == 0
    assert prune(store, NOW + 401 * DAY).keys == 19
    assert len(add(store, *range(15_020), now=NOW + 401 * DAY)) == 19


def test_what_an_item_with_matches_is_known_by_is_never_forgotten(store: SqliteStore) -> None:
    log(store, *add(store, "pinned"))
    add(store, *range(15_020))
    prune(store, NOW + 401 * DAY)
    assert add(store, "pinned", now=NOW + 401 * DAY) == ()


def test_a_backup_is_whole_private_and_made_while_others_write(
    store: SqliteStore, tmp_path: Path
) -> None:
    add(store, *range(50))
    copy = tmp_path / "backups" / "copy.db"
    with store.transaction():
        add(store, "not yet kept")
        with open_store(tmp_path / "watcher.db", read_only=True) as reader:
            reader.backup(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with open_store(copy, read_only=True) as restored:
        assert restored.counts(now=NOW).items == 50
        assert restored.verify() == []


def test_a_backup_overwrites_nothing(store: SqliteStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    with pytest.raises(StoreError, match="is there already"):
        store.backup(copy)
    assert copy.read_text() == "precious"


def test_a_backup_that_fails_leaves_no_half(store: SqliteStore) -> None:
    with pytest.raises(StoreError, match="/dev/full"):
        store.backup(Path("/dev/full/copy.db"))


def test_a_backup_that_breaks_off_is_taken_away(store: SqliteStore, tmp_path: Path) -> None:
    add(store, *range(50))
    copy = tmp_path / "copy.db"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(StoreError, match="copy"):
            store.backup(copy)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not copy.exists()


def test_what_is_broken_is_told(store: SqliteStore, tmp_path: Path) -> None:
    log(store, *add(store, 1))
    db = connect(tmp_path / "watcher.db", read_only=False)
    db.execute("PRAGMA foreign_keys = OFF")
    with db.writing():
        db.execute("DELETE FROM items")
    db.close()
    assert store.verify() == ["row 1 of matches belongs to a row of items that is gone"]
