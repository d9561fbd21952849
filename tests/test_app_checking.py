"""What is checked at once: settings, catalogues, watchlists, channels."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from watcher.app import App
from watcher.app.checking import check, reach
from watcher.clock import utc_now
from watcher.errors import ConfigError


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

    @pytest.mark.usefixtures("logged")
    def test_a_day_is_counted_from_the_first_item_on(self, folder: Path) -> None:
        found = reach((), datetime(2020, 1, 1, tzinfo=UTC), data=folder / "data")
        assert found.topics[0].per_day == pytest.approx(
            1 / ((utc_now() - datetime(2026, 3, 2, 12, tzinfo=UTC)) / timedelta(days=1)), rel=1e-3
        )

    def test_a_channel_that_is_not_there_is_a_mistake(self, folder: Path) -> None:
        (folder / "watcher.toml").write_text("")
        assert check().exit_code == 2

    def test_settings_that_are_not_there_are_a_mistake(self, folder: Path) -> None:
        with pytest.raises(ConfigError):
            App.load(config=folder / "missing.toml")


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
