"""A watchlist edited under a daemon that is killed at any moment of its backfill."""

import random
import signal
import threading

import pytest

from tests.e2e.conftest import Program, until
from tests.stored import feed_at
from watcher.clock import utc_now
from watcher.match import Matcher
from watcher.models import Item, Subscription
from watcher.store import open_store
from watcher.watchlist import load

pytestmark = pytest.mark.enable_socket

BEFORE = """\
version: 1
languages: []
topics:
  - {id: strike, match: strike, notify: [desk]}
  - {id: flood, match: flood, notify: [desk]}
"""
AFTER = """\
version: 1
languages: []
topics:
  - {id: strike, match: strike OR gale, notify: [desk]}
  - {id: flood, match: '"late flood"', notify: [desk]}
  - {id: fair, match: fair, notify: [desk]}
"""
"""The first topic gains, the second loses, the third is new."""
KINDS = ("late strike", "early strike", "late flood", "early flood", "fair", "gale")
TITLES = [
    f"{kind} {number * 7919} {number * 104_729} {number * 1_299_709}"
    for number, kind in enumerate(KINDS * 800)
]
"""Each tells a story of its own."""
IN_FORCE = "SELECT topic, title FROM match_log WHERE superseded_at IS NULL"
PENDING = "SELECT topic, version, after_id FROM rematches WHERE after_id < up_to_id"
KILLS = 4


@pytest.fixture
def stored(program: Program) -> Program:
    """A database of items that nothing was matched over yet, and a channel that nobody hears."""
    program.environment["WATCHER_NOTIFY__DESK__URL"] = "json://127.0.0.1:9"
    program.database.parent.mkdir()
    feed = Subscription(url="https://harbour.example/feed")
    with open_store(program.database) as store:
        store.add_feed(feed, now=utc_now())
        store.pause_feed(feed.url)
        found = feed_at(store, feed.url)
        items = [Item(guid=title, title=title) for title in TITLES]
        store.add_new_items(found, items, now=utc_now())
    return program


def edit(program: Program, watchlist: str) -> list[tuple[str, str]]:
    """Write a watchlist; returns what a full evaluation of it finds."""
    file = program.folder / "watchlists" / "story.yaml"
    file.write_text(watchlist)
    matcher = Matcher(load([file]).topics)
    return sorted((m.topic, title) for title in TITLES for m in matcher.match(Item(title=title)))


def in_force(program: Program) -> list[tuple[str, str]]:
    return sorted(program.rows(IN_FORCE))


def test_a_backfill_killed_at_any_moment_ends_with_the_full_evaluation(stored: Program) -> None:
    before = edit(stored, BEFORE)
    daemon = stored.start("run")
    until(lambda: in_force(stored) == before)
    (kept,) = stored.rows("SELECT min(match_id) FROM match_log WHERE title LIKE 'early flood%'")[0]
    stored("mark", str(kept), "kept")

    after = edit(stored, AFTER)
    daemon.send_signal(signal.SIGHUP)
    place = stored.rows(PENDING)

    def goes_on() -> bool:
        return stored.rows(PENDING) != place or in_force(stored) == after

    amid = 0
    pause = threading.Event()
    for _ in range(KILLS):
        until(goes_on)
        pause.wait(random.uniform(0, 0.02))
        daemon.kill()
        daemon.wait()
        place = stored.rows(PENDING)
        amid += bool(place)
        daemon = stored.start("run")

    until(lambda: in_force(stored) == after)
    assert stored.stop(daemon) == 0
    assert amid > 0
    assert stored.rows(
        f"SELECT state, superseded_at > '' FROM match_log WHERE match_id = {kept}"
    ) == [("kept", True)]
    assert stored.rows("SELECT DISTINCT origin FROM match_log") == [("backfill",)]
    assert stored.rows("SELECT count(*) FROM deliveries") == [(0,)]
    stored("topics", "rematch", "strike")
    assert in_force(stored) == after
