import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.errors import StoreError
from watcher.store.connection import Connection, trouble
from watcher.store.opening import connect


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    db = connect(tmp_path / "watcher.db", read_only=False)
    db.execute("CREATE TABLE things (name TEXT UNIQUE)")
    yield db
    db.close()


def add(db: Connection, name: str) -> None:
    db.execute("INSERT INTO things VALUES (?)", (name,))


def names(db: Connection) -> list[str]:
    return [row["name"] for row in db.rows("SELECT name FROM things ORDER BY name")]


class UnwellError(Exception):
    """Something of the test's own goes wrong."""


def add_and_fail(db: Connection, *names: str) -> None:
    """Fail at the end of a transaction with one within it and a joined one within that."""
    with db.transaction():
        for name in names:
            with db.transaction(), db.writing():
                add(db, name)
        raise UnwellError


def test_a_transaction_is_kept_as_a_whole(db: Connection) -> None:
    with db.transaction():
        add(db, "a")
        add(db, "b")
    assert names(db) == ["a", "b"]


def test_an_exception_leaves_nothing_of_a_transaction(db: Connection) -> None:
    with pytest.raises(UnwellError):
        add_and_fail(db, "a")
    assert names(db) == []
    assert not db.raw.in_transaction


def test_an_inner_failure_leaves_what_was_around_it(db: Connection) -> None:
    with db.transaction():
        add(db, "a")
        with pytest.raises(UnwellError):
            add_and_fail(db, "b", "c")
        add(db, "d")
    assert names(db) == ["a", "d"]


def test_writing_joins_the_transaction_that_is_open(db: Connection) -> None:
    with pytest.raises(UnwellError):
        add_and_fail(db, "a")
    with db.writing():
        add(db, "b")
    assert names(db) == ["b"]
    assert not db.raw.in_transaction


def test_a_full_disk_is_said_and_later_overcome(db: Connection) -> None:
    pages = db.value("PRAGMA page_count")
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="disk is full"):
        add_and_fail(db, "kept by nobody", "x" * 500_000)
    assert names(db) == []
    db.execute(f"PRAGMA max_page_count = {pages + 1000}")
    with db.transaction():
        add(db, "x" * 500_000)
    assert len(names(db)) == 1
    assert db.value("PRAGMA integrity_check") == "ok"


@pytest.mark.parametrize("code", ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"])
def test_a_full_disk_has_several_codes(code: str) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = code
    assert "the disk is full" in str(trouble(Path("watcher.db"), error))


def test_a_quota_is_thought_of() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_WRITE"
    assert "is a quota reached?" in str(trouble(Path("watcher.db"), error))


def test_a_lock_of_another_is_waited_for_and_then_named(db: Connection) -> None:
    db.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(db.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="kept it locked"), db.transaction():
        add(db, "a")
    other.rollback()
    other.close()
    with db.transaction():
        add(db, "a")
    assert names(db) == ["a"]


def test_a_transaction_that_reads_first_may_write_whatever_others_did(db: Connection) -> None:
    other = connect(db.path, read_only=False)
    add(other, "theirs")
    other.raw.commit()
    other.close()
    with db.transaction():
        assert names(db) == ["theirs"]
        add(db, "ours")
    assert names(db) == ["ours", "theirs"]


def test_a_bug_keeps_its_own_name(db: Connection) -> None:
    with db.transaction():
        add(db, "a")
        with pytest.raises(sqlite3.IntegrityError):
            add(db, "a")


def test_damage_found_while_reading_is_named(db: Connection) -> None:
    with db.transaction():
        for number in range(200):
            add(db, f"{number} {'x' * 400}")
    db.close()
    whole = bytearray(db.path.read_bytes())
    whole[-6 * 4096 :] = b"\xa5" * (6 * 4096)
    db.path.write_bytes(whole)
    reader = Connection(db.path, read_only=True)
    with pytest.raises(StoreError, match="damaged"):
        reader.rows("SELECT * FROM things")
    reader.close()


def test_an_absent_row_is_none(db: Connection) -> None:
    assert db.row("SELECT name FROM things") is None
    assert db.value("SELECT name FROM things") is None
