"""What makes the watcher unwell, and that nothing else does."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from watcher.health import status
from watcher.models import Subscription
from watcher.store import SqliteStore, daemon_lock, open_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "watcher.db"


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    with open_store(database) as opened:
        yield opened


def test_without_a_daemon_it_is_unwell(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    report = status(store, database, now=clock())
    assert report.process is None
    assert [line.split(";")[0] for line in report.unwell] == ["no daemon runs on this database"]


def test_with_a_living_daemon_it_is_well(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    store.beat(now=clock())
    with daemon_lock(database):
        report = status(store, database, now=clock.advance(seconds=20))
    assert (report.well, report.process) == (True, os.getpid())


@pytest.mark.parametrize(
    ("trouble", "complaint"),
    [
        pytest.param(lambda _store, clock: clock.advance(minutes=2), "no sign of life", id="hangs"),
        pytest.param(
            lambda store, clock: store.beat(now=clock(), trouble="the disk is full"),
            "the disk is full",
            id="full disk",
        ),
        pytest.param(
            lambda store, _clock: store.note_problem("a.yaml:3:1: no topic"),
            "a.yaml:3:1",
            id="refused reload",
        ),
        pytest.param(
            lambda store, clock: (
                store.add_feed(Subscription(url="https://a.example/feed"), now=clock()),
                clock.advance(hours=3),
                store.beat(now=clock()),
            ),
            "1 feeds are over an hour late",
            id="late feeds",
        ),
    ],
)
def test_it_is_unwell_when(
    trouble: object, complaint: str, store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    assert callable(trouble)
    store.beat(now=clock())
    trouble(store, clock)
    with daemon_lock(database):
        report = status(store, database, now=clock())
    assert not report.well
    assert complaint in " ".join(report.unwell)
    assert report.to_json()["well"] is False
