import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stored import feed_at
from watcher.errors import FetchError
from watcher.models import Evidence, Gap, Item, Match, Origin, PollStats, Subscription, Topic
from watcher.nodes import Term
from watcher.store import PollRecord, SqliteStore, open_store
from watcher.store.opening import connect
from watcher.store.views import refresh_views

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://a.example/f"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Hold a feed with an item that matched, a gap and a failure."""
    path = tmp_path / "watcher.db"
    with open_store(path) as store:
        fill(store)
    return path


def fill(store: SqliteStore) -> None:
    store.add_feed(Subscription(url=URL, language="uk", title="The Courier"), now=NOW)
    feed = feed_at(store, URL)
    item = Item(guid="g", title="Страйк", link="https://a.example/1", published_at=NOW - HOUR)
    (stored,) = store.add_new_items(feed, [item], now=NOW).new
    place = Evidence(field="title", start=0, end=6, text="Страйк", term="страйк")
    store.log_matches(
        [(stored, Match("rail", lambda: (place,)))],
        topics={"rail": Topic(id="rail", query=Term("страйк"), version="1")},
        origin=Origin.LIVE,
        now=NOW,
        notify=False,
    )
    store.record_poll(
        feed,
        PollRecord(
            polled_at=NOW,
            next_poll_at=NOW + HOUR,
            stats=PollStats(observed_at=NOW, items=24.5, days=9.5),
            error=FetchError("timeout", "no answer in 60 s"),
            gap=Gap(from_at=NOW - HOUR, to_at=NOW, found_by="outage"),
        ),
    )


@pytest.fixture
def outsider(database: Path) -> Iterator[sqlite3.Connection]:
    """Read as another program does."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("view", "row"),
    [
        pytest.param(
            "match_log",
            {
                "match_id": 1,
                "matched_at": "2026-03-02T12:00:00Z",
                "topic": "rail",
                "severity": "normal",
                "outlet": "The Courier",
                "feed_url": URL,
                "title": "Страйк",
                "link": "https://a.example/1",
                "guid": "g",
                "published_at": "2026-03-02T11:00:00Z",
                "seen_at": "2026-03-02T12:00:00Z",
                "language": "uk",
                "story_id": 1,
                "state": "new",
                "origin": "live",
                "superseded_at": None,
            },
            id="match_log",
        ),
        pytest.param(
            "item_log",
            {
                "item_id": 1,
                "feed_url": URL,
                "outlet": "The Courier",
                "title": "Страйк",
                "link": "https://a.example/1",
                "guid": "g",
                "published_at": "2026-03-02T11:00:00Z",
                "seen_at": "2026-03-02T12:00:00Z",
                "language": "uk",
            },
            id="item_log",
        ),
        pytest.param(
            "feed_health",
            {
                "feed_url": URL,
                "outlet": "The Courier",
                "state": "failing",
                "last_polled_at": "2026-03-02T12:00:00Z",
                "last_success_at": None,
                "next_poll_at": "2026-03-02T13:00:00Z",
                "failures": 1,
                "error_kind": "timeout",
                "error": "no answer in 60 s",
                "items_per_day": 2.5,
                "gaps": 1,
            },
            id="feed_health",
        ),
    ],
)
def test_another_program_reads_what_is_promised(
    outsider: sqlite3.Connection, view: str, row: dict[str, object]
) -> None:
    found = dict(outsider.execute(f"SELECT * FROM {view}").fetchone())
    evidence = found.pop("evidence", None)
    assert found == row
    assert list(found) == list(row)
    if view == "match_log":
        place = {"field": "title", "start": 0, "end": 6, "text": "Страйк", "term": "страйк"}
        assert json.loads(str(evidence)) == [place]


def test_views_are_made_anew_only_where_they_differ(database: Path) -> None:
    db = connect(database, read_only=False)
    before = db.value("PRAGMA schema_version")
    refresh_views(db)
    assert db.value("PRAGMA schema_version") == before
    with db.writing():
        db.execute("DROP VIEW item_log")
        db.execute("CREATE VIEW item_log AS SELECT 1 AS old")
    refresh_views(db)
    assert db.value("SELECT item_id FROM item_log") == 1
    db.close()
