"""What the doors call: everything built from the settings, over a folder and a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from watcher.app import App
from watcher.app.checking import check, reach
from watcher.app.core import first_polls_spread_s
from watcher.app.feeds import add_feed, export_feeds, feed_rows, feeds_of, import_feeds, look
from watcher.app.log import mark
from watcher.app.setup import init, json_schema
from watcher.app.topics import (
    changes,
    edited_topics,
    rematch,
    suggestions,
    term_yields,
    topic_rows,
)
from watcher.errors import ConfigError, FetchError, WatcherError
from watcher.models import Item, Origin, PollStats, State, Subscription
from watcher.settings import load_settings
from watcher.store import PollRecord, SqliteStore

WATCHLIST = """\
version: 1
languages: [en]
topics:
  - id: flood
    severity: high
    match: flood
    notify: [desk]
  - id: gale
    match: gale OR storm
"""
SETTINGS = """\
[poll]
min = "10m"
[notify.desk]
url = "json://desk.example"
[[feed]]
url = "https://quay.example/feed"
pause = true
"""
URL = "https://harbour.example/feed"
PRIVATE = "http://127.0.0.1/feed"
"""Is refused before anything is sent."""
ITEMS = (
    Item(guid="1", title="A flood"),
    Item(guid="2", title="A gale"),
    Item(guid="3", title="Said Ann Harbour: a fair"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings, a watchlist and a catalogue; the current one."""
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("watcher.toml", SETTINGS),
        ("watchlists/water.yaml", WATCHLIST),
        ("feeds/all.opml", catalogue(URL, "https://quay.example/feed")),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def catalogue(*urls: str) -> str:
    outlines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    return f'<opml version="2.0"><head/><body>{outlines}</body></opml>'


@pytest.fixture
def app(folder: Path) -> App:
    return App(load_settings(config=None, data=folder / "data", environ={}, cwd=folder))


@pytest.fixture
def store(app: App) -> Iterator[SqliteStore]:
    with app.writer() as opened:
        yield opened


@pytest.fixture
def logged(app: App, store: SqliteStore, clock: FakeClock) -> SqliteStore:
    """A store with three items of one feed, and what the topics find in them."""
    store.add_feed(Subscription(url=URL, outlet="Harbour Post"), now=clock())
    feed = store.feed_by_url(URL)
    assert feed is not None
    watch = app.watch()
    added = store.add_new_items(feed, ITEMS, now=clock())
    store.log_matches(
        [(item, match) for item in added.new for match in watch.matcher.match(item)],
        topics=watch.topics,
        origin=Origin.LIVE,
        now=clock(),
        notify=False,
    )
    return store


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

    @pytest.mark.parametrize(
        ("feeds", "spread_s"),
        [pytest.param(500, 0.0, id="few"), pytest.param(501, 3600.0, id="many")],
    )
    def test_the_first_polls_of_many_feeds_are_spread(self, feeds: int, spread_s: float) -> None:
        assert first_polls_spread_s(feeds) == spread_s

    def test_channels_carry_their_address(self, app: App) -> None:
        assert {name: c.url for name, c in app.channels().items()} == {
            "desk": "json://desk.example"
        }

    def test_retention_is_what_the_settings_say(self, app: App, logged: SqliteStore) -> None:
        feed = logged.feed_by_url(URL)
        assert feed is not None
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        logged.add_new_items(feed, [Item(guid="9", title="Long ago")], now=long_ago)
        assert sum(step.items for step in app.pruning(logged)) == 2
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
        feed = logged.feed_by_url(URL)
        assert feed is not None
        stats = PollStats(observed_at=clock(), items=30, days=1)
        next_at = clock() + timedelta(minutes=12)
        logged.record_poll(feed, PollRecord(polled_at=clock(), next_poll_at=next_at, stats=stats))
        assert [why.split(":")[0] for _, why in feed_rows(app)] == ["every 12 min"]

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


