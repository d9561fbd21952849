import hashlib
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stored import is_whole
from watcher.errors import StoreError
from watcher.models import Subscription
from watcher.store import open_store
from watcher.store.opening import connect

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "watcher.db"
    open_store(path).close()
    return path


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def contents(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_missing_database_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "watcher.db"
    with open_store(path) as store:
        assert store.counts(now=NOW).items == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_path_may_hold_any_sign(tmp_path: Path) -> None:
    path = tmp_path / "a b?mode=memory#c%20d" / "watcher.db"
    open_store(path).close()
    assert path.stat().st_size > 0


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    path.touch()
    open_store(path).close()
    assert is_whole(path)


def test_what_is_written_is_there_when_it_is_opened_again(database: Path) -> None:
    with open_store(database) as store:
        store.add_feed(Subscription(url="https://a.example/f"), now=NOW)
    with open_store(database) as store:
        assert len(list(store.feeds())) == 1


def test_a_writer_keeps_the_database_whole(database: Path) -> None:
    db = connect(database, read_only=False)
    assert db.value("PRAGMA journal_mode") == "wal"
    assert db.value("PRAGMA synchronous") == 1
    assert db.value("PRAGMA foreign_keys") == 1
    assert db.value("PRAGMA journal_size_limit") > 0
    assert db.value("PRAGMA busy_timeout") > 0
    db.close()


def test_a_reader_reads_while_a_writer_writes(database: Path) -> None:
    with open_store(database) as writer, writer.transaction():
        writer.add_feed(Subscription(url="https://a.example/f"), now=NOW)
        with open_store(database, read_only=True) as reader:
            assert list(reader.feeds()) == []


def test_a_reader_writes_nothing(database: Path) -> None:
    with open_store(database, read_only=True) as store, pytest.raises(StoreError, match="written"):
        store.add_feed(Subscription(url="https://a.example/f"), now=NOW)


def test_a_reader_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        open_store(tmp_path / "watcher.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def spoil_header(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 300)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def spoil_a_page(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * 4096 + whole[8192:])


def make_foreign(path: Path) -> None:
    path.unlink()
    change(path, "CREATE TABLE theirs (id INTEGER)")


def make_newer(path: Path) -> None:
    change(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('watcher', 'm999_of_tomorrow', '2030-01-01')",
    )


@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(spoil_header, "damaged, or no SQLite database", id="no database"),
        pytest.param(make_foreign, "of another program", id="foreign"),
        pytest.param(make_newer, "newer version", id="newer"),
        pytest.param(cut_short, "damaged", id="cut short"),
    ],
)
def test_what_cannot_be_used_is_refused_and_left_as_it_is(
    database: Path, spoil: object, words: str, *, read_only: bool
) -> None:
    assert callable(spoil)
    spoil(database)
    before = contents(database)
    with pytest.raises(StoreError, match=words) as refusal:
        open_store(database, read_only=read_only)
    assert str(database) in str(refusal.value)
    assert contents(database) == before


def test_a_damaged_page_is_found_before_anything_is_written(database: Path) -> None:
    spoil_a_page(database)
    before = contents(database)
    with pytest.raises(StoreError, match="damaged"):
        open_store(database)
    assert contents(database) == before


def test_a_database_marked_read_only_is_not_written(database: Path) -> None:
    database.chmod(0o400)
    before = contents(database)
    with pytest.raises(StoreError, match="read-only"):
        open_store(database)
    assert contents(database) == before
    with open_store(database, read_only=True) as store:
        assert list(store.feeds()) == []


def test_a_reader_waits_for_an_older_database_to_be_brought_up_to_date(database: Path) -> None:
    change(database, "DELETE FROM _sqlite_migrations")
    with pytest.raises(StoreError, match="older version"):
        open_store(database, read_only=True)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        open_store(tmp_path)


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(tmp_path / "file" / "watcher.db")
