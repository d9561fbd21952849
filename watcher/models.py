"""The values that flow through the watcher; all frozen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from watcher.nodes import Field, Node

SEARCHED: tuple[Field, ...] = ("title", "summary", "content")
"""The fields a topic searches unless it says otherwise."""


class Severity(StrEnum):
    """How much a topic matters; from the least to the most."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing a feed carries; texts are plain (no markup), moments aware and in UTC.

    `id` is the caller's own in JSON, the row's number in the store, `""` in a parsed document.
    """

    id: str | int = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    guid: str = ""
    link: str = ""
    language: str = ""
    published_at: datetime | None = None
    seen_at: datetime | None = None
    outlet: str = ""
    feed: str = ""
    group: str = ""
    country: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> "Item":
        """Read an item from its JSON form; unknown keys are ignored, `null` counts as absent.

        Raises:
            ValueError: No `id`, a value of the wrong type, or a date that is not ISO 8601.
        """
        if not isinstance(mapping.get("id"), str | int):
            raise ValueError("an item needs an 'id' (a text or a whole number)")
        texts = {name: _text(mapping, name) for name in _TEXTS}
        tags = mapping.get("tags") or ()
        if isinstance(tags, str) or not all(isinstance(tag, str) for tag in tags):
            raise ValueError("'tags' must be a list of texts")
        return cls(
            id=mapping["id"],
            published_at=_moment(mapping, "published"),
            seen_at=_moment(mapping, "seen"),
            tags=tuple(tags),
            **texts,
        )


_TEXTS = (
    "title",
    "summary",
    "content",
    "author",
    "guid",
    "link",
    "language",
    "outlet",
    "feed",
    "group",
    "country",
)


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"'{name}' must be a text, not {value!r}")  # noqa: TRY004 - one kind
    return value


def _moment(mapping: Mapping[str, Any], name: str) -> datetime | None:
    value = _text(mapping, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"'{name}' must be an ISO 8601 date, not {value!r}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed and its server ask of whoever polls it; each only lengthens the wait."""

    max_age: timedelta | None = None
    """From Cache-Control, less Age; else Expires less Date (RFC 9111)."""
    ttl: timedelta | None = None
    """RSS `<ttl>`."""
    update_period: timedelta | None = None
    """`sy:updatePeriod` over `sy:updateFrequency`."""
    skip_hours: frozenset[int] = frozenset()
    """RSS `<skipHours>`: hours of the day in UTC, 0 to 23."""
    skip_days: frozenset[int] = frozenset()
    """RSS `<skipDays>`: weekdays in UTC, 0 is Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a feed's document says, items in its own order.

    `known` is the number of items left out because `memory` already had them, `dropped` of those
    over the limit or without title, text and link. `memory` is for the next parse of the same feed.
    """

    title: str = ""
    language: str = ""
    items: tuple[Item, ...] = ()
    hints: Hints = Hints()
    format: str = ""
    """Such as `rss20`, `atom10`, `json11`."""
    site: str = ""
    known: int = 0
    dropped: int = 0
    next_page: str = ""
    """Where older items lie, when the feed is paged or archived (RFC 5005)."""
    memory: bytes = b""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes the next request conditional (RFC 9110, section 8.8), byte for byte as sent."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """SHA-256 of the unpacked body, for servers without validators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """What the user set for one feed; secrets are already looked up and never printed."""

    every: timedelta | None = None
    weight: float = 1.0
    min: timedelta | None = None
    max: timedelta | None = None
    ignore_hints: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: str | None = field(default=None, repr=False)
    """`user:password` for Basic, or a whole `Authorization` value such as `Bearer …`."""
    proxy: str | None = field(default=None, repr=False)
    allow_downgrade: bool = False
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PollStats:
    """What polling has taught about a feed: forgetful counts, as of `observed_at`.

    Counts halve every 14 days; `recent` and `due` every 2 hours. Lists are tuples of 24 hours,
    7 weekdays (0 is Monday) and 12 five-minute slots of the hour, all in UTC.
    """

    observed_at: datetime | None = None
    items: float = 0.0
    days: float = 0.0
    events: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24
    weekdays: tuple[float, ...] = (0.0,) * 7
    slots: tuple[float, ...] = (0.0,) * 12
    recent: float = 0.0
    due: float = 0.0
    planned: float = 0.0
    """Items expected until the next poll, as planned at the last one."""
    document_items: int = 0
    errors_in_a_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """One finished poll, as the polling rule sees it.

    `published_at` are the dates of the items not seen before (`None`: the item has no date);
    `oldest_at` the date of the oldest item shown; `shown` how many items the document shows.
    """

    polled_at: datetime
    ok: bool
    first: bool = False
    published_at: tuple[datetime | None, ...] = ()
    shown: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed as a catalogue lists it, or as the user adds it."""

    url: str
    title: str = ""
    outlet: str = ""
    site: str = ""
    country: str = ""
    language: str = ""
    kind: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    paused: bool = False
    catalogue: str = ""
    """The file that lists it; empty when it was added by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A subscribed feed as the store knows it."""

    id: int
    url: str
    """Where it is polled now; `subscribed_url` is what the user gave."""
    subscribed_url: str
    title: str = ""
    outlet: str = ""
    country: str = ""
    language: str = ""
    kind: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    validators: Validators = Validators()
    hints: Hints = Hints()
    stats: PollStats = PollStats()
    memory: bytes = field(default=b"", repr=False)
    next_poll_at: datetime
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_document_at: datetime | None = None
    """When a whole document last came (200, not 304)."""
    moved_to: str | None = None
    """A permanent new address that has not yet proved itself, and how often it gave a feed."""
    moved_times: int = 0
    gone_times: int = 0
    newest_at: datetime | None = None
    """The date of the newest item known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that nothing changed (304)."""

    hints: Hints = Hints()
    validators: Validators = Validators()
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document came: its unpacked bytes and what the server said of it.

    `url` is where it was found after redirects; `moved_to` the same, if every hop was permanent.
    """

    url: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    validators: Validators = Validators()
    hints: Hints = Hints()
    moved_to: str | None = None


Answer = Fetched | NotModified


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch in which a feed may have shown items that were never seen."""

    from_at: datetime
    to_at: datetime
    found_by: str
    """`scrolled` (a document shares nothing with the one before) or `outage`."""


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
