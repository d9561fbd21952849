"""The performance: a newsroom, the real daemon on a fresh database, and what it found."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watcher.catalogue import write_catalogue
from watcher.clock import monotonic, utc_now
from watcher.demo.newsroom import Newsroom, open_newsroom
from watcher.demo.script import Script, read_script
from watcher.errors import StoreError, WatcherError
from watcher.models import LoggedMatch, Subscription
from watcher.places import shipped
from watcher.store import MatchFilter, SqliteStore, open_store
from watcher.text.lemmas import Inflector
from watcher.watchlist import load

LOOK_EVERY_S = 0.2
START_S = 120.0
"""How long the daemon may take to open the newsroom, on a busy machine."""
SLACK_S = 15.0
"""How long after the last item was published everything must have been found."""

SETTINGS = """\
[watcher]
feeds = ["newsroom.opml"]
watchlists = [{watchlists}]
[poll]
min = "1s"
max = "2s"
error_min = "1s"
host_interval = "0s"
[fetch]
allow_networks = ["127.0.0.0/8"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the demo's daemon found, against what was planted; pairs are (title, topic)."""

    outlets: int
    items: int
    planted: int
    matches: Mapping[str, int]
    left_alone: int
    missed: tuple[tuple[str, str], ...]
    unexpected: tuple[tuple[str, str], ...]
    seconds: float

    @property
    def well(self) -> bool:
        """Whether all that must match did, and nothing else."""
        return not self.missed and not self.unexpected and self.items == self.planted


def play(
    show: Callable[[LoggedMatch], None], *, script: Script | None = None, slack_s: float = SLACK_S
) -> Summary:
    """Tell the story over real HTTP, let the real daemon watch it, and hand each match to `show`.

    Raises:
        WatcherError: The daemon ended before its time; the message holds the end of its log.
    """
    script = script or read_script()
    _build_word_lists()
    started_s = monotonic()
    with tempfile.TemporaryDirectory(prefix="watcher-demo-") as folder:
        with open_newsroom(script, utc_now) as newsroom, _daemon(Path(folder), newsroom) as daemon:
            logged = _follow(Path(folder), newsroom, daemon, show, slack_s=slack_s)
        with open_store(Path(folder) / "watcher.db", read_only=True) as store:
            items = store.counts(now=utc_now()).items
    return _summary(newsroom, logged, items=items, seconds=monotonic() - started_s)


def _build_word_lists() -> None:
    """Build what the daemon needs here, where it is told: the daemon would tell its log alone."""
    topics = load(sorted(shipped("seeds").glob("*.yaml"))).topics
    Inflector(list(dict.fromkeys(code for topic in topics for code in topic.languages)))


@contextmanager
def _daemon(folder: Path, newsroom: Newsroom) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `watcher run` on the newsroom's feeds; it is gone when the block ends."""
    subscriptions = [
        Subscription(
            url=newsroom.feed_url(outlet),
            title=outlet.title,
            outlet=outlet.title,
            country=outlet.country,
            language=outlet.language,
            kind=outlet.kind,
        )
        for outlet in newsroom.script.outlets
    ]
    catalogue = write_catalogue(subscriptions, title="The demo's newsroom", now=utc_now())
    (folder / "newsroom.opml").write_text(catalogue, "utf-8")
    settings = SETTINGS.format(watchlists=json.dumps(str(shipped("seeds") / "*.yaml")))
    (folder / "watcher.toml").write_text(settings, "utf-8")
    options = ["--config", str(folder / "watcher.toml"), "--data", str(folder)]
    with (folder / "daemon.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "watcher.cli.main", *options, "run"],
            env={name: os.environ[name] for name in os.environ if not name.startswith("WATCHER_")},
            stderr=log,
            stdout=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def _follow(
    folder: Path,
    newsroom: Newsroom,
    daemon: "subprocess.Popen[bytes]",
    show: Callable[[LoggedMatch], None],
    *,
    slack_s: float,
) -> list[LoggedMatch]:
    """Hand on each match as it is logged, until all was found or the time is over."""
    script = newsroom.script
    wanted = sum(len(item.expect) for item in script.items)
    logged: list[LoggedMatch] = []
    deadline_s = monotonic() + START_S
    told = False
    pause = threading.Event()
    while monotonic() < deadline_s:
        if daemon.poll() is not None:
            end = (folder / "daemon.log").read_text("utf-8", "replace")[-2000:]
            raise WatcherError(f"the demo's daemon ended before its time:\n{end}")
        pause.wait(LOOK_EVERY_S)
        store = _reader(folder / "watcher.db")
        if store is None:
            continue
        with store:
            fresh = MatchFilter(after_id=logged[-1].id if logged else 0)
            for match in reversed(list(store.matches(fresh))):
                logged.append(match)
                show(match)
            all_here = store.counts(now=utc_now()).items >= len(script.items)
        if newsroom.opened_at and not told:
            deadline_s, told = monotonic() + script.length_s + slack_s, True
        if all_here and len(logged) >= wanted:
            break
    return logged


def _reader(database: Path) -> SqliteStore | None:
    """Open the daemon's database, once it is there."""
    try:
        return open_store(database, read_only=True)
    except StoreError:
        return None


def _summary(
    newsroom: Newsroom, logged: list[LoggedMatch], *, items: int, seconds: float
) -> Summary:
    script = newsroom.script
    titles = {newsroom.base + item.path: item.title for item in script.items}
    planted = {(newsroom.base + item.path, topic) for item in script.items for topic in item.expect}
    found = {(match.item.link, match.topic) for match in logged}
    return Summary(
        outlets=len(script.outlets),
        items=items,
        planted=len(script.items),
        matches=Counter(match.topic for match in logged),
        left_alone=sum(not item.expect for item in script.items),
        missed=tuple((titles[link], topic) for link, topic in sorted(planted - found)),
        unexpected=tuple(
            (titles.get(link, link), topic) for link, topic in sorted(found - planted)
        ),
        seconds=seconds,
    )
