"""All SQL and all transactions; the only door to SQLite and sqlite-utils."""

from watcher.store.connection import PATIENCE_S
from watcher.store.feeds import FeedHealth
from watcher.store.lock import daemon_lock, running_daemon
from watcher.store.log import MatchFilter
from watcher.store.protocol import Added, Arriving, PollRecord, Store
from watcher.store.signs import Counts, Heartbeat
from watcher.store.sqlite import SqliteStore, open_store
from watcher.store.versions import Rematch

__all__ = [
    "PATIENCE_S",
    "Added",
    "Arriving",
    "Counts",
    "FeedHealth",
    "Heartbeat",
    "MatchFilter",
    "PollRecord",
    "Rematch",
    "SqliteStore",
    "Store",
    "daemon_lock",
    "open_store",
    "running_daemon",
]
