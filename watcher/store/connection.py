"""A connection to the database: transactions, and every SQLite error renamed."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from watcher.errors import StoreBusy, StoreError

PATIENCE_S = 10.0
"""So long a write waits for another process, if nothing else is said."""
WAL_LIMIT_BYTES = 64 * 1024 * 1024
CHECKPOINT_PAGES = 4_000
"""So many pages of the log are written back to the database at once, hot ones but once."""
CACHE_KIB = 16 * 1024

Values = Sequence[object] | Mapping[str, object]

_BUGS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)
_FULL = "the disk is full: make room; a daemon that runs goes on by itself"
_WORDS = {
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR_SHMSIZE": _FULL,  # there is no room for the index of the log
    "SQLITE_BUSY": "another program has kept it locked: end that one, or try again",
    "SQLITE_READONLY": "it may not be written: look at the rights of the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened: look at the rights of the file and its folder",
    "SQLITE_NOTADB": "it is damaged, or no SQLite database: restore a backup, or name another",
    "SQLITE_CORRUPT": "it is damaged: restore a backup, or save what `sqlite3 .recover` can",
    "SQLITE_IOERR_WRITE": "the disk takes no more: is a quota reached? Look at the system's log",
    "SQLITE_IOERR": "the disk does not read or write: look at the system's log",
}


class Connection:
    """One thread's connection; rows are read by column name."""

    def __init__(self, path: Path, *, read_only: bool, patience_s: float = PATIENCE_S) -> None:
        self.path = path
        self.read_only = read_only
        with self.renaming():
            uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
            self.raw = sqlite3.connect(uri, uri=True, cached_statements=256)
            self.raw.row_factory = sqlite3.Row
            self.raw.execute(f"PRAGMA busy_timeout = {patience_s * 1000:.0f}")
            # SQLite knows the cases of ASCII letters alone.
            self.raw.create_function("fold", 1, str.casefold, deterministic=True)
            self.raw.create_function("covers", 2, _covers, deterministic=True)

    def close(self) -> None:
        self.raw.close()

    def tune_for_writing(self) -> None:
        """Set what keeps the database whole after a kill, and its files small."""
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            f"journal_size_limit = {WAL_LIMIT_BYTES}",
            f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            f"cache_size = -{CACHE_KIB}",
        ):
            self.execute(f"PRAGMA {pragma}")

    def execute(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        with self.renaming():
            return self.raw.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Values]) -> sqlite3.Cursor:
        with self.renaming():
            return self.raw.executemany(sql, rows)

    def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        with self.renaming():
            return self.raw.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        with self.renaming():
            found: sqlite3.Row | None = self.raw.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Values = ()) -> Any:
        """Read the one value of the first row, whatever its type; `None` without a row."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be inside a transaction: the one that is open, else one of our own."""
        if self.raw.in_transaction:
            yield
            return
        with self.transaction():
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction; a nested one is a savepoint. All or none of it is kept."""
        nested = self.raw.in_transaction
        # One that begins by reading fails at once when another process has written meanwhile.
        self.execute("SAVEPOINT nested" if nested else "BEGIN IMMEDIATE")
        try:
            with self.renaming():
                yield
                self.raw.execute("RELEASE nested" if nested else "COMMIT")
        except BaseException:
            self._undo(nested=nested)
            raise

    def _undo(self, *, nested: bool) -> None:
        if not self.raw.in_transaction:
            return  # a full disk has undone the whole of it already
        with self.renaming():
            if nested:
                self.raw.execute("ROLLBACK TO nested")
                self.raw.execute("RELEASE nested")
            else:
                self.raw.rollback()

    @contextmanager
    def renaming(self) -> Iterator[None]:
        try:
            yield
        except _BUGS:
            raise
        except sqlite3.Error as error:
            raise trouble(self.path, error) from error


def _covers(wanted: str, language: str) -> bool:
    """Tell whether a language is the wanted one or a kind of it: `zh` covers `zh-Hans`."""
    return f"{language}-".casefold().startswith(f"{wanted}-".casefold())


def trouble(path: Path, error: sqlite3.Error) -> StoreError:
    """Say in plain words what SQLite says in its own (sqlite.org/rescode.html)."""
    name = getattr(error, "sqlite_errorname", "") or ""
    words = next((text for code, text in _WORDS.items() if name.startswith(code)), str(error))
    kind = StoreBusy if name.startswith("SQLITE_BUSY") else StoreError
    return kind(f"{path}: {words}")


def create_private(path: Path) -> None:
    """Create an empty file that only its owner may read, with the folders above it.

    Raises:
        StoreError: The folder cannot be made or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"{path}: cannot be made: {error.strerror}") from error
