"""What a poll leaves behind: items, matches, notices, gap, validators, the next poll's time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.clock import Clock
from watcher.coverage import gap_after, goes_on, is_behind, missed_in
from watcher.errors import FeedError, FetchError
from watcher.fetch import Politeness, Turns
from watcher.hosts import host_of, registrable_domain
from watcher.match import Matcher
from watcher.models import (
    PINNED,
    Answer,
    Document,
    Feed,
    FeedOptions,
    Fetched,
    Gap,
    Hints,
    Item,
    Origin,
    PollResult,
    PollStats,
    Topic,
    Validators,
)
from watcher.schedule import Calibration, Clamps, Plan, observe, plan
from watcher.store import Added, PollRecord, Store

MOVES_TO_BELIEVE = 3
"""How often a permanent redirect must give a feed before the new address is kept."""
GONE_TO_BELIEVE = 2
"""How often a server must say 410 before the feed is asked only once in `GONE_WAIT`."""
GONE_WAIT = timedelta(days=7)
_DATED_BACK = timedelta(days=1)
"""An item may come into a feed so much later than its date says."""


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


@dataclass(slots=True, kw_only=True)
class Settler:
    """Writes polls down; `watch` and `calibration` may be replaced between two of them."""

    store: Store
    politeness: Politeness
    watch: Watch
    calibration: Calibration
    clamps: Clamps
    options_of: Callable[[Feed], FeedOptions]

    def settle(self, outcome: Visit | Trouble) -> Polled:
        """Write one poll down, all or none of it.

        Raises:
            StoreError: It could not be written.
        """
        with self.store.transaction():
            if isinstance(outcome, Trouble):
                return self._settle_trouble(outcome)
            return self._settle_visit(outcome)

    def recover(self, feed: Feed, document: Document, gap: Gap, *, now: datetime) -> bool:
        """Take in an older page of a feed; tells whether older ones have no more to tell.

        A page that goes on from what was known before the gap closes it; one that broke off does
        not: what it lost may lie in the gap. What is new of long before is left: archives begin
        before the subscription.

        Raises:
            StoreError: It could not be written.
        """
        begin_at = gap.from_at - _DATED_BACK
        is_old = {
            item
            for item in self.store.unknown_items(feed, document.items)
            if item.published_at and item.published_at < begin_at
        }
        wanted = tuple(item for item in document.items if item not in is_old)
        with self.store.transaction():
            added, _ = self._take_in(feed, replace(document, items=wanted), are_all=False, now=now)
            known = self._first_seen(added, most=PINNED + 1)
            reaches_back = goes_on(feed, added.new, known, now=now)
            if reaches_back and not document.is_torn:
                self.store.close_gap(feed, gap)
        return reaches_back or bool(is_old)

    def recover_listed(
        self, feed: Feed, shown: Document, listed: Document, gap: Gap, *, now: datetime
    ) -> bool:
        """Take in what a sitemap lists of the gap before `shown`; tells whether it is the feed's.

        Raises:
            StoreError: It could not be written.
        """
        with self.store.transaction():
            unknown = self.store.unknown_items(feed, listed.items)
            missed = missed_in(gap, shown, listed.items, unknown)
            if missed is None:
                return False
            document = replace(shown, items=missed.items)
            self._take_in(feed, document, are_all=False, now=now)
            if missed.is_whole:
                self.store.close_gap(feed, gap)
        return True

    def turns(self, clock: Clock) -> Turns:
        """Give turns at the hosts that are polled."""
        return Turns(politeness=self.politeness, clock=clock)

    def heed(self, host: str, error: FetchError, *, now: datetime) -> None:
        """Let a host's domain rest if it demands so of a request beside the polls.

        Raises:
            StoreError: It could not be written.
        """
        # a plain 403 is of that one document: servers say it of whatever they do not show
        if error.status == 429 or error.retry_after:
            rest = self.politeness.rest_after(host, error, now=now)
            if rest is not None:
                self.store.keep_rest(rest)

    def _settle_visit(self, visit: Visit) -> Polled:
        feed, document = visit.feed, visit.document
        added, matches = Added(), 0
        if document is not None:
            are_all = document.known == 0
            added, matches = self._take_in(feed, document, are_all=are_all, now=visit.at)
        gap = self._gap_before(visit, added)
        is_torn = document is not None and document.is_torn
        broke_off = gap is not None and is_torn and not feed.stats.broke_off
        if broke_off:  # in what was left out it may go on; it is put off once
            gap = None
        self.store.record_poll(feed, self._record(visit, added, gap, broke_off=broke_off))
        return Polled(
            feed=feed,
            changed=document is not None,
            new=len(added.new),
            matches=matches,
            gap=gap,
        )

    def _gap_before(self, visit: Visit, added: Added) -> Gap | None:
        """Tell what may have scrolled out of the feed unseen before this document.

        What one has shown that broke off counts as new with the next.
        """
        feed, document = visit.feed, visit.document
        if document is None:
            return None
        new, known = added.new, self._first_seen(added, most=PINNED + 1)
        if feed.stats.broke_off:
            feed = replace(feed, last_success_at=feed.last_document_at)
            known = self._first_seen(added, most=len(added.known))
            late = [item for item in known if item is not None and _is_late(item, feed)]
            known = [item for item in known if item is None or not _is_late(item, feed)]
            new = (*new, *late)
        return gap_after(feed, document, new=new, known=known, now=visit.at)

    def _first_seen(self, added: Added, *, most: int) -> list[Item | None]:
        """Read the known items of a document, so many that not all can be pinned to it."""
        return [self.store.item(number) for number in added.known[:most]]

    def _take_in(
        self, feed: Feed, document: Document, *, are_all: bool, now: datetime
    ) -> tuple[Added, int]:
        """Store a document's new items and log what they match; tells how many matches are new."""
        first = feed.last_success_at is None
        added = self.store.add_new_items(
            _as_told(feed, document), document.items, are_all=are_all, now=now
        )
        logged = self.store.log_matches(
            self.watch.matcher.match_together((*added.new, *added.rewritten)),
            topics=self.watch.topics,
            origin=Origin.BACKLOG if first else Origin.LIVE,
            now=now,
            notify=not first,
        )
        return added, len(logged)

    def _record(
        self, visit: Visit, added: Added, gap: Gap | None, *, broke_off: bool
    ) -> PollRecord:
        feed, answer, document, now = visit.feed, visit.answer, visit.document, visit.at
        stats = observe(feed.stats, _result(feed, document, added, now=now))
        hints = _hints(feed, answer, document)
        if document is not None:
            stats = replace(
                stats,
                stood_empty=not (document.items or document.known),
                broke_off=broke_off,
                news_at=now if _is_news(feed, added) and not broke_off else stats.news_at,
            )
        validators = _validators(answer, document)
        planned = self._plan(
            feed, stats, hints, now=now, validators=validators, after_gap=gap is not None
        )
        move = _move(feed, answer)
        return PollRecord(
            polled_at=now,
            next_poll_at=planned.next_poll_at,
            stats=replace(stats, planned=planned.expected, planned_at=planned.next_poll_at),
            hints=hints,
            validators=validators,
            memory=document.memory if document else None,
            title=document.title if document else None,
            language=document.language if document else None,
            newest_at=None if broke_off else _newest_at(feed, added, now=now),
            last_document_at=now if isinstance(answer, Fetched) and not broke_off else None,
            gap=gap,
            url=move.url,
            moved_to=move.moved_to,
            moved_times=move.moved_times,
            rest=self.politeness.forgive(host_of(answer.url), now),
        )

    def _settle_trouble(self, trouble: Trouble) -> Polled:
        feed, error, now = trouble.feed, trouble.error, trouble.at
        stats = observe(feed.stats, PollResult(polled_at=now, ok=False))
        rest = self.politeness.rest_after(host_of(feed.url), error, now=now)
        planned = self._plan(feed, stats, feed.hints, now=now, validators=feed.validators)
        gone_times = feed.gone_times + 1 if error.kind == "gone" else feed.gone_times
        wait = GONE_WAIT if gone_times >= GONE_TO_BELIEVE else _demanded(error)
        record = PollRecord(
            polled_at=now,
            next_poll_at=max(planned.next_poll_at, now + wait),
            stats=replace(stats, planned=stats.planned + planned.expected),
            error=error,
            validators=Validators(),
            gone_times=gone_times,
            moved_to=feed.moved_to,
            moved_times=feed.moved_times,
            rest=rest,
        )
        self.store.record_poll(feed, record)
        return Polled(feed=feed, error=error)

    def _plan(
        self,
        feed: Feed,
        stats: PollStats,
        hints: Hints,
        *,
        now: datetime,
        validators: Validators,
        after_gap: bool = False,
    ) -> Plan:
        host = host_of(feed.url)
        crowded = self.calibration.crowded.get(registrable_domain(host), 1.0)
        price = self.calibration.price * crowded * self.politeness.caution(host, now)
        return plan(
            stats,
            hints,
            now,
            Calibration(price=price),
            url=feed.url,
            options=self.options_of(feed),
            clamps=self.clamps,
            has_validators=bool(validators.etag or validators.last_modified),
            after_gap=after_gap,
        )


