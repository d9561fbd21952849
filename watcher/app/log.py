"""The match log as the doors see it: exported, judged, turned into tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from watcher.app.core import App
from watcher.errors import WatcherError
from watcher.models import State


def mark(app: App, match_ids: Sequence[int], state: State, *, note: str | None) -> None:
    """Note what an analyst made of matches.

    Raises:
        WatcherError: One of them is not in the log; the others are marked.
    """
    with app.writer() as store:
        found = store.mark(match_ids, state=state, note=note)
    if missing := sorted(set(match_ids) - set(found)):
        raise WatcherError(f"not in the log: {', '.join(map(str, missing))}")


def add_test(app: App, match_id: int, state: State) -> Path:
    """Add a match's item to its topic's tests: to match if kept, to ignore if dismissed.

    Raises:
        WatcherError: The match is not in the log, its topic in no watchlist, or judged neither.
    """
    from watcher.watchlist.edit import append_test  # noqa: PLC0415

    if state is State.NEW:
        raise WatcherError("only kept and dismissed matches become tests")
    with app.reader() as store:
        match = store.match(match_id)
    if match is None:
        raise WatcherError(f"not in the log: {match_id}")
    file = Path(app.topic(match.topic).place.file)
    kind: Literal["match", "ignore"] = "match" if state is State.KEPT else "ignore"
    append_test(file, match.topic, kind, match.item)
    return file
