"""The match log as the doors see it: exported, judged, turned into tests."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from watcher.app.core import App
from watcher.errors import WatcherError
from watcher.models import LoggedMatch, State


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
    from watcher.watchlist import append_test  # noqa: PLC0415

    kinds = {State.KEPT: "match", State.DISMISSED: "ignore"}
    if state not in kinds:
        raise WatcherError("only kept and dismissed matches become tests")
    with app.reader() as store:
        match = store.match(match_id)
    if match is None:
        raise WatcherError(f"not in the log: {match_id}")
    file = Path(app.topic(match.topic).place.file)
    append_test(file, match.topic, kinds[state], match.item)
    return file


def export(matches: Iterable[LoggedMatch], form: str, *, raw: bool) -> str:
    """Write matches as `csv`, `atom` or `jsonfeed`."""
    raise NotImplementedError