class TestChannels:
    def test_an_address_that_apprise_does_not_know_is_told_without_it(self, tmp_path: Path) -> None:
        (tmp_path / "address").write_text("bogus://hushhush")
        config = tmp_path / "watcher.toml"
        config.write_text(
            'watcher = {feeds = [], watchlists = []}\n[notify.ops]\nurl = "json://localhost"\n'
            '[notify.desk]\nurl = "bogus://hushhush"\n[notify.press]\nurl_file = "address"\n'
        )
        told = [str(problem) for problem in check(config=config).problems]
        assert [line.rpartition("/")[2].partition(" has")[0] for line in told] == [
            "watcher.toml:5:1: notify.desk.url:",
            "watcher.toml:7:1: notify.press.url_file:",
        ]
        assert "hushhush" not in "".join(told)

    def test_a_mistake_in_settings_checked_by_name_is_told_once(self, tmp_path: Path) -> None:
        config = tmp_path / "watcher.toml"
        config.write_text("[poll]\nbudget = 0\n")
        assert len(check([config], config=config).problems) == 1


@pytest.mark.usefixtures("logged")
class TestLog:
    def test_all_are_marked_or_none(self, app: App) -> None:
        with pytest.raises(WatcherError, match="not in the log: 99, 98; nothing is marked"):
            mark(app, [99, 1, 98], State.KEPT, note="front page", as_tests=True)
        assert [row.kept for row in topic_rows(app)] == [0, 0]
        assert app.topic("flood").tests.match == ()

    @pytest.mark.parametrize(
        ("state", "kind"), [(State.KEPT, "match"), (State.DISMISSED, "ignore")]
    )
    def test_a_judged_match_becomes_a_test(self, app: App, state: State, kind: str) -> None:
        (file,) = mark(app, [1], state, note=None, as_tests=True)
        tests = app.topic("flood").tests
        assert file.name == "water.yaml"
        assert [item.title for item in getattr(tests, kind)] == ["A flood"]

    def test_watchlists_that_come_with_the_program_are_not_edited(
        self, app: App, folder: Path
    ) -> None:
        (folder / "watchlists" / "water.yaml").unlink()
        with pytest.raises(WatcherError, match="your own watchlists"):
            mark(app, [1], State.KEPT, note=None, as_tests=True)

    def test_what_cannot_become_a_test_is_not_marked(self, app: App, folder: Path) -> None:
        watchlist = folder / "watchlists" / "water.yaml"
        watchlist.write_text(watchlist.read_text().replace("id: gale", "id: storm"))
        with pytest.raises(WatcherError, match="there is no topic 'gale'"):
            mark(app, [1, 2], State.KEPT, note=None, as_tests=True)
        assert app.topic("flood").tests.match == ()
        assert [row.kept for row in topic_rows(app)] == [0, 0]


class TestTopics:
    def test_rows_need_no_database(self, app: App) -> None:
        rows = topic_rows(app)
        assert [(row.id, row.severity, row.new) for row in rows] == [
            ("flood", "high", 0),
            ("gale", "normal", 0),
        ]
        assert rows[0].to_json()["id"] == "flood"

    @pytest.mark.usefixtures("logged")
    def test_rows_count_what_came_of_a_topic(self, app: App) -> None:
        assert [row.new for row in topic_rows(app)] == [1, 1]

    def test_terms_have_no_yield_without_a_database(self, app: App) -> None:
        assert term_yields(app, app.topic("gale")) == []

    @pytest.mark.usefixtures("logged")
    def test_terms_are_told_by_how_their_matches_were_judged(self, app: App) -> None:
        mark(app, [2], State.DISMISSED, note=None)
        (row,) = term_yields(app, app.topic("gale"))
        assert (row.term, row.matches, row.kept, row.dismissed) == ("gale", 1, 0, 1)

    def test_a_name_has_spellings_without_a_database(self, app: App) -> None:
        assert suggestions(app, "Олег", country=None)

    def test_a_country_is_named_in_the_languages_of_the_topics(self, app: App) -> None:
        found = suggestions(app, None, country="DE")
        assert "Germany" in {spelling.text for spelling in found}
        assert {spelling.language for spelling in found} == {"en"}

    def test_an_unknown_country_is_refused(self, app: App) -> None:
        with pytest.raises(WatcherError, match="XX"):
            suggestions(app, None, country="XX")

    def test_neighbours_of_a_name_come_from_stored_items(
        self, app: App, logged: SqliteStore
    ) -> None:
        feed = logged.feed_by_url(URL)
        assert feed is not None
        items = [
            Item(guid=f"n{n}", title=f"Said Ann Quill, the harbour master, {n}") for n in range(9)
        ]
        logged.add_new_items(feed, items, now=datetime(2026, 3, 2, tzinfo=UTC))
        found = suggestions(app, "Quill", country=None)
        assert any("beside it in" in spelling.system for spelling in found)


