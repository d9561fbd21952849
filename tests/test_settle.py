"""What a poll leaves behind, but for gaps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import FakeClock
from tests.desk import FETCHED, Desk, item, open_desk
from tests.polling import FLOOD, URL
from watcher.errors import FetchError, ParseError
from watcher.fetch import Politeness
from watcher.match import Matcher
from watcher.models import (
    Document,
    Feed,
    Hints,
    Item,
    NotModified,
    Origin,
    Rest,
    Subscription,
    Topic,
    Validators,
)
from watcher.nodes import Fact, Term
from watcher.schedule import Calibration
from watcher.settle import Polled, Visit, Watch
from watcher.store import MatchFilter, SqliteStore


@pytest.fixture
def desk(store: SqliteStore, clock: FakeClock) -> Desk:
    return open_desk(store, clock)


class TestItems:
    def test_an_item_gets_the_facts_of_its_feed(self, desk: Desk) -> None:
        desk.document(item("A fair", tags=("town",)), language="fi")
        (stored,) = desk.stored()
        assert (stored.feed, stored.outlet, stored.country) == (URL, "Harbour Post", "FI")
        assert (stored.language, stored.tags) == ("fi", ("port", "town"))
        assert stored.seen_at == desk.clock()

    def test_what_was_said_of_the_feed_first_stands(self, desk: Desk) -> None:
        desk.document(item("A fair"), language="sv")
        desk.document(item("A second fair"), language="fi")
        assert [stored.language for stored in desk.stored()] == ["sv", "sv"]

    def test_an_items_own_language_stands(self, desk: Desk) -> None:
        desk.document(item("A fair", language="sv"), language="fi")
        assert [stored.language for stored in desk.stored()] == ["sv"]

    @pytest.mark.parametrize(
        ("outlet", "title", "told"),
        [
            pytest.param("Post", "Front page", "Post", id="outlet first"),
            pytest.param("", "Front page", "Front page", id="then the subscription's title"),
            pytest.param("", "", "Document", id="then the document's title"),
        ],
    )
    def test_topics_see_who_publishes(self, desk: Desk, outlet: str, title: str, told: str) -> None:
        topic = Topic(id="outlet", query=Fact("outlet", told), version="1")
        desk.settler.watch = Watch(topics={"outlet": topic}, matcher=Matcher([topic]))
        feed = replace(desk.feed, outlet=outlet, title=title)
        document = Document(title="Document", items=(item("A fair"),))
        visit = Visit(feed=feed, at=desk.clock(), answer=FETCHED, document=document)
        assert desk.settler.settle(visit).matches == 1

    def test_a_rewritten_item_may_match(self, desk: Desk) -> None:
        desk.document(item("A fair", guid="1"))
        polled = desk.document(item("A flood", guid="1"))
        assert (polled.new, polled.matches) == (0, 1)

    def test_a_first_poll_is_backlog_without_notices(self, desk: Desk) -> None:
        desk.document(item("A flood"))
        desk.document(item("A second flood"), item("A flood"))
        origins = [match.origin for match in desk.store.matches(MatchFilter())]
        queued = desk.store.claim_deliveries(now=desk.clock.advance(hours=1), limit=9)
        assert origins == [Origin.LIVE, Origin.BACKLOG]
        assert [delivery.match.item.title for delivery in queued] == ["A second flood"]

    @pytest.mark.parametrize(
        ("shown", "facts"),
        [
            pytest.param(1, {"is_torn": True}, id="broke off"),
            pytest.param(1, {"left_out": 2, "memory": b"seen"}, id="over the limit"),
            pytest.param(0, {}, id="empty"),
        ],
    )
    def test_what_was_there_before_a_first_document_is_backlog_though_it_was_not_read(
        self, desk: Desk, shown: int, facts: dict[str, Any]
    ) -> None:
        before = desk.clock() - timedelta(hours=1)
        old = [item(f"Flood {number}", before) for number in range(3)]
        desk.document(*old[:shown], **facts)
        later = desk.clock.advance(hours=1)
        desk.document(item("A flood", later), *old)
        desk.document(item("A flood dated back", before), item("A flood", later), *old)
        queued = desk.store.claim_deliveries(now=later + timedelta(hours=1), limit=9)
        assert [delivery.match.item.title for delivery in queued] == [
            "A flood",
            "A flood dated back",
        ]
        assert sum(desk.store.count_judged().values()) == 5

    @pytest.mark.parametrize(
        ("first", "told"), [((), 1), ((item("A fair"),), 0)], ids=["empty", "broke off"]
    )
    def test_undated_items_are_news_after_an_empty_document_only(
        self, desk: Desk, first: tuple[Item, ...], told: int
    ) -> None:
        desk.document(*first, is_torn=bool(first))
        desk.clock.advance(hours=1)
        desk.document(item("A flood"), item("A fair"))
        queued = desk.store.claim_deliveries(now=desk.clock.advance(hours=1), limit=9)
        assert len(queued) == told

    def test_the_first_document_of_a_feed_added_again_is_backlog(self, desk: Desk) -> None:
        desk.document(item("A fair"))
        desk.store.remove_feed(URL)
        desk.clock.advance(hours=999)
        desk.store.add_feed(Subscription(url=URL), now=desk.clock())
        desk.document(item("A flood"), item("A fair"))
        (match,) = desk.store.matches(MatchFilter())
        assert match.origin == Origin.BACKLOG
        assert desk.store.claim_deliveries(now=desk.clock.advance(hours=1), limit=9) == []
        assert [watched.first_success_at for watched in desk.store.watched()] == [
            desk.feed.last_success_at
        ]

    def test_a_new_watch_is_used_from_the_next_poll_on(self, desk: Desk) -> None:
        fair = Topic(id="fair", query=Term("fair"), version="1")
        desk.settler.watch = Watch(topics={"fair": fair}, matcher=Matcher([fair]))
        assert desk.document(item("A fair"), item("A flood")).matches == 1

    def test_a_bug_leaves_nothing_of_the_poll(self, desk: Desk) -> None:
        desk.settler.watch = Watch(topics={}, matcher=Matcher([FLOOD]))
        before = desk.feed
        with pytest.raises(KeyError):
            desk.document(item("A flood"))
        assert desk.stored() == []
        assert desk.feed == before


@pytest.mark.parametrize(
    ("polled", "status"),
    [
        pytest.param({"changed": True}, "ok", id="a document"),
        pytest.param({}, "unchanged", id="none"),
        pytest.param({"error": ParseError("not_a_feed", "a page")}, "not_a_feed", id="trouble"),
    ],
)
def test_a_poll_is_told_in_one_word(desk: Desk, polled: Any, status: str) -> None:
    assert Polled(feed=desk.feed, **polled).status == status


class TestFeed:
    def test_validators_of_a_document_that_broke_off_are_not_kept(self, desk: Desk) -> None:
        validators = Validators(etag='"1"', last_modified="Mon", body_hash="h")
        desk.document(item("A"), answer=replace(FETCHED, validators=validators), is_torn=True)
        assert desk.feed.validators == Validators()

    def test_validators_and_memory_are_kept(self, desk: Desk) -> None:
        desk.document(item("A fair"), memory=b"seen")
        assert (desk.feed.validators, desk.feed.memory) == (FETCHED.validators, b"seen")
        assert desk.feed.last_document_at == desk.clock()

    def test_a_304_leaves_the_last_document_where_it_was(self, desk: Desk) -> None:
        desk.document(item("A fair"), memory=b"seen")
        came_at = desk.clock()
        desk.clock.advance(hours=1)
        desk.unchanged(NotModified(url=URL, validators=FETCHED.validators))
        assert (desk.feed.last_document_at, desk.feed.memory) == (came_at, b"seen")
        assert desk.feed.last_success_at == desk.clock()

    def test_the_same_bytes_count_as_a_whole_document(self, desk: Desk) -> None:
        desk.document(item("A fair"))
        desk.clock.advance(days=1)
        assert desk.unchanged(FETCHED).status == "unchanged"
        assert desk.feed.last_document_at == desk.clock()

    def test_what_the_document_asks_lasts_beside_what_the_server_asks_now(self, desk: Desk) -> None:
        ttl, hour, day = timedelta(minutes=45), timedelta(hours=1), timedelta(days=1)
        fetched = replace(FETCHED, hints=Hints(max_age=hour))
        desk.document(item("A fair"), hints=Hints(ttl=ttl), answer=fetched)
        first = desk.feed.hints
        desk.unchanged(NotModified(url=URL, hints=Hints(max_age=day)))
        assert (first.ttl, first.max_age) == (ttl, hour)
        assert (desk.feed.hints.ttl, desk.feed.hints.max_age) == (ttl, day)

    def test_the_newest_date_is_never_ahead_of_the_clock(self, desk: Desk) -> None:
        now = desk.clock()
        desk.document(
            item("Dated ahead", now + timedelta(days=400)), item("Now", now), item("No date")
        )
        assert desk.feed.newest_at == now

    def test_the_newest_date_stays_when_older_items_come(self, desk: Desk) -> None:
        now = desk.clock()
        desk.document(item("Now", now))
        desk.document(item("Before", now - timedelta(days=1)), item("Now", now))
        assert desk.feed.newest_at == now


class TestMoving:
    MOVED = "https://new.example/feed"

    def visit(self, desk: Desk, *places: str | None) -> Feed:
        for place in places:
            desk.document(item("A fair"), answer=replace(FETCHED, moved_to=place))
        return desk.feed

    def test_a_new_address_is_kept_the_third_time_it_gives_a_feed(self, desk: Desk) -> None:
        assert self.visit(desk, self.MOVED, self.MOVED).url == URL
        assert self.visit(desk, self.MOVED).url == self.MOVED

    def test_topics_know_a_feed_by_both_addresses(self, desk: Desk) -> None:
        topics = [Topic(id=url, query=Fact("feed", url), version="1") for url in (URL, self.MOVED)]
        desk.settler.watch = Watch(
            topics={topic.id: topic for topic in topics}, matcher=Matcher(topics)
        )
        self.visit(desk, *[self.MOVED] * 3)
        assert desk.document(item("A storm")).matches == 2
        stored = desk.store.item(2)
        assert stored is not None
        assert {match.topic for match in Matcher(topics).match(stored)} == {URL, self.MOVED}

    def test_another_new_address_begins_anew(self, desk: Desk) -> None:
        feed = self.visit(desk, self.MOVED, self.MOVED, "https://other.example/feed")
        assert (feed.url, feed.moved_times) == (URL, 1)

    def test_no_redirect_any_more_ends_the_move(self, desk: Desk) -> None:
        feed = self.visit(desk, self.MOVED, self.MOVED, None)
        assert (feed.moved_to, feed.moved_times) == (None, 0)

    def test_trouble_between_does_not(self, desk: Desk) -> None:
        self.visit(desk, self.MOVED, self.MOVED)
        desk.trouble(FetchError("timeout", "no answer"))
        assert (desk.feed.moved_to, desk.feed.moved_times) == (self.MOVED, 2)


class TestTrouble:
    def test_it_is_counted_on_the_feed(self, desk: Desk) -> None:
        polled = desk.trouble(ParseError("not_a_feed", "a page"))
        (health,) = desk.store.feeds()
        assert polled.status == health.error_kind == "not_a_feed"
        assert health.failures == 1

    def test_what_is_expected_meanwhile_is_still_due(self, desk: Desk) -> None:
        desk.document(item("A fair"))
        before = desk.feed.stats.planned
        desk.trouble(FetchError("timeout", "no answer"))
        once = desk.feed.stats.planned
        desk.trouble(FetchError("timeout", "no answer"))
        assert 0 < before < once < desk.feed.stats.planned

    def test_it_makes_the_next_request_unconditional(self, desk: Desk) -> None:
        desk.document(item("A fair"))
        desk.trouble(FetchError("timeout", "no answer"))
        assert desk.feed.validators == Validators()

    def test_a_demand_of_the_server(self, desk: Desk) -> None:
        wait = timedelta(hours=10)
        desk.trouble(FetchError("unavailable", "busy", retry_after=wait, status=503))
        assert desk.feed.next_poll_at == desk.clock() + wait

    @pytest.mark.parametrize(
        ("skipped", "error", "times", "wait"),
        [
            pytest.param(
                range(16, 24),
                FetchError("unavailable", "busy", retry_after=timedelta(hours=4.5), status=503),
                1,
                timedelta(hours=12),
                id="Retry-After",
            ),
            pytest.param(
                range(12, 24),
                FetchError("gone", "gone"),
                2,
                timedelta(days=7, hours=12),
                id="gone",
            ),
        ],
    )
    def test_it_is_waited_out_to_an_hour_that_is_not_skipped(
        self, desk: Desk, skipped: range, error: FetchError, times: int, wait: timedelta
    ) -> None:
        desk.document(item("A fair"), hints=Hints(skip_hours=frozenset(skipped)))
        for _ in range(times):
            desk.trouble(error)
        assert desk.feed.next_poll_at == desk.clock() + wait

    def test_a_refusal_lets_the_whole_domain_rest(self, desk: Desk) -> None:
        beside = "https://www.harbour.example/sport"
        desk.store.add_feed(Subscription(url=beside), now=desk.clock())
        desk.trouble(FetchError("rate_limited", "slow down", status=429))
        assert desk.store.claim_due(now=desk.clock(), limit=9) == []
        after = desk.clock.advance(minutes=16)
        assert [feed.url for feed in desk.store.claim_due(now=after, limit=9)] == [beside]

    def test_refusals_outlive_a_restart_and_a_success_ends_them(self, desk: Desk) -> None:
        refused = FetchError("rate_limited", "slow down", status=429)
        before = desk.clock()
        for _ in range(2):
            desk.trouble(refused)
            desk.settler.politeness = Politeness(
                host_interval_s=5, rests=desk.store.rests(since=before)
            )
        (rest,) = desk.store.rests(since=before)
        assert (rest.until_at - before, rest.refusals) == (timedelta(minutes=30), 2)
        desk.clock.advance(hours=1)
        desk.document(item("A fair"))
        (rest,) = desk.store.rests(since=before)
        assert (rest.until_at, rest.refusals) == (desk.clock(), 0)

    def test_a_success_behind_a_redirect_is_that_of_the_host_that_answered(
        self, desk: Desk
    ) -> None:
        refused = FetchError("rate_limited", "slow down", status=429)
        refused.host = "mirror.example"
        before = desk.clock()
        desk.trouble(refused)
        desk.unchanged(NotModified(url="https://mirror.example/feed"))
        (rest,) = desk.store.rests(since=before)
        assert (rest.domain, rest.refusals) == ("mirror.example", 0)

    def test_after_a_refusal_the_feeds_of_the_domain_wait_longer(self, desk: Desk) -> None:
        desk.document(item("A fair"))
        before = desk.feed.next_poll_at - desk.clock()
        desk.settler.politeness = Politeness(
            host_interval_s=5, rests=[Rest(domain="harbour.example", until_at=desk.clock())]
        )
        desk.document(item("A fair"))
        assert desk.feed.next_poll_at - desk.clock() > 1.1 * before

    def test_in_a_crowded_domain_it_waits_longer(self, desk: Desk) -> None:
        desk.document(item("A fair"))
        before = desk.feed.next_poll_at - desk.clock()
        desk.settler.calibration = Calibration(crowded={"harbour.example": 2.0})
        desk.document(item("A fair"))
        assert desk.feed.next_poll_at - desk.clock() > 1.5 * before

    def test_gone_is_believed_the_second_time(self, desk: Desk) -> None:
        gone = FetchError("gone", "HTTP 410", status=410)
        desk.trouble(gone)
        assert desk.feed.next_poll_at < desk.clock() + timedelta(days=1)
        desk.trouble(gone)
        assert desk.feed.next_poll_at == desk.clock() + timedelta(days=7)

    def test_what_came_back_is_no_longer_gone(self, desk: Desk) -> None:
        desk.trouble(FetchError("gone", "HTTP 410", status=410))
        desk.document(item("A fair"))
        assert desk.feed.gone_times == 0
