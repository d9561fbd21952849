"""What the doors call: everything built from the settings, over a folder and a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ITEMS, URL, FakeClock, catalogue
from tests.stored import feed_at
from watcher.app import App
from watcher.app.feeds import add_feed, export_feeds, feed_rows, feeds_of, import_feeds, look
from watcher.app.setup import init, json_schema
from watcher.clock import utc_now
from watcher.errors import FetchError, WatcherError
from watcher.models import Item, PollStats, Rest
from watcher.store import PollRecord, SqliteStore

PRIVATE = "http://127.0.0.1/feed"
"""Is refused before anything is sent."""


@pytest.fixture
def store(app: App) -> Iterator[SqliteStore]:
    with app.writer() as opened:
        yield opened


class TestCore:
    def test_the_settings_are_read_from_the_current_folder(self, folder: Path) -> None:
        app = App.load(data=folder)
        assert app.clamps().min == timedelta(minutes=10)
        assert app.database == folder / "watcher.db"

    def test_what_is_watched_for_is_what_is_configured(self, app: App, folder: Path) -> None:
        assert list(app.watch().topics) == ["flood", "gale"]
        (folder / "watchlists" / "water.yaml").unlink()
        assert app.watch().topics == {}

    def test_without_watchlists_the_shipped_ones_serve_to_look_at(
        self, app: App, folder: Path
    ) -> None:
        (folder / "watchlists" / "water.yaml").unlink()
        assert app.watchlist().topics

    def test_a_matcher_may_be_of_other_watchlists(self, app: App, folder: Path) -> None:
        other = folder / "other.yaml"
        other.write_text("version: 1\nlanguages: []\ntopics:\n  - id: fair\n    match: fair\n")
        assert [m.topic for m in app.matcher([other]).match(ITEMS[2])] == ["fair"]

    def test_a_topic_that_is_not_there_names_those_that_are(self, app: App) -> None:
        assert app.topic("flood").id == "flood"
        with pytest.raises(WatcherError, match="flood, gale"):
            app.topic("flod")

    def test_an_explanation_is_of_one_topic(self, app: App) -> None:
        assert not app.explain("gale", ITEMS[0]).matched

    def test_feeds_that_the_settings_pause_are_paused(self, app: App) -> None:
        paused = {listed.url: listed.paused for listed in app.subscriptions()}
        assert paused == {URL: False, "https://quay.example/feed": True}

    def test_the_store_is_brought_to_the_files(self, app: App, store: SqliteStore) -> None:
        app.bring_to(store, app.watch(), app.subscriptions())
        assert sorted((row.feed.url, row.state) for row in store.feeds()) == [
            (URL, "new"),
            ("https://quay.example/feed", "paused"),
        ]

    def test_channels_carry_their_address(self, app: App) -> None:
        assert {name: c.url for name, c in app.channels().items()} == {
            "desk": "json://desk.example"
        }

    def test_retention_is_what_the_settings_say(self, app: App, logged: SqliteStore) -> None:
        feed = feed_at(logged, URL)
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        logged.add_new_items(feed, [Item(guid="9", title="Long ago")], now=long_ago)
        for _ in app.pruning(logged):
            pass
        assert logged.count_items() == 2
        assert logged.count_items(since=datetime(2021, 1, 1, tzinfo=UTC)) == logged.count_items()

    def test_items_are_counted_from_a_moment_on(
        self, app: App, logged: SqliteStore, clock: FakeClock
    ) -> None:
        assert logged.count_items() == app.item_count() == 3
        assert app.item_count(clock.advance(hours=1)) == 0

    @pytest.mark.usefixtures("logged")
    def test_a_status_looks_at_the_database(self, app: App) -> None:
        assert (app.status().items, app.status().process) == (3, None)


class TestFeeds:
    def test_each_feed_comes_with_why_it_is_polled_when_it_is(
        self, app: App, logged: SqliteStore, clock: FakeClock
    ) -> None:
        assert [why for _, why in feed_rows(app)] == ["not polled yet"]
        feed = feed_at(logged, URL)
        stats = PollStats(observed_at=clock(), items=30, days=1)
        next_at = clock() + timedelta(minutes=12)
        logged.record_poll(feed, PollRecord(polled_at=clock(), next_poll_at=next_at, stats=stats))
        assert [why.split(":")[0] for _, why in feed_rows(app)] == ["every 12 min"]

    def test_a_feed_whose_host_rests_past_its_next_poll_waits_for_that(
        self, app: App, logged: SqliteStore
    ) -> None:
        rest = Rest(domain="harbour.example", until_at=utc_now() + timedelta(hours=1))
        logged.keep_rest(rest)
        said = f"its host rests until {rest.until_at:%Y-%m-%d %H:%M} UTC"
        assert [why for _, why in feed_rows(app)] == [said]

    def test_a_rest_that_is_over_is_not_told(self, app: App, logged: SqliteStore) -> None:
        logged.keep_rest(Rest(domain="harbour.example", until_at=utc_now()))
        assert [why for _, why in feed_rows(app)] == ["not polled yet"]

    def test_a_look_tells_the_trouble_of_an_address(self, app: App) -> None:
        with pytest.raises(FetchError) as raised:
            look(app, PRIVATE)
        assert raised.value.kind == "blocked_address"

    def test_so_does_a_search_for_feeds(self, app: App) -> None:
        with pytest.raises(FetchError) as raised:
            feeds_of(app, PRIVATE)
        assert raised.value.kind == "blocked_address"

    def test_a_feed_that_cannot_be_looked_at_is_added_with_a_warning(self, app: App) -> None:
        url, added, warning = add_feed(app, PRIVATE, outlet="Quay")
        assert (url, added, "blocked_address" in warning) == (PRIVATE, True, True)
        assert add_feed(app, PRIVATE)[:2] == (PRIVATE, False)
        assert [row.feed.outlet for row, _ in feed_rows(app)] == ["Quay"]

    def test_what_is_imported_stays_when_the_catalogues_change(
        self, app: App, folder: Path, store: SqliteStore
    ) -> None:
        mine = folder / "mine.opml"
        mine.write_text(catalogue(PRIVATE, "file:///etc/passwd"))
        imported = import_feeds(app, mine)
        assert (imported.added, imported.known, len(imported.catalogue.left_out)) == (1, 0, 1)
        assert import_feeds(app, mine).known == 1
        app.bring_to(store, app.watch(), ())
        assert [row.state for row in store.feeds()] == ["new"]

    @pytest.mark.usefixtures("logged")
    def test_an_export_can_be_imported(self, app: App, folder: Path) -> None:
        exported = folder / "exported.opml"
        exported.write_text(export_feeds(app))
        assert import_feeds(app, exported).known == 1


class TestSetup:
    def test_a_new_folder_has_all_that_its_settings_name(self, tmp_path: Path) -> None:
        files = {file for file, is_new in init(tmp_path / "new") if is_new}
        app = App.load(config=tmp_path / "new" / "watcher.toml")
        assert app.watchlist_files()
        assert {*app.watchlist_files(), *app.catalogue_files()} < files

    def test_what_is_there_stays(self, tmp_path: Path) -> None:
        for file, _ in init(tmp_path):
            file.write_text("mine")
        assert not any(is_new for _, is_new in init(tmp_path))
        assert (tmp_path / "watcher.toml").read_text() == "mine"

    @pytest.mark.parametrize(("what", "key"), [("watchlist", "topics"), ("settings", "poll")])
    def test_schemas_name_the_keys(self, what: str, key: str) -> None:
        assert key in json_schema(what)["properties"]
