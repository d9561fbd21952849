"""What the flows need of a database; `store/` has the engines."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watcher.errors import FeedError
from watcher.models import (
    Delivery,
    Feed,
    Gap,
    Hints,
    Item,
    Match,
    Origin,
    PollStats,
    Rest,
    Topic,
    Validators,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What one document added: the new items (with the numbers of their rows), in its order.

    `rewritten` are known items whose texts or tags have changed: they are stored anew, and may
    match now.
    `known` are the numbers of those shown before.
    """

    new: tuple[Item, ...] = ()
    known: tuple[int, ...] = ()
    rewritten: tuple[Item, ...] = ()


class Arriving(Protocol):
    """A document's items on their way into the store, by parts."""

    @property
    def new(self) -> Sequence[Item]:
        """Those not known of the feed, as the document has them."""

    @property
    def known(self) -> Sequence[int]:
        """The numbers of those known."""

    @property
    def are_in(self) -> bool:
        """Whether nothing is left to store."""

    def store_some(self, most: int = sys.maxsize) -> Added:
        """Store the next so many of those that are new or rewritten, and tell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """What is written of a feed after a poll; `None` leaves a value as it is.

    `error` is the trouble of this poll, if any; its absence clears the last one.
    """

    polled_at: datetime
    next_poll_at: datetime
    stats: PollStats
    error: FeedError | None = None
    hints: Hints | None = None
    validators: Validators | None = None
    memory: bytes | None = None
    title: str | None = None
    language: str | None = None
    url: str | None = None
    """A new address, once it has proved itself; the old one goes to the feed's history."""
    moved_to: str | None = None
    moved_times: int = 0
    gone_times: int = 0
    newest_at: datetime | None = None
    last_document_at: datetime | None = None
    """Set when this poll brought a whole document (200, not 304)."""
    gap: Gap | None = None
    rest: Rest | None = None
    """How the feed's whole registrable domain rests, or has rested (429, Retry-After)."""


class Store(Protocol):
    """One writer's view of the database: claims, settlements, the outbox.

    All moments are aware UTC. Writes happen inside `transaction()`: all or none.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """Open a transaction; nested ones are savepoints."""

    def claim_due(
        self,
        *,
        now: datetime,
        limit: int,
        busy_hosts: frozenset[str] = frozenset(),
        busy_domains: frozenset[str] = frozenset(),
        one_per_host: bool = True,
    ) -> Sequence[Feed]:
        """Claim feeds that are due, soonest due first; they stay claimed until released."""

    def release(self, feed_id: int) -> None:
        """Give a claim back, settled or not."""

    def next_due_at(self, *, resting_hosts: frozenset[str] = frozenset()) -> datetime | None:
        """When the next unclaimed feed of a host that does not rest is due; `None` without any."""

    def add_new_items(
        self, feed: Feed, items: Sequence[Item], *, now: datetime, are_all: bool = False
    ) -> Added:
        """Store the items not known of this feed; adding items twice adds none.

        `are_all` tells that its document shows no others. New ones are told with the facts of the
        feed.
        """

    def arriving_items(
        self, feed: Feed, items: Sequence[Item], *, now: datetime, are_all: bool = False
    ) -> Arriving:
        """Begin to store items as `add_new_items` does, a part in each transaction."""

    def unknown_items(self, feed: Feed, items: Sequence[Item]) -> Sequence[Item]:
        """Tell which items the feed has not shown, by the identity that adding goes by."""

    def are_named_anew(self, feed: Feed, items: Sequence[Item]) -> bool:
        """Tell whether items not known have the title and date of known ones, and may be these."""

    def item(self, item_id: int) -> Item | None:
        """Read one item; `None` if there is none of this number."""

    def log_matches(
        self,
        matches: Sequence[tuple[Item, Match]],
        *,
        topics: Mapping[str, Topic],
        origin: Origin,
        now: datetime,
        notify: bool,
    ) -> Sequence[int]:
        """Log matches with their evidence, each (item, topic) once; returns the new ones' numbers.

        One that was there keeps its number and triage; its evidence is renewed, and it counts
        again if it was superseded.

        With `notify`, a delivery for each channel of the topic is queued with it.
        """

    def record_poll(self, feed: Feed, record: PollRecord) -> None:
        """Write down how a poll ended and when the next one comes."""

    def open_gap(self, feed: Feed, gap: Gap, *, now: datetime) -> None:
        """Note a gap, before the poll that found it is written down."""

    def close_gap(self, feed: Feed, gap: Gap) -> None:
        """Forget a gap: what was missed has been recovered."""

    def keep_rest(self, rest: Rest) -> None:
        """Note that a registrable domain rests."""

    def claim_deliveries(self, *, now: datetime, limit: int) -> Sequence[Delivery]:
        """Take the queued deliveries that are due, oldest first; they are not due for a minute."""

    def record_delivery(
        self,
        delivery_ids: Sequence[int],
        *,
        now: datetime,
        error: str | None,
        next_try_at: datetime | None,
    ) -> None:
        """Mark deliveries as sent (no error), or say why not and when to try again."""