def _as_told(feed: Feed, document: Document) -> Feed:
    """Let the document say what neither the user nor an earlier one has said of the feed."""
    return replace(
        feed,
        title=feed.title or document.title,
        language=feed.language or document.language,
    )


def _result(feed: Feed, document: Document | None, added: Added, *, now: datetime) -> PollResult:
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


def _hints(feed: Feed, answer: Answer, document: Document | None) -> Hints:
    """Join what the server asks now with what the document asks, or asked when it last came."""
    said = document.hints if document else feed.hints
    return replace(said, max_age=answer.hints.max_age)


def _validators(answer: Answer, document: Document | None) -> Validators:
    """Keep the validators, but of a document that broke off: they may be those of the whole."""
    if document is not None and document.is_torn:
        return Validators()
    return answer.validators


def _is_late(item: Item, feed: Feed) -> bool:
    """Tell whether an item was first seen after the last whole document."""
    whole_at, seen_at = feed.last_document_at, item.seen_at
    return whole_at is None or seen_at is None or seen_at > whole_at


def _is_news(feed: Feed, added: Added) -> bool:
    """Tell whether an item came that is not of before the newest one known."""
    newest_at = feed.newest_at
    return any(
        not (newest_at and item.published_at and is_behind(item.published_at, newest_at))
        for item in added.new
    )


def _newest_at(feed: Feed, added: Added, *, now: datetime) -> datetime | None:
    """Tell the date of the newest item known; dates ahead of the clock tell nothing."""
    dates = [item.published_at for item in added.new if item.published_at]
    known = [date for date in (*dates, feed.newest_at) if date is not None and date <= now]
    return max(known, default=None)


def _demanded(error: FeedError) -> timedelta:
    """Tell what wait the server demanded."""
    asked = error.retry_after if isinstance(error, FetchError) else None
    return asked or timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """Where a feed is polled from now on, and what is remembered of a place it may move to."""

    url: str | None = None
    moved_to: str | None = None
    moved_times: int = 0


def _move(feed: Feed, answer: Answer) -> _Move:
    """Follow a permanent redirect for good once it has given a feed `MOVES_TO_BELIEVE` times."""
    if answer.moved_to is None:
        return _Move()
    times = feed.moved_times + 1 if answer.moved_to == feed.moved_to else 1
    if times >= MOVES_TO_BELIEVE:
        return _Move(url=answer.moved_to)
    return _Move(moved_to=answer.moved_to, moved_times=times)
