"""What was found, and by which words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from watcher.models.items import Item
from watcher.models.topics import Severity
from watcher.nodes import Field


class State(StrEnum):
    """What an analyst made of a match."""

    NEW = "new"
    KEPT = "kept"
    DISMISSED = "dismissed"


class Origin(StrEnum):
    """How a match came about: `backlog` is a feed's first poll, `backfill` a changed topic."""

    LIVE = "live"
    BACKLOG = "backlog"
    BACKFILL = "backfill"


class Evidence(NamedTuple):
    """One place of one positive term: code points `start` to `end` of that field as given."""

    field: Field
    start: int
    end: int
    text: str
    term: str


class Match:
    """An item matched a topic; its evidence is made when asked for."""

    __slots__ = ("_evidence", "_find", "topic")

    def __init__(self, topic: str, find: Callable[[], tuple[Evidence, ...]]) -> None:
        self.topic = topic
        self._find = find
        self._evidence: tuple[Evidence, ...] | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every place of every positive term, in the order of fields and places."""
        if self._evidence is None:
            self._evidence = self._find()
        return self._evidence

    def __repr__(self) -> str:
        return f"Match(topic={self.topic!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedMatch:
    """A match as the log keeps it, with the facts of its item."""

    id: int
    matched_at: datetime
    topic: str
    topic_version: str
    severity: Severity
    origin: Origin
    state: State
    note: str = ""
    item: Item
    story: int
    evidence: tuple[Evidence, ...]
    superseded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One match to be told on one channel."""

    id: int
    channel: str
    attempts: int
    match: LoggedMatch
