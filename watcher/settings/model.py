"""All settings together, and what they mean for places of files."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import Field

from watcher.errors import Problem
from watcher.models import FeedOptions
from watcher.settings.keys import problem_at
from watcher.settings.secret import Channel, FeedSettings, Surroundings
from watcher.settings.sections import Fetch, Poll, Retention, Section, Watcher, Web

ChannelName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Settings(Section):
    """All settings of a watcher."""

    watcher: Watcher = Watcher()
    poll: Poll = Poll()
    fetch: Fetch = Fetch()
    web: Web = Web()
    notify: dict[ChannelName, Channel] = Field(default_factory=dict)
    retention: Retention = Retention()
    feed: tuple[FeedSettings, ...] = ()

    _around: Surroundings = Surroundings()

    def model_post_init(self, context: Any, /) -> None:
        """Remember where the settings come from."""
        self._around = context or Surroundings()

    @property
    def base_dir(self) -> Path:
        """The folder that relative paths start from: the settings', or the current one."""
        return self._around.base_dir

    @property
    def file(self) -> Path | None:
        """The file the settings were read from, if there is one."""
        return self._around.file

    @property
    def data_dir(self) -> Path:
        """The folder of the database."""
        if not self.watcher.data:
            return platformdirs.user_data_path("watcher")
        return self.base_dir / Path(self.watcher.data).expanduser()

    def files(self, patterns: Iterable[str]) -> list[Path]:
        """Name the files that patterns find, each once, in order.

        A name without wildcards is given as it is, so that its absence shows when it is read.
        """
        found: dict[Path, None] = {}
        for pattern in patterns:
            found |= dict.fromkeys(self._matching(Path(pattern).expanduser()))
        return list(found)

    def problem(self, *path: str, why: str) -> Problem:
        """Name a mistake in what was read, at the key it is about."""
        return problem_at(path, why, self._around.places)

    def feed_options(self, *urls: str) -> FeedOptions:
        """Tell what is set for a feed, by the first of its addresses that the settings name."""
        named = (self._options[url] for url in urls if url in self._options)
        return next(named, FeedOptions())

    @cached_property
    def _options(self) -> Mapping[str, FeedOptions]:
        return {feed.url: feed.options() for feed in self.feed}

    def _matching(self, pattern: Path) -> list[Path]:
        if not any(sign in str(pattern) for sign in "*?["):
            return [self.base_dir / pattern]
        root = Path(pattern.anchor) if pattern.is_absolute() else self.base_dir
        relative = pattern.relative_to(pattern.anchor) if pattern.is_absolute() else pattern
        return sorted(path for path in root.glob(str(relative)) if path.is_file())
