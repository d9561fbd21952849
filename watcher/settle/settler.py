"""Writes polls down: their items, matches and notices, and when the next one comes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.clock import Clock
from watcher.coverage import gap_after, goes_on, missed_in
from watcher.errors import FetchError
from watcher.fetch import Politeness, Turns
from watcher.hosts import host_of, registrable_domain
from watcher.models import (
    PINNED,
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
    Validators,
)
from watcher.schedule import Calibration, Clamps, Plan, observe, plan
from watcher.settle.lessons import (
    as_told,
    demanded_by,
    hints_after,
    is_late,
    is_news,
    move_after,
    newest_after,
    result_of,
    validators_after,
)
from watcher.settle.outcome import Polled, Trouble, Visit, Watch
from watcher.store import Added, PollRecord, Store

GONE_TO_BELIEVE = 2
"""How often a server must say 410 before the feed is asked only once in `GONE_WAIT`."""
GONE_WAIT = timedelta(days=7)
_DATED_BACK = timedelta(days=1)
"""An item may come into a feed so much later than its date says."""


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
            late = [item for item in known if item is not None and is_late(item, feed)]
            known = [item for item in known if item is None or not is_late(item, feed)]
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
            as_told(feed, document), document.items, are_all=are_all, now=now
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
        stats = observe(feed.stats, result_of(feed, document, added, now=now))
        hints = hints_after(feed, answer, document)
        if document is not None:
            stats = replace(
                stats,
                stood_empty=not (document.items or document.known),
                broke_off=broke_off,
                news_at=now if is_news(feed, added) and not broke_off else stats.news_at,
            )
        validators = validators_after(answer, document)
        planned = self._plan(
            feed, stats, hints, now=now, validators=validators, after_gap=gap is not None
        )
        move = move_after(feed, answer)
        return PollRecord(
            polled_at=now,
            next_poll_at=planned.next_poll_at,
            stats=replace(stats, planned=planned.expected, planned_at=planned.next_poll_at),
            hints=hints,
            validators=validators,
            memory=document.memory if document else None,
            title=document.title if document else None,
            language=document.language if document else None,
            newest_at=None if broke_off else newest_after(feed, added, now=now),
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
        wait = GONE_WAIT if gone_times >= GONE_TO_BELIEVE else demanded_by(error)
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
