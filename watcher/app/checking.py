"""Everything a user wrote, checked at once: settings, catalogues, watchlists."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.app.core import App
from watcher.clock import utc_now
from watcher.errors import Problem
from watcher.settings import read_settings

if TYPE_CHECKING:
    from watcher.check import Report
    from watcher.check.reach import Reach

CATALOGUES = frozenset({".opml", ".xml"})
SETTINGS = ".toml"


def check(
    files: Sequence[Path] = (), *, config: Path | None = None, data: Path | None = None
) -> "Report":
    """Check these files, by their endings; without any, all that the settings name.

    Mistakes in the settings hide none in the other files.
    """
    from watcher.check import check  # noqa: PLC0415

    app, problems = _settings(config, data)
    channels = None if problems else app.settings.notify
    problems += _unknown_addresses(app)
    for file in files:
        if file.suffix == SETTINGS:
            other, wrong = _settings(file, data)
            problems += [*wrong, *_unknown_addresses(other)]
    watchlists = [file for file in files if _is_watchlist(file)]
    return check(
        watchlists=watchlists if files else app.watchlist_files_or_shipped(),
        catalogues=[file for file in files if file.suffix in CATALOGUES]
        if files
        else app.catalogue_files(),
        channels=channels,
        problems=list(dict.fromkeys(problems)),
    )


def reach(
    files: Sequence[Path],
    since: datetime,
    *,
    config: Path | None = None,
    data: Path | None = None,
) -> "Reach":
    """Hold the watchlists (those given, else the configured ones) against items stored since.

    Raises:
        ConfigError: They cannot be used.
        StoreError: There is no database to hold them against.
    """
    from watcher.check.reach import reach_of  # noqa: PLC0415

    app = App.load(config=config, data=data)
    watchlist = app.watchlist([file for file in files if _is_watchlist(file)])
    with app.reader() as store:
        items = (item for chunk in store.items(since=since) for item in chunk)
        first = next(items, None)
        begin = first.seen_at if first and first.seen_at else since
        days = max((utc_now() - begin) / timedelta(days=1), 1.0)
        return reach_of(watchlist, chain([first] if first else [], items), days=days)


def _is_watchlist(file: Path) -> bool:
    return file.suffix not in {SETTINGS, *CATALOGUES}


def _settings(config: Path | None, data: Path | None) -> tuple[App, list[Problem]]:
    """Read the settings; what is wrong in them counts as absent, and is told."""
    settings, problems = read_settings(config=config, data=data, environ=os.environ, cwd=Path.cwd())
    return App(settings), problems


def _unknown_addresses(app: App) -> Iterator[Problem]:
    for name, channel in app.channels().items():
        if why := channel.mistake():
            key = "url_file" if app.settings.notify[name].url_file else "url"
            yield app.settings.problem("notify", name, key, why=why)
