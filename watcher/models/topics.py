"""What is watched for."""

from dataclasses import dataclass
from enum import StrEnum

from watcher.models.items import Item
from watcher.nodes import Field, Node

SEARCHED: tuple[Field, ...] = ("title", "summary", "content")
"""The fields a topic searches unless it says otherwise."""


class Severity(StrEnum):
    """How much a topic matters; from the least to the most."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTests:
    """What a watchlist says its topic must match, and must leave alone."""

    match: tuple[Item, ...] = ()
    ignore: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a user's file something stands; line and column from 1."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What to watch for: an item matches if `query` holds and `unless` does not.

    `languages` are those whose inflections its words know (BCP 47 primary tags); `version` is a
    hash of the compiled meaning: equal for equal meaning.
    """

    id: str
    query: Node
    unless: Node | None = None
    title: str = ""
    severity: Severity = Severity.NORMAL
    why: str = ""
    fields: tuple[Field, ...] = SEARCHED
    languages: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    version: str = ""
    tests: TopicTests = TopicTests()
    place: Place = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or body under watch: one group of names, referred to as `$id`."""

    id: str
    title: str = ""
    names: tuple[str, ...] = ()
    place: Place = Place()
