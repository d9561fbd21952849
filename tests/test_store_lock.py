import fcntl
import os
import threading
from pathlib import Path

import pytest

from tests.stored import no_room
from watcher.errors import AlreadyRunning, StoreError
from watcher.store import daemon_lock, running_daemon
from watcher.store.lock import lock_path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "watcher.db"


def test_the_lock_lies_beside_the_database(database: Path) -> None:
    assert lock_path(database) == database.with_name("watcher.lock")


def test_a_daemon_is_seen_while_it_holds_the_lock(database: Path) -> None:
    assert running_daemon(database) is None
    with daemon_lock(database):
        assert running_daemon(database) == os.getpid()
    assert running_daemon(database) is None


def test_a_second_daemon_is_told_of_the_first(database: Path) -> None:
    with (
        daemon_lock(database),
        pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"),
        daemon_lock(database),
    ):
        pytest.fail("two hold the lock")
    with daemon_lock(database):
        assert running_daemon(database) == os.getpid()


def test_a_lock_that_cannot_be_written_is_told(database: Path) -> None:
    with (
        pytest.raises(StoreError, match=r"watcher\.lock: cannot be written"),
        no_room(),
        daemon_lock(database),
    ):
        pytest.fail("nobody can tell who holds it")
    assert running_daemon(database) is None


def test_a_look_at_the_lock_keeps_no_daemon_from_starting(database: Path) -> None:
    lock_path(database).touch()
    with lock_path(database).open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        ends = threading.Timer(0.005, fcntl.flock, (looking, fcntl.LOCK_UN))
        ends.start()
        with daemon_lock(database):
            assert running_daemon(database) == os.getpid()
        ends.join()


def test_a_lock_left_by_the_dead_blocks_nobody(database: Path) -> None:
    lock_path(database).write_text("99999999\n")
    assert running_daemon(database) is None
    with daemon_lock(database):
        assert running_daemon(database) == os.getpid()


def test_a_daemon_that_has_not_yet_written_its_number_is_seen_all_the_same(database: Path) -> None:
    with daemon_lock(database):
        lock_path(database).write_text("")
        assert running_daemon(database) == 0
