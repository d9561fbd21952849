"""What a feed carries: items, and the documents they come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.safe import readable


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
    feed_given: str = ""
    """The address that the feed was subscribed at, if it has moved from there."""
    group: str = ""
    country: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> "Item":
        """Read an item from its JSON form; unknown keys are ignored, `null` counts as absent.

        What no text can hold becomes U+FFFD, as in feeds: JSON can hold half a character.

        Raises:
            ValueError: No `id`, a value of the wrong type, or a date that is not ISO 8601.
        """
        if not isinstance(mapping.get("id"), str | int) or isinstance(mapping["id"], bool):
            raise ValueError("an item needs an 'id' (a text or a whole number)")  # noqa: TRY004
        texts = {name: _text(mapping, name) for name in _TEXTS}
        tags = mapping.get("tags") or ()
        if not isinstance(tags, list | tuple) or not all(isinstance(tag, str) for tag in tags):
            raise ValueError("'tags' must be a list of texts")
        return cls(
            id=mapping["id"],
            published_at=_moment(mapping, "published"),
            seen_at=_moment(mapping, "seen"),
            tags=tuple(map(readable, tags)),
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
        raise ValueError(f"'{name}' must be a text, not {value!r}")  # noqa: TRY004 - as the others
    return readable(value)


def _moment(mapping: Mapping[str, Any], name: str) -> datetime | None:
    value = _text(mapping, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{name}' must be an ISO 8601 date, not {value!r}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed and its server ask of whoever polls it; each only lengthens the wait."""

    max_age: timedelta | None = None
    """From Cache-Control, less Age; else Expires less Date (RFC 9111)."""
    ttl: timedelta | None = None
    """RSS `<ttl>`."""
    update_period: timedelta | None = None
    """`sy:updatePeriod` over `sy:updateFrequency`."""
    update_base: datetime | None = None
    """`sy:updateBase`: updates come at this moment, and whole periods from it."""
    skip_hours: frozenset[int] = frozenset()
    """RSS `<skipHours>`: hours of the day in UTC, 0 to 23."""
    skip_days: frozenset[int] = frozenset()
    """RSS `<skipDays>`: weekdays in UTC, 0 is Monday."""


PINNED = 3
"""How many items a feed may keep at its top, whatever comes after them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a feed's document says, items in its own order.

    `known` is the number of items left out because `memory` already had them (all, or more than
    `PINNED`), `dropped` of those over the limit or without title, text and link. `memory` is for
    the next parse of the same feed.
    """

    title: str = ""
    language: str = ""
    items: tuple[Item, ...] = ()
    hints: Hints = Hints()
    format: str = ""
    """Such as `rss20`, `atom10`, `json11`."""
    known: int = 0
    dropped: int = 0
    left_out: int = 0
    """How many were over the limit; `memory` has them not, if the document has a memory."""
    is_torn: bool = False
    """Whether it broke off; what came after its end may come another time."""
    next_page: str = ""
    """Where older items lie, when the feed is paged or archived (RFC 5005)."""
    memory: bytes = b""
    warnings: tuple[str, ...] = ()
