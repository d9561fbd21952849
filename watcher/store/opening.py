"""Opening a database: made, migrated, or refused in plain words with the file untouched."""

from pathlib import Path

from watcher.errors import StoreError
from watcher.store.connection import PATIENCE_S, Connection, create_private
from watcher.store.schema import APPLICATION_ID, STEPS
from watcher.store.views import refresh_views

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_APPLICATION_ID_AT = 68
_CHECKED_BYTES = 16 * 1024 * 1024
"""Up to this size a whole check takes no time that a user would notice."""


def connect(path: Path, *, read_only: bool, patience_s: float = PATIENCE_S) -> Connection:
    """Open the database at `path`; for writing it is made if it is missing, and migrated.

    It waits so long, no longer, while another process writes.

    Raises:
        StoreError: It is missing (for reading), damaged, none of ours, of a newer version (for
            reading: of an older one too), or may not be written.
    """
    is_new = not path.exists() or (path.is_file() and path.stat().st_size == 0)
    if is_new and read_only:
        raise StoreError(f"{path}: there is no database yet; `watcher run` makes it")
    if is_new:
        create_private(path)
    else:
        _check_header(path)
    db = Connection(path, read_only=read_only, patience_s=patience_s)
    try:
        if is_new:
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        else:
            _check_inside(db)
        if not read_only:
            _make_ready(db)
    except BaseException:
        db.close()
        raise
    return db


def _check_header(path: Path) -> None:
    """Look at the file without SQLite, which might write to what is not ours."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from error
    if not header.startswith(_MAGIC):
        raise StoreError(
            f"{path}: it is damaged, or no SQLite database: restore a backup, or name another "
            "folder with --data"
        )
    if int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4], "big") != APPLICATION_ID:
        raise StoreError(
            f"{path}: it is a database of another program: name another folder with --data"
        )


def _check_inside(db: Connection) -> None:
    applied = _applied_steps(db)
    if applied - set(STEPS):
        raise StoreError(
            f"{db.path}: it was made by a newer version of the watcher: install that, or name "
            "another folder with --data"
        )
    if db.read_only and set(STEPS) - applied:
        raise StoreError(
            f"{db.path}: it was made by an older version of the watcher: `watcher run` brings "
            "it up to date"
        )
    if not db.read_only:
        _check_writable(db)
        if db.path.stat().st_size <= _CHECKED_BYTES:
            check_whole(db)


def _applied_steps(db: Connection) -> set[str]:
    if not db.value("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"):
        return set()
    rows = db.rows("SELECT name FROM _sqlite_migrations WHERE migration_set = 'watcher'")
    return {str(row["name"]) for row in rows}


def _check_writable(db: Connection) -> None:
    if not db.path.stat().st_mode & 0o222:
        raise StoreError(f"{db.path}: it is marked read-only: `chmod u+w` lets the watcher write")
    with db.transaction():
        pass  # takes the write lock, and gives it back


def check_whole(db: Connection) -> None:
    """Look whether every page of the file is sound.

    Raises:
        StoreError: One is not.
    """
    found = str(db.value("PRAGMA quick_check(1)"))
    if found != "ok":
        raise StoreError(f"{db.path}: it is damaged ({found}): restore a backup")


def _make_ready(db: Connection) -> None:
    if set(STEPS) - _applied_steps(db):
        # Imported only where there is something to migrate: it takes longer than most commands.
        from watcher.store.migrations import migrate  # noqa: PLC0415

        migrate(db)
    db.tune_for_writing()
    refresh_views(db)
