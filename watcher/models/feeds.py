"""What is polled, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.models.items import Hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes the next request conditional (RFC 9110, section 8.8), byte for byte as sent."""

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None
    """Whose they are, after redirects: no other address may be asked under them."""
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
    planned_at: datetime | None = None
    """For when that was planned; a start may put it off."""
    document_items: int = 0
    """Of the last document that had any."""
    stood_empty: bool = False
    """Whether the last document had none."""
    broke_off: bool = False
    """Whether the last document did, before it came to what was known: a gap was put off."""
    news_at: datetime | None = None
    """When a document last brought a new item that is not of before the newest one."""
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
    first_success_at: datetime | None = None
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
    """The server at `url`, after redirects, says that nothing changed (304)."""

    url: str
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
class Gap:
    """A stretch in which a feed may have shown items that were never seen."""

    from_at: datetime
    to_at: datetime
    found_by: str
    """`scrolled` (a document shares nothing with the one before) or `outage`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What tells when a feed was watched; moments are `None` before its first document."""

    added_at: datetime
    first_success_at: datetime | None
    last_success_at: datetime | None
    planned_at: datetime | None
    is_failing: bool = False
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A registrable domain that had to be left alone until a moment, past or to come."""

    domain: str
    until_at: datetime
    refusals: int = 0
    """How often in a row it has refused without naming a time (429, 403)."""
