"""What a watchlist file says, its queries still texts: each with its place."""

from dataclasses import dataclass, field

from watcher.errors import Problem
from watcher.models import Severity, TopicTests
from watcher.nodes import Field
from watcher.watchlist.source import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDraft:
    """An actor (its texts are names) or a concept (its texts are queries)."""

    id: Text
    title: str = ""
    texts: tuple[Text, ...]
    is_actor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDraft:
    """A topic whose queries are still texts."""

    id: Text
    title: str
    severity: Severity
    why: str
    match: tuple[Text, ...]
    unless: tuple[Text, ...]
    fields: tuple[Field, ...]
    notify: tuple[Text, ...]
    tests: TopicTests
    languages: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Draft:
    """What one file says, and what is wrong in it; `is_whole` unless it could not be read."""

    groups: list[GroupDraft] = field(default_factory=list)
    topics: list[TopicDraft] = field(default_factory=list)
    languages: list[Text] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True
