"""Matches judged and turned into tests: all of them, or none."""

from pathlib import Path

import pytest

from watcher.app import App
from watcher.app.log import mark
from watcher.app.topics import (
    topic_rows,
)
from watcher.errors import WatcherError
from watcher.models import State


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

    def test_tests_are_taken_back_if_a_later_one_cannot_be_added(
        self, app: App, folder: Path
    ) -> None:
        mark(app, [2], State.DISMISSED, note=None, as_tests=True)
        before = (folder / "watchlists" / "water.yaml").read_bytes()
        with pytest.raises(WatcherError, match="take that out first"):
            mark(app, [1, 2], State.KEPT, note=None, as_tests=True)
        assert (folder / "watchlists" / "water.yaml").read_bytes() == before
        assert [row.kept for row in topic_rows(app)] == [0, 0]
