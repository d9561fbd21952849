"""How a poll came out: before it is written down, and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.errors import FeedError
from watcher.match import Matcher
from watcher.models import Answer, Document, Feed, Gap, Item, Topic
from watcher.store import Arriving


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched for: the topics, and the matcher that holds them."""

    topics: Mapping[str, Topic]
    matcher: Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A good poll, not yet written: an answer, with its document if that changed."""

    feed: Feed
    at: datetime
    answer: Answer
    document: Document | None


@dataclass(slots=True, kw_only=True)
class Settling:
    """A good poll, written down in part: what it found has come in but for some items."""

    visit: Visit
    items: Arriving | None
    gap: Gap | None
    broke_off: bool
    """Whether its document did, before it came to what was known: a gap is put off."""
    new: list[Item] = field(default_factory=list)
    matches: int = 0
    is_begun: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A poll that failed, not yet written."""

    feed: Feed
    at: datetime
    error: FeedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How one poll ended."""

    feed: Feed
    changed: bool = False
    new: int = 0
    matches: int = 0
    gap: Gap | None = None
    error: FeedError | None = None

    @property
    def status(self) -> str:
        """Tell it in one word: `ok`, `unchanged`, or the kind of error."""
        if self.error is not None:
            return self.error.kind
        return "ok" if self.changed else "unchanged"