class TestEdits:
    EDITED = WATCHLIST.replace("gale OR storm", "fair")

    def test_without_a_file_they_are_the_configured_topics(self, app: App) -> None:
        assert [topic.id for topic in edited_topics(app, None)] == ["flood", "gale"]

    def test_a_file_stands_in_for_its_namesake(self, app: App, folder: Path) -> None:
        (folder / "edited").mkdir()
        edited = folder / "edited" / "water.yaml"
        edited.write_text(self.EDITED)
        assert len(edited_topics(app, edited)) == 2

    @pytest.mark.parametrize("is_absolute", [True, False], ids=["absolute", "relative"])
    def test_a_file_of_another_name_stands_alone(
        self, app: App, folder: Path, *, is_absolute: bool
    ) -> None:
        draft = folder / "draft.yaml" if is_absolute else Path("draft.yaml")
        draft.write_text("version: 1\nlanguages: []\ntopics:\n  - id: fair\n    match: fair\n")
        assert [topic.id for topic in edited_topics(app, draft)] == ["fair"]

    @pytest.mark.usefixtures("logged")
    def test_changes_are_told_chunk_by_chunk(self, app: App, folder: Path) -> None:
        (folder / "watchlists" / "water.yaml").write_text(self.EDITED)
        ((count, found),) = changes(app, edited_topics(app, None), since=None)
        assert count == 3
        assert [(change.topic, change.gained, change.item.guid) for change in found] == [
            ("gale", True, "3"),
            ("gale", False, "2"),
        ]

    @pytest.mark.usefixtures("logged")
    def test_a_topic_is_matched_again_in_chunks(self, app: App, folder: Path) -> None:
        (folder / "watchlists" / "water.yaml").write_text(self.EDITED)
        assert rematch(app, app.topic("gale"), since=None) == 1
        assert [list(found) for _, found in changes(app, app.watchlist().topics, since=None)] == [
            []
        ]


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


@pytest.mark.usefixtures("folder")
class TestChecking:
    def test_without_files_all_that_the_settings_name_is_checked(self) -> None:
        report = check()
        assert (report.exit_code, report.feeds, report.topics) == (0, 2, 2)

    def test_files_are_told_apart_by_their_endings(self, folder: Path) -> None:
        report = check([folder / "feeds" / "all.opml", folder / "watchlists" / "water.yaml"])
        assert (report.feeds, report.topics) == (2, 2)

    def test_mistakes_in_the_settings_hide_none_in_the_other_files(self, folder: Path) -> None:
        (folder / "watcher.toml").write_text("[poll]\nbudgett = 3\n")
        (folder / "watchlists" / "water.yaml").write_text("version: 1\ntopics: [")
        files = {problem.file for problem in check().problems}
        assert files == {"watcher.toml", "watchlists/water.yaml"}

    def test_settings_that_are_named_are_checked(self, folder: Path) -> None:
        other = folder / "other.toml"
        other.write_text("[poll]\nbudgett = 3\n")
        assert [problem.file for problem in check([other]).problems] == ["other.toml"]

    @pytest.mark.usefixtures("logged")
    def test_the_reach_is_over_the_items_stored_since(self, folder: Path, clock: FakeClock) -> None:
        found = reach((), clock.advance(hours=-1), data=folder / "data")
        assert [(topic.topic, topic.items) for topic in found.topics] == [("flood", 1), ("gale", 1)]
        assert reach((), clock.advance(hours=2), data=folder / "data").items == 0

    def test_a_channel_that_is_not_there_is_a_mistake(self, folder: Path) -> None:
        (folder / "watcher.toml").write_text("")
        assert check().exit_code == 2

    def test_settings_that_are_not_there_are_a_mistake(self, folder: Path) -> None:
        with pytest.raises(ConfigError):
            App.load(config=folder / "missing.toml")
