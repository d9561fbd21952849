"""A folder to start from, and the schemas that editors complete from."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from watcher.errors import WatcherError
from watcher.places import shipped
from watcher.settings import Settings
from watcher.watchlist.schema import json_schema as watchlist_schema

STARTER_SETTINGS = """\
# Settings of the watcher; every key has a default.

[watcher]
feeds = ["feeds/*.opml"]
watchlists = ["seeds/*.yaml", "watchlists/*.yaml"]

[fetch]
contact = ""    # your address or page, told to the publishers you poll
"""


def init(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Put settings, catalogues and watchlists into a folder; tells each file and if it is new.

    Nothing is overwritten.

    Raises:
        WatcherError: The folder cannot be made or written.
    """
    try:
        yield from _put_into(folder)
    except OSError as error:
        raise WatcherError(f"{folder}: cannot be made or written: {error.strerror}") from error


def _put_into(folder: Path) -> Iterator[tuple[Path, bool]]:
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "watcher.toml"
    if fresh := not settings.exists():
        settings.write_text(STARTER_SETTINGS, "utf-8")
    yield settings, fresh
    for name, pattern in (("feeds", "*.opml"), ("seeds", "*.yaml")):
        (folder / name).mkdir(exist_ok=True)
        for source in sorted(shipped(name).glob(pattern)):
            target = folder / name / source.name
            if fresh := not target.exists():
                shutil.copyfile(source, target)
            yield target, fresh


def json_schema(what: str) -> dict[str, Any]:
    """Give the JSON Schema of `watchlist` or `settings`."""
    return watchlist_schema() if what == "watchlist" else Settings.model_json_schema()
