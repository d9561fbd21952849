"""The `feeds` commands: what each prints, and its exit codes."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.commands import URL, Commands, Run, lines
from tests.stored import feed_at
from watcher.clock import utc_now
from watcher.errors import FetchError
from watcher.models import Gap, PollStats
from watcher.store import PollRecord, SqliteStore


class TestFeeds(Commands):
    def test_import_list_pause_remove_export(self, run: Run, folder: Path) -> None:
        (folder / "mine.opml").write_text(
            '<opml version="2.0"><head/><body>'
            f'<outline type="rss" text="Harbour" xmlUrl="{URL}" outlet="Harbour Post"/>'
            '<outline type="rss" text="bad" xmlUrl="file:///etc/passwd"/></body></opml>'
        )
        result = run("feeds", "import", "mine.opml")
        assert result.stdout == "1 added, 0 known, 1 left out\n"
        assert "mine.opml:1:" in result.stderr
        run("feeds", "pause", URL)
        assert [row["state"] for row in lines(run("feeds", "list", "--json"))] == ["paused"]
        assert "not at all" in run("feeds", "list").stdout
        run("feeds", "resume", URL)
        assert "Harbour Post" in run("feeds", "list").stdout
        assert URL in run("feeds", "export").stdout
        (folder / "feeds").mkdir()
        (folder / "mine.opml").rename(folder / "feeds" / "mine.opml")
        assert "stays out until it is added again" in run("feeds", "remove", URL).stdout
        assert run("feeds", "list", "--json").stdout == ""
        assert "no such feed" in run("feeds", "remove", URL, status=1).stderr

    @pytest.mark.usefixtures("store")
    def test_a_feed_stays_where_a_catalogue_cannot_be_read(self, run: Run, folder: Path) -> None:
        (folder / "feeds").mkdir(exist_ok=True)
        (folder / "feeds" / "mine.opml").write_text("<opml")
        assert "mine.opml:1:1" in run("feeds", "remove", URL, status=2).stderr
        (folder / "feeds" / "mine.opml").unlink()
        assert [row["feed"] for row in lines(run("feeds", "list", "--json"))] == [URL]

    def test_a_feed_that_has_moved_is_listed_where_it_was(
        self, run: Run, folder: Path, store: SqliteStore
    ) -> None:
        (folder / "feeds").mkdir(exist_ok=True)
        (folder / "feeds" / "mine.opml").write_text(
            f'<opml version="2.0"><body><outline type="rss" xmlUrl="{URL}"/></body></opml>'
        )
        now = utc_now()
        moved = PollRecord(
            polled_at=now, next_poll_at=now, stats=PollStats(), url="https://new.example/feed"
        )
        store.record_poll(feed_at(store, URL), moved)
        told = run("feeds", "remove", URL).stdout
        assert told.startswith("unsubscribed from https://new.example/feed; a catalogue lists it")

    def test_an_import_tells_feeds_left_out_from_attributes_ignored(
        self, run: Run, folder: Path
    ) -> None:
        (folder / "mine.opml").write_text(
            '<opml version="2.0"><head/><body>'
            f'<outline type="rss" text="Harbour" outlt="Post" contry="GB" xmlUrl="{URL}"/>'
            f'<outline type="rss" text="again" xmlUrl="{URL}"/></body></opml>'
        )
        result = run("feeds", "import", "mine.opml")
        assert result.stdout == "1 added, 0 known, 1 left out, 2 attributes ignored\n"
        assert result.stderr.count("mine.opml:1:") == 3

    @pytest.mark.usefixtures("store")
    def test_a_feed_without_a_verified_certificate_is_shown_as_such(
        self, run: Run, folder: Path
    ) -> None:
        assert "unverified" not in run("feeds", "list").stdout
        (folder / "watcher.toml").write_text(f'[[feed]]\nurl = "{URL}"\nverify = false\n')
        assert "unverified" in run("feeds", "list").stdout
        (row,) = lines(run("feeds", "list", "--json"))
        assert "unverified" in row["why"]

    @pytest.mark.parametrize("command", [("matches",), ("feeds", "gaps")], ids=" ".join)
    def test_the_share_of_the_time_that_was_covered_is_told(
        self, run: Run, store: SqliteStore, command: tuple[str, ...]
    ) -> None:
        unread = run(*command, "--since", "2d").stderr
        feed = feed_at(store, URL)
        now = utc_now()
        gap = Gap(from_at=now - timedelta(hours=1), to_at=now, found_by="outage")
        store.record_poll(
            feed, PollRecord(polled_at=now, next_poll_at=now, stats=PollStats(), gap=gap)
        )
        assert unread.startswith("0.0 % of the feed-time asked for was covered; 1 feed out")
        assert "covered; 1 gap (see `watcher feeds gaps`" in run(*command, "--since", "2d").stderr

    @pytest.mark.usefixtures("store")
    def test_of_an_outlet_that_nobody_polls_nothing_was_covered(self, run: Run) -> None:
        assert run("matches", "--outlet", "Harbor").stderr.startswith("no feed-time was asked for")

    @pytest.mark.usefixtures("store")
    def test_no_gaps_are_an_empty_list(self, run: Run) -> None:
        assert run("feeds", "gaps", "--json").stdout == ""

    @pytest.mark.usefixtures("store")
    def test_gaps_of_no_feed_are_none_either(self, run: Run) -> None:
        found = run("feeds", "gaps", "--feed", "http://nosuch/", status=1)
        assert (found.stdout, "no such feed" in found.stderr) == ("", True)

    def test_a_feed_that_was_never_read_has_no_rate(self, run: Run, store: SqliteStore) -> None:
        feed = feed_at(store, URL)
        failed = PollRecord(
            polled_at=utc_now(),
            next_poll_at=utc_now(),
            stats=PollStats(errors_in_a_row=1),
            error=FetchError("dns", "no such name"),
        )
        store.record_poll(feed, failed)
        (row,) = lines(run("feeds", "list", "--json"))
        assert row["items_per_day"] is None
        assert "1.0" not in run("feeds", "list").stdout
