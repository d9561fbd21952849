"""The match log as the doors see it: exported, judged, turned into tests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from watcher.app.core import App
from watcher.errors import WatcherError
from watcher.models import LoggedMatch, State


def mark(
    app: App, match_ids: Sequence[int], state: State, *, note: str | None, as_tests: bool = False
) -> list[Path]:
    """Note what an analyst made of matches: of all of them, or of none.

    With `as_tests` their items become tests first: to match if kept, else to be ignored. Returns
    the watchlist of each of these.

    Raises:
        WatcherError: One is not in the log, its topic in no watchlist, or a test cannot be added.
    """
    with app.reader() as store:
        matches = {match_id: store.match(match_id) for match_id in match_ids}
    if missing := [str(match_id) for match_id, match in matches.items() if match is None]:
        raise WatcherError(f"not in the log: {', '.join(missing)}; nothing is marked")
    found = list(filter(None, matches.values())) if as_tests else []
    files = _files_of(app, found)
    with _undone_on_failure(files.values()), app.writer() as store:
        _add_tests(files, found, state)
        store.mark(match_ids, state=state, note=note)
    return [files[match.topic] for match in found]


def _files_of(app: App, matches: Sequence[LoggedMatch]) -> dict[str, Path]:
    """Name the watchlist of each match's topic."""
    if not matches:
        return {}
    if not app.watchlist_files():
        raise WatcherError(
            "tests are added to your own watchlists, and the settings name none; `watcher init` "
            "lays some out, or name yours under [watcher] watchlists"
        )
    topics = app.topics({match.topic for match in matches})
    return {topic.id: Path(topic.place.file) for topic in topics}


@contextmanager
def _undone_on_failure(files: Iterable[Path]) -> Iterator[None]:
    """Give files the content they had before, if what is done meanwhile fails."""
    before = {file: file.read_bytes() for file in files}
    try:
        yield
    except BaseException:
        for file, content in before.items():
            if file.read_bytes() != content:
                file.write_bytes(content)
        raise


def _add_tests(files: Mapping[str, Path], matches: Sequence[LoggedMatch], state: State) -> None:
    from watcher.watchlist.edit import append_test  # noqa: PLC0415

    kind: Literal["match", "ignore"] = "match" if state is State.KEPT else "ignore"
    for match in matches:
        append_test(files[match.topic], match.topic, kind, match.item)
