"""Fixtures for everyone: a clock that is moved, stores, texts loaded as files, a user's folder."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.stored import feed_at
from watcher.app import App
from watcher.errors import ConfigError
from watcher.models import Item, Origin, Subscription
from watcher.settings import Settings, load_settings
from watcher.store import SqliteStore, open_store
from watcher.watchlist import Watchlist, load

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


class FakeClock:
    """A clock that only moves when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "watcher.db") as opened:
        yield opened


LoadToml = Callable[..., Settings]
LoadYaml = Callable[..., Watchlist]


@pytest.fixture
def load_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadToml:
    """Load settings of a text, in an empty folder, without settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def load_text(
        text: str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        config: Path | None = None,
        data: Path | None = None,
    ) -> Settings:
        if text is not None:
            (tmp_path / "watcher.toml").write_text(text, "utf-8")
        return load_settings(config=config, data=data, environ=environ or {}, cwd=tmp_path)

    return load_text


@pytest.fixture
def load_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadYaml:
    """Load texts as the watchlists `a.yaml`, `b.yaml` and so on."""
    monkeypatch.chdir(tmp_path)

    def load_texts(*texts: str | bytes) -> Watchlist:
        paths = [Path(f"{name}.yaml") for name, _ in zip("abcdef", texts, strict=False)]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(paths)

    return load_texts


def problems(
    load: Callable[..., Settings | Watchlist], *texts: str | bytes, **given: Any
) -> list[str]:
    """Load what has mistakes; returns each as it is told."""
    with pytest.raises(ConfigError) as caught:
        load(*texts, **given)
    return [str(problem) for problem in caught.value.problems]


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
def logged(app: App, clock: FakeClock) -> Iterator[SqliteStore]:
    """The store of `app`, with three items of one feed, and what the topics find in them."""
    with app.writer() as opened:
        opened.add_feed(Subscription(url=URL, outlet="Harbour Post"), now=clock())
        feed = feed_at(opened, URL)
        watch = app.watch()
        added = opened.add_new_items(feed, ITEMS, now=clock())
        opened.log_matches(
            [(item, match) for item in added.new for match in watch.matcher.match(item)],
            topics=watch.topics,
            origin=Origin.LIVE,
            now=clock(),
            notify=False,
        )
        yield opened
