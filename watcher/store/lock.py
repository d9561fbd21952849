"""One daemon for one database: a lock beside it, gone with its process however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.clock import monotonic
from watcher.errors import AlreadyRunning, StoreError
from watcher.store.connection import create_private

_PATIENCE_S = 1.0
"""For those who only look whether a daemon runs."""


def lock_path(database: Path) -> Path:
    """Tell where the lock of a database lies."""
    return database.with_suffix(".lock")


@contextmanager
def daemon_lock(database: Path) -> Iterator[None]:
    """Hold the database's lock (`flock`), with our process number in it.

    Raises:
        AlreadyRunning: Another living process holds it. A file left by a dead one never blocks.
        StoreError: The folder cannot be made or written.
    """
    path = lock_path(database)
    create_private(path)
    descriptor = os.open(path, os.O_RDWR)
    try:
        if not _locked(descriptor):
            raise AlreadyRunning(
                f"another daemon (process {_process(path)}) watches {database}: "
                "stop it first, or name another folder with --data"
            )
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Lock a file, unless a daemon has; who only looks whether one has holds it for an instant."""
    began_s = monotonic()
    while monotonic() - began_s < _PATIENCE_S:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return False


def running_daemon(database: Path) -> int | None:
    """Tell the process number of the daemon that watches this database, if one does."""
    path = lock_path(database)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _process(path)
    finally:
        os.close(descriptor)
    return None


def _process(path: Path) -> int:
    """Read the number in the lock; 0 in the instant before its holder has written it."""
    text = path.read_text().strip()
    return int(text) if text.isdigit() else 0
