"""Watchlist files → topics and actors, or every mistake in all of them."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watcher.errors import ConfigError, Problem, file_name
from watcher.models import Actor, Topic
from watcher.watchlist.compile import Names, Written, actors_of, compile_topic
from watcher.watchlist.draft import GroupDraft
from watcher.watchlist.read_file import read_draft
from watcher.watchlist.source import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What several files together watch for.

    `warnings` are what reading repaired. `written` are all queries as they stand in the files,
    `groups` the actors and concepts, `used` the ids of those that a topic reaches.
    """

    topics: tuple[Topic, ...]
    actors: tuple[Actor, ...]
    files: tuple[Path, ...]
    warnings: tuple[Problem, ...] = ()
    written: tuple[Written, ...] = ()
    groups: tuple[GroupDraft, ...] = ()
    languages: tuple[Text, ...] = ()
    channels: tuple[Text, ...] = ()
    """Every place where a topic names a channel."""
    used: frozenset[str] = frozenset()


def load(paths: Sequence[Path]) -> Watchlist:
    """Load files as one watchlist.

    Raises:
        ConfigError: With every mistake of every file, in the order of the files.
    """
    with _collector_paused():
        return _load(paths)


def _load(paths: Sequence[Path]) -> Watchlist:
    drafts = [read_draft(path) for path in paths]
    groups = [group for draft in drafts for group in draft.groups]
    topics = [topic for draft in drafts for topic in draft.topics]
    names = Names(groups, complete=all(draft.is_whole for draft in drafts))
    compiled = tuple(compile_topic(topic, names) for topic in topics)
    used = frozenset(names.used)
    names.read_all()
    problems = [problem for draft in drafts for problem in draft.problems]
    problems += _twice(group.id for group in groups)
    problems += _twice(topic.id for topic in topics)
    problems += names.problems
    if problems:
        raise ConfigError(in_order(problems, paths))
    return Watchlist(
        topics=compiled,
        actors=actors_of(groups),
        files=tuple(paths),
        warnings=tuple(in_order(names.warnings, paths)),
        written=tuple(names.written),
        groups=tuple(groups),
        languages=tuple(text for draft in drafts for text in draft.languages),
        channels=tuple(text for topic in topics for text in topic.notify),
        used=used,
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Look for no garbage meanwhile: there is none, and of 10,000 topics it takes a quarter."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _twice(ids: Iterable[Text]) -> Iterator[Problem]:
    first: dict[str, Text] = {}
    for text in ids:
        known = first.setdefault(text.value, text)
        if known is not text:
            place = known.place()
            why = f"{text.value!r} is taken: it stands at {place.file}:{place.line}; rename one"
            yield text.problem(why)


def in_order(problems: Iterable[Problem], paths: Sequence[Path]) -> list[Problem]:
    """Sort problems as they stand in the files, these in the order given."""
    ranks = {file_name(path): rank for rank, path in enumerate(paths)}
    return sorted(problems, key=lambda each: (ranks[each.file], each.line, each.column))
