"""What the tests of the commands share: a folder with a watchlist and a database, and a shell."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.stored import feed_at
from watcher.cli.main import main
from watcher.clock import utc_now
from watcher.match import Matcher
from watcher.models import Item, Origin, Subscription
from watcher.store import SqliteStore, open_store
from watcher.watchlist import load

WATCHLIST = """\
version: 1
languages: []
topics:
  - id: flood
    title: Floods on the river
    severity: high
    match: flood AND river
    tests:
      match: [The river floods a flood plain]
  - id: gale
    match: gale
"""
URL = "https://harbour.example/feed"
ITEMS = (
    Item(guid="1", title="A flood on the \x1b[31m river", link="https://harbour.example/1"),
    Item(guid="2", title="A gale", summary="=cmd()", link="https://harbour.example/2"),
    Item(guid="3", title="A fair", link="https://harbour.example/3"),
)

Run = Callable[..., Result]


class Commands:
    """Fixtures of the tests of commands, which inherit them."""

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder with a watchlist, and a database of three items and two matches."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        (tmp_path / "watchlists").mkdir()
        (tmp_path / "watchlists" / "water.yaml").write_text(WATCHLIST)
        return tmp_path

    @pytest.fixture
    def store(self, folder: Path) -> Iterator[SqliteStore]:
        with open_store(folder / "watcher.db") as opened:
            opened.add_feed(
                Subscription(url=URL, outlet="Harbour Post", language="en"), now=utc_now()
            )
            feed = feed_at(opened, URL)
            topics = load([folder / "watchlists" / "water.yaml"]).topics
            matcher = Matcher(topics)
            now = utc_now()
            added = opened.add_new_items(feed, ITEMS, now=now)
            opened.log_matches(
                [(item, match) for item in added.new for match in matcher.match(item)],
                topics={topic.id: topic for topic in topics},
                origin=Origin.LIVE,
                now=now,
                notify=False,
            )
            opened.sync_topics(topics, now=now)
            yield opened

    @pytest.fixture
    def run(self, folder: Path) -> Run:
        def invoke(*arguments: str, status: int = 0, **options: Any) -> Result:
            result = CliRunner().invoke(
                main, ["--data", str(folder), *arguments], catch_exceptions=False, **options
            )
            assert result.exit_code == status, result.output
            return result

        return invoke


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]
