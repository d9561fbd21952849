import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.stored import is_whole
from watcher.models import Evidence, State, Validators
from watcher.store import MatchFilter, open_store
from watcher.store.migrations import migrations
from watcher.store.opening import connect
from watcher.store.schema import APPLICATION_ID, STEPS

DUMPS = sorted((Path(__file__).parent / "data" / "schemas").glob("*.sql"))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def schema(path: Path) -> set[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    ).fetchall()
    connection.close()
    return set(rows)


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Hold what a released version has written."""
    path = tmp_path / "released.db"
    connection = sqlite3.connect(path)
    connection.executescript(request.param.read_text("utf-8"))
    connection.close()
    return path


def test_a_released_database_comes_to_the_schema_of_today(released: Path, tmp_path: Path) -> None:
    open_store(released).close()
    open_store(tmp_path / "fresh.db").close()
    assert schema(released) == schema(tmp_path / "fresh.db")


def test_a_released_database_keeps_everything(released: Path) -> None:
    with open_store(released) as store:
        assert is_whole(released)
        bote, courier = store.feeds()
        assert (bote.state, bote.error_kind, courier.state, courier.gaps) == (
            "failing",
            "dns",
            "ok",
            1,
        )
        assert courier.feed.validators == Validators(etag='"abc"')
        assert courier.feed.memory == b"\x01\x02"
        assert [watched.first_success_at for watched in store.watched()] == [NOW, None]
        (match,) = store.matches(MatchFilter())
        assert (match.topic, match.state, match.note) == ("rail-strike", State.KEPT, "confirmed")
        assert match.evidence == (
            Evidence(field="title", start=42, end=48, text="strike", term="strike"),
        )
        assert store.counts(now=NOW).items == 2
        (delivery,) = store.claim_deliveries(now=NOW, limit=9)
        assert delivery.channel == "desk"


def test_a_released_database_keeps_no_blank_in_an_address(released: Path) -> None:
    connection = sqlite3.connect(released)
    connection.execute("UPDATE feeds SET url = url || 'a b', subscribed_url = url || 'a b'")
    connection.commit()
    connection.close()
    with open_store(released) as store:
        for health in store.feeds():
            assert health.feed.url == health.feed.subscribed_url
            assert health.feed.url.endswith("a%20b")


def test_readers_know_the_steps_by_their_names(tmp_path: Path) -> None:
    db = connect(tmp_path / "watcher.db", read_only=False)
    assert [row["name"] for row in db.rows("SELECT name FROM _sqlite_migrations")] == list(STEPS)
    assert db.value("PRAGMA application_id") == APPLICATION_ID
    assert not migrations.pending(Database(db.raw))
    db.close()
