"""What a poll tells of its feed; pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.coverage import is_behind
from watcher.errors import FeedError, FetchError
from watcher.models import Answer, Document, Feed, Hints, Item, PollResult, Validators
from watcher.store import Added

MOVES_TO_BELIEVE = 3
"""How often a permanent redirect must give a feed before the new address is kept."""


def as_told(feed: Feed, document: Document) -> Feed:
    """Let the document say what neither the user nor an earlier one has said of the feed."""
    return replace(
        feed,
        title=feed.title or document.title,
        language=feed.language or document.language,
    )


def result_of(feed: Feed, document: Document | None, added: Added, *, now: datetime) -> PollResult:
    """Tell the polling rule how a good poll ended."""
    dates = [item.published_at for item in document.items if item.published_at] if document else []
    return PollResult(
        polled_at=now,
        ok=True,
        first=feed.last_success_at is None,
        published_at=tuple(item.published_at for item in added.new),
        shown=len(added.new) + len(added.known) + document.known if document else 0,
        oldest_at=min(dates, default=None),
    )


def hints_after(feed: Feed, answer: Answer, document: Document | None) -> Hints:
    """Join what the server asks now with what the document asks, or asked when it last came."""
    said = document.hints if document else feed.hints
    return replace(said, max_age=answer.hints.max_age)


def validators_after(answer: Answer, document: Document | None, added: Added) -> Validators:
    """Keep the validators, but of a document that was not read to its end.

    They may be those of the whole, of one that broke off; and what was left out is to be read next,
    while that brings new items.
    """
    if document is None:
        return answer.validators
    goes_on = document.left_out and document.memory and added.new
    return Validators() if document.is_torn or goes_on else answer.validators


def is_backlog(item: Item, feed: Feed) -> bool:
    """Tell whether an item was there before the feed was watched: nobody is told of it.

    After a first document that was not read to its end, or had no items, the dates tell it. Of
    undated items only those are news that fill an empty feed.
    """
    opened_at, published_at = feed.first_success_at, item.published_at
    if feed.last_success_at is None or opened_at is None:
        return True
    if feed.last_document_at is None:
        return published_at is None or published_at < opened_at
    if not feed.stats.document_items:
        return published_at is not None and published_at < opened_at
    return False


def is_late(item: Item, feed: Feed) -> bool:
    """Tell whether an item was first seen after the last whole document, or the first at all."""
    whole_at, seen_at = feed.last_document_at or feed.first_success_at, item.seen_at
    return whole_at is None or seen_at is None or seen_at > whole_at


def is_news(feed: Feed, added: Added) -> bool:
    """Tell whether an item came that is not of before the newest one known."""
    newest_at = feed.newest_at
    return any(
        not (newest_at and item.published_at and is_behind(item.published_at, newest_at))
        for item in added.new
    )


def newest_after(feed: Feed, added: Added, *, now: datetime) -> datetime | None:
    """Tell the date of the newest item known; dates ahead of the clock tell nothing."""
    dates = [item.published_at for item in added.new if item.published_at]
    known = [date for date in (*dates, feed.newest_at) if date is not None and date <= now]
    return max(known, default=None)


def demanded_by(error: FeedError) -> timedelta:
    """Tell what wait the server demanded."""
    asked = error.retry_after if isinstance(error, FetchError) else None
    return asked or timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a feed is polled from now on, and what is remembered of a place it may move to."""

    url: str | None = None
    moved_to: str | None = None
    moved_times: int = 0


def move_after(feed: Feed, answer: Answer) -> Move:
    """Follow a permanent redirect for good once it has given a feed `MOVES_TO_BELIEVE` times."""
    if answer.moved_to is None:
        return Move()
    times = feed.moved_times + 1 if answer.moved_to == feed.moved_to else 1
    if times >= MOVES_TO_BELIEVE:
        return Move(url=answer.moved_to)
    return Move(moved_to=answer.moved_to, moved_times=times)
