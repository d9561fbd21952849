"""The polling rule's global numbers: when they are set anew, and by what."""

import logging
from datetime import timedelta

import pytest

from tests.conftest import FakeClock
from watcher.app import App
from watcher.app.tuning import Kept, calibration
from watcher.models import Subscription
from watcher.schedule import Calibration
from watcher.settings import Settings
from watcher.store import SqliteStore


@pytest.fixture
def app() -> App:
    return App(Settings())


def add_feeds(store: SqliteStore, count: int, clock: FakeClock) -> None:
    feeds = [Subscription(url=f"https://harbour.example/{number}") for number in range(count)]
    store.add_feeds(feeds, now=clock(), spread_s=0)


def kept(store: SqliteStore) -> Kept:
    return Kept.from_text(store.calibration() or "")


def test_what_is_kept_is_read_as_it_was_written(clock: FakeClock) -> None:
    kept = Kept(calibration=Calibration(price=3.5, correction=0.9), set_at=clock(), feeds=7)
    assert Kept.from_text(kept.to_text()) == kept


def test_numbers_stand_for_a_day(app: App, store: SqliteStore, clock: FakeClock) -> None:
    add_feeds(store, 10, clock)
    first = calibration(app, store, now=clock())
    assert calibration(app, store, now=clock.advance(hours=23), polls=1) == first
    assert kept(store).set_at == clock() - timedelta(hours=23)


@pytest.mark.parametrize(
    ("feeds", "is_anew"),
    [pytest.param(11, False, id="a few"), pytest.param(12, True, id="over a tenth")],
)
def test_feeds_that_come_call_for_new_numbers(
    app: App, store: SqliteStore, clock: FakeClock, feeds: int, *, is_anew: bool
) -> None:
    add_feeds(store, 10, clock)
    calibration(app, store, now=clock())
    add_feeds(store, feeds, clock)
    calibration(app, store, now=clock.advance(hours=1), polls=1)
    assert (kept(store).set_at == clock()) is is_anew


def test_numbers_from_the_future_do_not_stand(
    app: App, store: SqliteStore, clock: FakeClock
) -> None:
    calibration(app, store, now=clock())
    calibration(app, store, now=clock.advance(hours=-1))
    assert kept(store).set_at == clock()


@pytest.mark.parametrize(
    ("polls", "stretches"),
    [
        pytest.param(10 * 12, True, id="too few polls stretch the budget"),
        pytest.param(10 * 48, False, id="too many shrink it"),
    ],
)
def test_a_day_of_polls_corrects_the_budget(
    app: App, store: SqliteStore, clock: FakeClock, polls: int, *, stretches: bool
) -> None:
    add_feeds(store, 10, clock)
    before = calibration(app, store, now=clock())
    after = calibration(app, store, now=clock.advance(days=1), polls=polls)
    assert after.correction != before.correction
    assert (after.correction > before.correction) is stretches


def test_a_day_of_polls_is_told_beside_the_budget(
    app: App, store: SqliteStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    add_feeds(store, 10, clock)
    calibration(app, store, now=clock())
    calibration(app, store, now=clock.advance(hours=1), polls=5)
    assert caplog.messages == []
    calibration(app, store, now=clock.advance(hours=24), polls=225)
    assert caplog.messages == ["calibrated requests_a_feed_and_day=21.6 budget=24"]


@pytest.mark.parametrize(
    ("host_interval", "domains"),
    [
        pytest.param("1h", {"harbour.example"}, id="more feeds than the host may be asked for"),
        pytest.param("5s", set(), id="few"),
        pytest.param("0s", set(), id="hosts are not spaced"),
    ],
)
def test_the_feeds_of_a_crowded_domain_wait_longer(
    store: SqliteStore, clock: FakeClock, host_interval: str, domains: set[str]
) -> None:
    app = App(Settings.model_validate({"poll": {"host_interval": host_interval}}))
    add_feeds(store, 10, clock)
    store.add_feed(Subscription(url="https://quay.example/feed"), now=clock())
    numbers = calibration(app, store, now=clock())
    assert set(numbers.crowded) - {"quay.example"} == domains
    assert kept(store).calibration == numbers


def test_without_feeds_a_count_of_polls_means_nothing(
    app: App, store: SqliteStore, clock: FakeClock
) -> None:
    before = calibration(app, store, now=clock())
    assert calibration(app, store, now=clock.advance(days=1), polls=5) == before
